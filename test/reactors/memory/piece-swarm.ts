/**
 * The smallest swarm in which uploads compete: one seed, leeches that all arrive at once, slots that change hands, and
 * pieces that are chosen by rarity. It asks a network to carry pieces, and is the same over any.
 */
import { createRandom } from '../../../src/core/index.ts';
import type { Random } from '../../../src/core/index.ts';

/** What carries pieces. Seconds and bytes. */
export interface PieceNetwork {
  readonly now: number;
  send(from: number, to: number, bytes: number, done: () => void): void;
  runUntil(end: number): void;
}

export interface SwarmPlan {
  readonly seed: number;
  /** Peer 0 is the seed. */
  readonly peers: number;
  readonly pieces: number;
  readonly pieceBytes: number;
  readonly slots: number;
}

const ROUND = 10;
/** Pieces asked for ahead on each connection, so that no link waits for a request. */
const AHEAD = 2;

class PieceSwarm {
  readonly #plan: SwarmPlan;
  readonly #network: PieceNetwork;
  readonly #random: Random;
  readonly #has: Set<number>[];
  readonly #asked: Set<number>[];
  readonly #copies: number[];
  /** Who is served by whom, and how many pieces are on their way there. */
  readonly #served: Map<number, number>[];
  readonly finished: number[];

  constructor(plan: SwarmPlan, network: PieceNetwork) {
    this.#plan = plan;
    this.#network = network;
    this.#random = createRandom(plan.seed);
    const all = new Set(Array.from({ length: plan.pieces }, (_, i) => i));
    const peers = Array.from({ length: plan.peers }, (_, i) => i);
    this.#has = peers.map((peer) => (peer === 0 ? all : new Set<number>()));
    this.#asked = peers.map(() => new Set<number>());
    this.#copies = new Array<number>(plan.pieces).fill(1);
    this.#served = peers.map(() => new Map<number, number>());
    this.finished = peers.map((peer) => (peer === 0 ? 0 : Infinity));
  }

  /** The mean time in which a leech had everything. */
  run(): number {
    for (let now = ROUND; this.finished.includes(Infinity); now += ROUND) {
      for (let peer = 0; peer < this.#plan.peers; peer++) this.#unchoke(peer);
      this.#network.runUntil(now);
    }
    const times = this.finished.slice(1);
    return times.reduce((sum, time) => sum + time, 0) / times.length;
  }

  #wanted(from: number, to: number): number[] {
    return [...this.#has[from]!].filter(
      (piece) => !this.#has[to]!.has(piece) && !this.#asked[to]!.has(piece),
    );
  }

  /** Gives the slots to others by chance, among those that lack something. */
  #unchoke(from: number): void {
    const served = this.#served[from]!;
    for (const [to, pieces] of served) if (pieces === 0) served.delete(to);
    const others = this.#random.shuffle([...this.#has.keys()]);
    const kept = [...served.keys()].slice(0, this.#plan.slots - 1);
    for (const to of served.keys()) if (!kept.includes(to)) served.set(to, -served.get(to)!);
    let free = this.#plan.slots - kept.length;
    for (const to of others) {
      if (free === 0) break;
      if (to === from || kept.includes(to) || this.#wanted(from, to).length === 0) continue;
      served.set(to, Math.abs(served.get(to) ?? 0));
      free--;
      this.#ask(from, to);
    }
  }

  /** A negative count: served no more, when those have come. */
  #ask(from: number, to: number): void {
    const served = this.#served[from]!;
    for (;;) {
      const count = served.get(to) ?? -1;
      if (count < 0 || count >= AHEAD) return;
      const piece = this.#rarest(this.#wanted(from, to));
      if (piece === null) return;
      this.#asked[to]!.add(piece);
      served.set(to, count + 1);
      this.#network.send(from, to, this.#plan.pieceBytes, () => this.#arrived(from, to, piece));
    }
  }

  #rarest(pieces: readonly number[]): number | null {
    if (pieces.length === 0) return null;
    const least = Math.min(...pieces.map((piece) => this.#copies[piece]!));
    const rare = pieces.filter((piece) => this.#copies[piece] === least);
    return rare[this.#random.below(rare.length)]!;
  }

  #arrived(from: number, to: number, piece: number): void {
    const served = this.#served[from]!;
    const count = served.get(to)!;
    served.set(to, count < 0 ? count + 1 : count - 1);
    this.#has[to]!.add(piece);
    this.#copies[piece]!++;
    if (this.#has[to]!.size === this.#plan.pieces) this.finished[to] = this.#network.now;
    this.#ask(from, to);
    for (const [other, book] of this.#served.entries()) {
      // Who was served and had nothing to ask for may have now; who lacks a slot waits for its round.
      if (book.has(to)) this.#ask(other, to);
    }
    for (const waiting of this.#served[to]!.keys()) this.#ask(to, waiting);
  }
}

/** The mean download time of the leeches, in seconds. */
export function meanDownloadTime(plan: SwarmPlan, network: PieceNetwork): number {
  return new PieceSwarm(plan, network).run();
}
