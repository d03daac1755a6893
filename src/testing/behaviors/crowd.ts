/**
 * A crowd of model peers, the choker that they ask for slots, and the time: what the choker says is carried out and
 * judged. Who comes, goes and changes is the caller's to say.
 */
import type { Millis, Random } from '../../core/index.ts';
import type { Choker, Unchoke } from '../../protocol/index.ts';
import { chokerLawNames as LAWS } from './choker-subject.ts';
import type { ChokerSubject } from './choker-subject.ts';
import { BLOCK_BYTES } from './model-link.ts';
import { ModelPeer, ModelTorrent } from './model-torrent.ts';

const HOLD: Millis = 10_000;

/** Peers, their choker, and the time. */
export class Crowd {
  readonly torrent: ModelTorrent;
  readonly peers: ModelPeer[] = [];
  /** Laws that were broken, each with what was seen first. */
  readonly violations: Map<string, string> = new Map<string, string>();
  readonly said: Unchoke[] = [];
  /** Unchokes and chokes carried out. */
  flips = 0;
  slots: number;
  now: Millis = 0;
  readonly #choker: Choker;
  readonly #flippedAt = new Map<ModelPeer, Millis>();
  #nextConn = 0;
  #slotsBefore: number;

  constructor(subject: ChokerSubject, slots: number, random: Random) {
    this.torrent = new ModelTorrent({ pieceCount: 1, blocksPerPiece: 1, lastBlocks: 1 });
    if (subject.complete === true) this.torrent.settle(0, true);
    this.slots = slots;
    this.#slotsBefore = slots;
    this.#choker = subject.behavior(this.torrent, random);
  }

  join(): ModelPeer {
    const peer = new ModelPeer((this.#nextConn += 2), [false]);
    peer.connectedAt = this.now;
    this.peers.push(peer);
    return peer;
  }

  leave(peer: ModelPeer): void {
    this.peers.splice(this.peers.indexOf(peer), 1);
  }

  get interval(): Millis {
    return this.#choker.interval;
  }

  rechoke(): void {
    const out: Unchoke[] = [];
    this.#choker.rechoke([...this.peers], this.slots, this.now, out);
    this.said.push(...out);
    const chosen = new Set<ModelPeer>();
    this.#judge(out.length <= this.slots, LAWS.slots, `${out.length} of ${this.slots}`);
    for (const { conn, reason } of out) {
      const peer = this.peers.find((candidate) => candidate.conn === conn);
      this.#judge(reason !== '', LAWS.reason, `connection ${conn}`);
      const lawful = peer !== undefined && !chosen.has(peer) && peer.peerInterested && !peer.isSeed;
      this.#judge(lawful, LAWS.interested, `connection ${conn}`);
      if (peer !== undefined) chosen.add(peer);
    }
    for (const peer of this.peers) this.#carryOut(peer, chosen.has(peer));
    this.#slotsBefore = this.slots;
  }

  /** Sends `blocks` blocks to those that are unchoked, as the choker says. Returns how many went. */
  serve(blocks: number): number {
    const waiting = this.peers.filter((peer) => !peer.amChoking);
    for (let sent = 0; sent < blocks; sent++) {
      if (waiting.length === 0) return sent;
      const next = this.#choker.nextServed?.(waiting, this.now) ?? sent % waiting.length;
      const again = this.#choker.nextServed?.(waiting, this.now) ?? next;
      const lawful = next === again && Number.isInteger(next) && next >= -1;
      this.#judge(lawful && next < waiting.length, LAWS.serves, `${next}, then ${again}`);
      const peer = waiting[next];
      if (peer === undefined) return sent;
      peer.uploaded += BLOCK_BYTES;
      peer.rateUp = BLOCK_BYTES;
    }
    return blocks;
  }

  #judge(holds: boolean, law: string, what: string): void {
    if (holds || this.violations.has(law)) return;
    this.violations.set(law, `at ${this.now} ms: ${what}`);
  }

  #carryOut(peer: ModelPeer, unchoke: boolean): void {
    if (peer.amChoking !== unchoke) return;
    const wanted = peer.peerInterested && !peer.isSeed;
    const since = this.now - (this.#flippedAt.get(peer) ?? -Infinity);
    const excused = !unchoke && (!wanted || this.slots < this.#slotsBefore);
    const what = `connection ${peer.conn}, ${since} ms after the last flip`;
    this.#judge(since >= HOLD || excused, LAWS.flips, what);
    // Interest that came back after a choke for its loss may be answered at once.
    if (excused) this.#flippedAt.delete(peer);
    else this.#flippedAt.set(peer, this.now);
    this.flips++;
    peer.amChoking = !unchoke;
    if (unchoke) peer.unchokedAt = this.now;
  }
}
