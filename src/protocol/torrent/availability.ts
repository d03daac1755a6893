/**
 * How many connected peers hold each piece. Seeds are one counter instead of `pieceCount` increments (libtorrent's
 * idea), which makes a seed's arrival O(1) and leaves the order of rarest-first untouched.
 *
 * Invariant: `of(piece)` equals the number of peers counted in that hold it. Each peer is counted in at most once, and
 * counted out the way it was counted in; the caller keeps that flag (`Peer.countedAsSeed`).
 */
import { assert } from '../../core/index.ts';
import type { PieceListener } from './ledger.ts';
import type { PieceSet } from './piece-set.ts';

export class Availability {
  readonly #counts: Uint16Array;
  readonly #listener: PieceListener;
  #seeds = 0;

  constructor(pieceCount: number, listener: PieceListener) {
    this.#counts = new Uint16Array(pieceCount);
    this.#listener = listener;
  }

  /** Peers counted as seeds. */
  get seeds(): number {
    return this.#seeds;
  }

  of(piece: number): number {
    return this.#counts[piece]! + this.#seeds;
  }

  addSeed(): void {
    this.#seeds++;
  }

  removeSeed(): void {
    assert(this.#seeds > 0, 'availability: a seed left that was not counted');
    this.#seeds--;
  }

  addPiece(piece: number): void {
    this.#counts[piece]!++;
    this.#listener.pieceChanged(piece);
  }

  addAll(pieces: PieceSet): void {
    for (let piece = 0; piece < pieces.length; piece++) {
      if (pieces.has(piece)) this.addPiece(piece);
    }
  }

  removeAll(pieces: PieceSet): void {
    for (let piece = 0; piece < pieces.length; piece++) {
      if (!pieces.has(piece)) continue;
      assert(this.#counts[piece]! > 0, 'availability: a copy left that was not counted');
      this.#counts[piece]!--;
      this.#listener.pieceChanged(piece);
    }
  }

  /**
   * Distributed copies: the rarest piece's copies, plus the share of pieces with more than that. Ours are not counted.
   */
  distributedCopies(): number {
    let least = Infinity;
    let above = 0;
    for (const count of this.#counts) if (count < least) least = count;
    if (least === Infinity) return 0;
    for (const count of this.#counts) if (count > least) above++;
    return this.#seeds + least + above / this.#counts.length;
  }
}
