/**
 * Claim: in a torrent of a million pieces the rarest of a few hundred, drawn anew for every pick, is rare enough. A piece
 * that nobody else has is met once in about `pieceCount / 256` picks, so long before the end; and no order of all pieces
 * has to be kept, so that a peer that comes with half a million pieces, or leaves with them, costs this picker nothing.
 *
 * Higher priority first. The pieces of the commonest priority are sampled in runs behind random starts, and where these
 * find too little, in one turn around all that the peer could give; those of every other are on a list. What is looked at
 * in one pick is bounded, so of very many pieces under one high priority the last few may come after some of a lower one.
 *
 * Invariant: cost per pick is bounded whatever the torrent; only `allChanged` looks at every piece, and the first pick where it was not called.
 */
import type { Random } from '../../core/index.ts';
import type { PeerView, PiecePicker, PickSink, TorrentView } from '../../protocol/index.ts';
import { takeMissing } from './take-missing.ts';

export interface SampledOptions {
  /** Torrents of up to so many pieces keep all of them in an exact order: 0 to 2^31. Default 65,536. */
  readonly exactPiecesMax?: number;
}

export const exactPiecesMaxDefault = 65_536;

export interface SampledPicking {
  /** The rarest of a sample; else whatever was drawn. */
  readonly rarest: boolean;
  readonly reason: string;
  /** False: it steps aside. */
  readonly active?: () => boolean;
}

/** Candidates of one sample. */
const SAMPLE = 256;
/** Random starts of a sample, and open pieces taken behind each. */
const STARTS = 16;
const RUN = SAMPLE / STARTS;
/** Samples drawn for one pick with much room. */
const ROUNDS_MAX = 4;
/** Pieces looked at in one run, and in one turn around. */
const RUN_LOOKS_MAX = 256;
const TURN_LOOKS_MAX = 4096;
/** Pieces of a list looked at in one pick: a list that is no longer is looked at whole. */
const LIST_LOOKS_MAX = 16_384;
/** In place of a priority: taken off its list. */
const DROPPED = 256;

interface Level {
  readonly priority: number;
  /** All of its pieces that may be open; null: it is the commonest, its pieces are found by what the peer has. */
  readonly pieces: number[] | null;
}

/** A picker for torrents of very many pieces. */
export function sampledPieces(
  torrent: TorrentView,
  random: Random,
  picking: SampledPicking,
): PiecePicker {
  return new SampledPieces(torrent, random, picking);
}

class SampledPieces implements PiecePicker {
  readonly #torrent: TorrentView;
  readonly #random: Random;
  readonly #picking: SampledPicking;
  /** By piece, as at the last look at all of them. */
  readonly #priorities: Uint16Array;
  /** Highest priority first. */
  #levels: readonly Level[] = [];
  #stale = true;

  constructor(torrent: TorrentView, random: Random, picking: SampledPicking) {
    this.#torrent = torrent;
    this.#random = random;
    this.#picking = picking;
    this.#priorities = new Uint16Array(torrent.pieceCount);
  }

  pieceChanged(piece: number): void {
    if (this.#stale) return;
    const known = this.#priorities[piece]!;
    if (known === DROPPED) this.#stale = !this.#torrent.has(piece);
    else this.#stale = known !== this.#torrent.priority(piece);
  }

  /** At once, as it is told with a start or a command and not in the middle of a transfer. */
  allChanged(): void {
    this.#stale = true;
    if (this.#picking.active?.() !== false) this.#look();
  }

  manyCopiesChanged(): void {
    // Availability is read when it is needed.
  }

  pick(peer: PeerView, room: number, _now: number, out: PickSink): number {
    if (this.#picking.active?.() === false) return 0;
    if (this.#stale) this.#look();
    let taken = 0;
    for (const level of this.#levels) {
      if (taken >= room) break;
      const left = room - taken;
      taken +=
        level.pieces === null
          ? this.#takeSampled(peer, level.priority, left, out)
          : this.#take(this.#listed(peer, level.pieces), left, out);
    }
    return taken;
  }

  #takeSampled(peer: PeerView, priority: number, room: number, out: PickSink): number {
    let taken = 0;
    // Who chokes us may be asked for a few pieces only: one turn finds them all.
    for (let round = 0; round < ROUNDS_MAX && taken < room && !peer.peerChoking; round++) {
      const found = this.#sample(peer, priority);
      taken += this.#take(found, room - taken, out);
      if (found.length < SAMPLE / 2) break;
    }
    if (taken < room) taken += this.#take(this.#turn(peer, priority), room - taken, out);
    return taken;
  }

  #sample(peer: PeerView, priority: number): number[] {
    const found: number[] = [];
    for (let start = 0; start < STARTS; start++) {
      const from = this.#random.below(this.#torrent.pieceCount);
      const looks = this.#collect(peer, priority, from, Infinity, RUN, RUN_LOOKS_MAX, found);
      if (looks === 0) break; // there is little: the turn around finds it
    }
    return found;
  }

  /** What is open for this peer, from a random place on and once around. */
  #turn(peer: PeerView, priority: number): number[] {
    const found: number[] = [];
    const from = this.#random.below(this.#torrent.pieceCount);
    const looks = this.#collect(peer, priority, from, Infinity, SAMPLE, TURN_LOOKS_MAX, found);
    this.#collect(peer, priority, 0, from, SAMPLE - found.length, TURN_LOOKS_MAX - looks, found);
    return found;
  }

  /** Adds up to `most` open pieces from `from` up to and without `end`. Returns at how many it looked. */
  #collect(
    peer: PeerView,
    priority: number,
    from: number,
    end: number,
    most: number,
    looksMax: number,
    found: number[],
  ): number {
    const full = found.length + most;
    let looks = 0;
    let next = from;
    while (found.length < full && looks < looksMax) {
      const piece = peer.nextWanted(next);
      if (piece < 0 || piece >= end) break;
      looks++;
      next = piece + 1;
      if (this.#torrent.priority(piece) !== priority) continue;
      if (this.#torrent.missingBlocks(piece) > 0) found.push(piece);
    }
    return looks;
  }

  /** Open pieces of a list, from a random place on; what is verified is taken off it. */
  #listed(peer: PeerView, pieces: number[]): number[] {
    const torrent = this.#torrent;
    const found: number[] = [];
    if (pieces.length === 0) return found;
    const whole = pieces.length <= LIST_LOOKS_MAX;
    const most = whole ? Infinity : SAMPLE;
    let at = whole ? 0 : this.#random.below(pieces.length);
    for (let left = Math.min(pieces.length, LIST_LOOKS_MAX); left > 0; left--) {
      if (at >= pieces.length) at = 0;
      const piece = pieces[at]!;
      if (torrent.has(piece)) {
        this.#priorities[piece] = DROPPED;
        const last = pieces.pop()!;
        if (at < pieces.length) pieces[at] = last;
        continue;
      }
      at++;
      if (torrent.missingBlocks(piece) === 0 || !peer.mayRequest(piece)) continue;
      found.push(piece);
      if (found.length === most) break;
    }
    return found;
  }

  #take(found: number[], room: number, out: PickSink): number {
    this.#random.shuffle(found);
    if (this.#picking.rarest) {
      found.sort((a, b) => this.#torrent.availability(a) - this.#torrent.availability(b));
    }
    let taken = 0;
    for (const piece of found) {
      if (taken >= room) break;
      // A piece that two runs have met is found twice; the second time nothing of it is missing.
      taken += takeMissing(this.#torrent, piece, room - taken, this.#picking.reason, out);
    }
    return taken;
  }

  /** Looks at every piece: how many there are of each priority, and which, where they are few. */
  #look(): void {
    const { pieceCount } = this.#torrent;
    const counts = new Uint32Array(DROPPED);
    for (let piece = 0; piece < pieceCount; piece++) {
      const priority = this.#torrent.priority(piece);
      this.#priorities[piece] = priority;
      counts[priority]!++;
    }
    counts[0] = 0;
    const commonest = counts.indexOf(Math.max(...counts));
    const levels: Level[] = [];
    for (let priority = DROPPED - 1; priority > 0; priority--) {
      if (counts[priority] === 0) continue;
      const pieces = priority === commonest ? null : this.#piecesOf(priority);
      levels.push({ priority, pieces });
    }
    this.#levels = levels;
    this.#stale = false;
  }

  #piecesOf(priority: number): number[] {
    const pieces: number[] = [];
    let piece = this.#priorities.indexOf(priority);
    for (; piece >= 0; piece = this.#priorities.indexOf(priority, piece + 1)) pieces.push(piece);
    return pieces;
  }
}
