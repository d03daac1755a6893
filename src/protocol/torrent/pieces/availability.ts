/**
 * How many connected peers hold each piece. Seeds are one counter instead of `pieceCount` increments (libtorrent's
 * idea), which makes a seed's arrival O(1) and leaves the order of rarest-first untouched.
 *
 * Invariant: `of(piece)` equals the number of peers counted in that hold it. Each peer is counted in at most once, and
 * counted out the way it was counted in; the caller keeps that flag (`Peer.countedAsSeed`).
 */
import { assert } from '../../../core/index.ts';
import type { PieceListener } from './ledger.ts';
import type { PieceSet } from './piece-set.ts';

/** Pieces that change at once: from so many on, the listener hears that many have changed, and not which. */
export const changesToldMax = 65_536;

/** Hears of copies that came or went. */
export interface CopiesListener extends PieceListener {
  /** The copies of many pieces changed, and nothing else. Absent: each piece is told. */
  manyCopiesChanged?(): void;
}

export class Availability {
  readonly #counts: Uint16Array;
  /** By number of copies: how many pieces have so many, so that figures need no walk over all pieces. */
  readonly #piecesWith: number[];
  readonly #listener: CopiesListener;
  #seeds = 0;

  constructor(pieceCount: number, listener: CopiesListener) {
    this.#counts = new Uint16Array(pieceCount);
    this.#piecesWith = [pieceCount];
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
    this.#add(piece);
    this.#listener.pieceChanged(piece);
  }

  addAll(pieces: PieceSet): void {
    pieces.each((piece) => this.#add(piece));
    this.#tell(pieces);
  }

  removeAll(pieces: PieceSet): void {
    pieces.each((piece) => this.#remove(piece));
    this.#tell(pieces);
  }

  /**
   * Distributed copies: the rarest piece's copies, plus the share of pieces with more than that. Ours are not counted.
   */
  distributedCopies(): number {
    if (this.#counts.length === 0) return 0;
    const least = this.#piecesWith.findIndex((pieces) => pieces > 0);
    const above = this.#counts.length - this.#piecesWith[least]!;
    return this.#seeds + least + above / this.#counts.length;
  }

  #add(piece: number): void {
    const before = this.#counts[piece]!;
    this.#counts[piece]!++;
    this.#piecesWith[before]!--;
    this.#piecesWith[before + 1] = (this.#piecesWith[before + 1] ?? 0) + 1;
  }

  #remove(piece: number): void {
    const before = this.#counts[piece]!;
    assert(before > 0, 'availability: a copy left that was not counted');
    this.#counts[piece] = before - 1;
    this.#piecesWith[before]!--;
    this.#piecesWith[before - 1]!++;
  }

  #tell(pieces: PieceSet): void {
    const listener = this.#listener;
    if (pieces.count >= changesToldMax && listener.manyCopiesChanged !== undefined) {
      listener.manyCopiesChanged();
    } else {
      pieces.each((piece) => listener.pieceChanged(piece));
    }
  }
}
