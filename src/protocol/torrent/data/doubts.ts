/**
 * Which pieces must be hashed before the torrent may say that it holds them, and which can no longer be harmed by a
 * write that fails.
 *
 * A verified piece is `settled` when it was read from disk to be hashed, or when a sync has succeeded since. A piece
 * that was hashed on its way to the disk and not synced can still be lost with the write-back of a full or failing
 * device. So a store that is `full` or fails with `io` puts in doubt what is not settled, and nothing else; every other
 * fault means that somebody changed the files, and puts in doubt everything.
 *
 * Invariant: a doubtful piece is not settled. Doubts are carried into the ledger by `clear`, before the next check.
 */
import type { StoreFault } from '../../../core/index.ts';
import type { Ledger } from '../pieces/ledger.ts';
import { PieceSet } from '../pieces/piece-set.ts';

export class Doubts {
  readonly #ledger: Ledger;
  readonly #doubtful: PieceSet;
  readonly #settled: PieceSet;
  /** Blocks that were written may be lost. */
  #blocksLost = false;

  constructor(ledger: Ledger) {
    const { pieceCount } = ledger.geometry;
    this.#ledger = ledger;
    this.#doubtful = new PieceSet(pieceCount);
    this.#settled = new PieceSet(pieceCount);
  }

  get count(): number {
    return this.#doubtful.count;
  }

  /** Blocks of pieces that are not whole may be lost. */
  get blocksLost(): boolean {
    return this.#blocksLost;
  }

  has(piece: number): boolean {
    return this.#doubtful.has(piece);
  }

  add(piece: number): void {
    this.#doubtful.add(piece);
    this.#settled.remove(piece);
  }

  addAll(): void {
    this.#blocksLost = true;
    this.#doubtful.fill();
    this.#settled.clear();
  }

  /** The store failed. `piece`: the one that could not be read; -1: none. */
  storeFailed(fault: StoreFault, piece: number): void {
    if (fault !== 'full' && fault !== 'io') {
      this.addAll();
      return;
    }
    this.#blocksLost = true;
    const { verified } = this.#ledger;
    for (let each = 0; each < verified.length; each++) {
      if (verified.has(each) && !this.#settled.has(each)) this.add(each);
    }
    if (piece >= 0) this.add(piece);
  }

  /** The piece was hashed where it lies. */
  checked(piece: number, good: boolean): void {
    this.#doubtful.remove(piece);
    if (good) this.#settled.add(piece);
  }

  /** The pieces from `from` up to and without `end` are not there. */
  missing(from: number, end: number): void {
    this.#doubtful.removeRange(from, end);
  }

  /** Takes out of `pieces` what is in doubt: a sync that succeeds after one that failed does not bring back what was lost. */
  exclude(pieces: PieceSet): void {
    this.#doubtful.each((piece) => pieces.remove(piece));
  }

  /** Pieces that somebody vouches for. */
  settle(pieces: PieceSet): void {
    for (
      let piece = pieces.nextWithout(0, this.#doubtful, this.#settled);
      piece >= 0;
      piece = pieces.nextWithout(piece + 1, this.#doubtful, this.#settled)
    ) {
      this.#settled.add(piece);
    }
  }

  /** Takes out of the ledger what is in doubt. No lease may be out. */
  clear(): void {
    const ledger = this.#ledger;
    if (this.#blocksLost) {
      this.#blocksLost = false;
      // A piece that was whole but for its hash may well be there.
      for (const piece of ledger.dropPartial()) this.add(piece);
    }
    if (this.#doubtful.isEmpty) return;
    this.#doubtful.each((piece) => {
      if (ledger.verified.has(piece)) ledger.forget(piece);
    });
  }
}
