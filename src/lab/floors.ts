/**
 * The hard floors that no strategy can beat, judged in every run: H1 and H3.
 *
 * H1 (Kumar and Ross): no payload faster than the uplinks that are there can carry, nobody complete sooner than its
 * downlink allows, nobody at all before the first seeds can have sent one copy. H3 (conservation): nothing arrives that
 * was not sent, and no link carries more than it can. A run that breaks one is a bug of ours, and ends there. H4 (one
 * seed value, one trace hash) is judged where a run is run again.
 */
import { Violation } from '../sim/index.ts';
import type { LabPeer } from './draw-run.ts';

/** Sums of doubles. */
const SLACK = 1e-6;

export interface PeerBook {
  readonly peer: LabPeer;
  joined: number | null;
  left: number | null;
  completed: number | null;
  /** Payload handed to the network; payload from it that arrived; payload that it got. Bytes. */
  sent: number;
  delivered: number;
  received: number;
}

/** `now` in seconds. */
export function judgeFloors(books: readonly PeerBook[], now: number): void {
  let arrived = 0;
  let capacity = 0;
  for (const book of books) {
    if (book.joined === null) continue;
    const { index, up, down } = book.peer;
    const present = presence(book, now);
    const broken = (law: string, what: string): never => {
      throw new Violation(law, index, now * 1000, what);
    };
    if (book.delivered > book.sent) broken('H3', `${book.delivered} B came of ${book.sent} B sent`);
    if (beyond(book.delivered, up, present)) broken('H3', `its uplink carried too much`);
    // What was under way to it when it left may still be told.
    if (beyond(book.received, down, present)) broken('H3', `its downlink carried too much`);
    arrived += book.delivered;
    capacity += (up ?? Infinity) * present;
  }
  if (arrived > capacity * (1 + SLACK)) {
    throw new Violation('H1', null, now * 1000, `${arrived} B came, ${capacity} B can have`);
  }
}

/** When `book` is complete. `firstCopy`: seconds that the first seeds need for one copy, if nobody else has anything. */
export function judgeFinish(book: PeerBook, firstCopy: number): void {
  const { peer, joined, completed } = book;
  if (joined === null || completed === null || peer.isSeed) return;
  const time = completed - joined;
  const least = peer.lacks / (peer.down ?? Infinity);
  if (time * (1 + SLACK) < least) {
    throw new Violation('H1', peer.index, completed * 1000, `done after ${time} s, not ${least} s`);
  }
  if (completed * (1 + SLACK) < firstCopy) {
    throw new Violation('H1', peer.index, completed * 1000, `done before ${firstCopy} s`);
  }
}

/** Seconds in which the first seeds can have sent one copy; 0: who comes may bring pieces. */
export function firstCopyTime(peers: readonly LabPeer[], length: number): number {
  if (peers.some((peer) => !peer.isSeed && peer.lacks < length)) return 0;
  const up = peers.reduce((sum, peer) => sum + (peer.isSeed ? (peer.up ?? Infinity) : 0), 0);
  return length / up;
}

/**
 * Kumar and Ross 2006: the floor for the last finish, seconds from the first arrival, if nobody ever left; null: no
 * limit binds, or somebody brings pieces.
 */
export function kumarRoss(peers: readonly LabPeer[], length: number): number | null {
  const leeches = peers.filter((peer) => !peer.isSeed);
  if (leeches.length === 0 || leeches.some((peer) => peer.lacks < length)) return null;
  const sum = (those: readonly LabPeer[]): number =>
    those.reduce((total, peer) => total + (peer.up ?? Infinity), 0);
  const seeds = sum(peers.filter((peer) => peer.isSeed));
  const slowest = Math.min(...leeches.map((peer) => peer.down ?? Infinity));
  const bound = Math.max(
    length / seeds,
    length / slowest,
    (leeches.length * length) / (seeds + sum(leeches)),
  );
  return bound > 0 ? bound : null;
}

/** Seconds from its coming to its going, or to now. */
export function presence({ joined, left }: PeerBook, now: number): number {
  return joined === null ? 0 : (left ?? now) - joined;
}

function beyond(bytes: number, rate: number | null, seconds: number): boolean {
  return rate !== null && bytes > rate * seconds * (1 + SLACK);
}
