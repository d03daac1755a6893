/**
 * Which blocks are nothing but padding (BEP 47): known to be zeros, so nobody is asked for them.
 *
 * Invariant: a block counts as padding exactly where all of it lies inside one run. Knows nothing of what has arrived.
 */
import { BLOCK_LENGTH } from './geometry.ts';
import type { Geometry } from './geometry.ts';

/** A run of padding bytes in the torrent's byte array (BEP 47): known to be zeros, so never requested. */
export interface PaddingRange {
  readonly offset: number;
  readonly length: number;
}

export class PaddingBlocks {
  readonly #geometry: Geometry;
  readonly #ranges: readonly PaddingRange[];

  /** `ranges`: ascending and apart. */
  constructor(geometry: Geometry, ranges: readonly PaddingRange[]) {
    this.#geometry = geometry;
    this.#ranges = ranges;
  }

  /** Whether the block of this piece lies wholly inside one run of padding. */
  has(piece: number, block: number): boolean {
    if (this.#ranges.length === 0) return false;
    const offset = this.#geometry.pieceOffset(piece) + block * BLOCK_LENGTH;
    const end = offset + this.#geometry.blockSize(piece, block);
    const range = this.#ranges[this.#firstAfter(offset)];
    return range !== undefined && range.offset <= offset && end <= range.offset + range.length;
  }

  /** Blocks of the piece that are padding. Costs a step per run in the piece, however long it is. */
  countIn(piece: number): number {
    if (this.#ranges.length === 0) return 0;
    const start = this.#geometry.pieceOffset(piece);
    const end = start + this.#geometry.pieceSize(piece);
    let count = 0;
    for (let i = this.#firstAfter(start); i < this.#ranges.length; i++) {
      const { offset, length } = this.#ranges[i]!;
      if (offset >= end) break;
      const first = Math.max(0, Math.ceil((offset - start) / BLOCK_LENGTH));
      // The last block of a piece may be short: a run that reaches the piece's end holds all of it.
      const whole = offset + length >= end;
      const last = whole
        ? this.#geometry.blocksIn(piece)
        : Math.floor((offset + length - start) / BLOCK_LENGTH);
      count += Math.max(0, last - first);
    }
    return count;
  }

  /** Blocks of the torrent that are padding. */
  get count(): number {
    const { pieceLength, pieceCount } = this.#geometry;
    let count = 0;
    let next = 0;
    for (const { offset, length } of this.#ranges) {
      const end = Math.min(pieceCount, Math.ceil((offset + length) / pieceLength));
      next = Math.max(next, Math.floor(offset / pieceLength));
      for (; next < end; next++) count += this.countIn(next);
    }
    return count;
  }

  /** The first run that ends after `offset`. */
  #firstAfter(offset: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = this.#ranges[middle]!;
      if (range.offset + range.length <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Calls `look` with every piece that lies wholly inside one run, in order. */
  eachWhole(look: (piece: number) => void): void {
    for (const range of this.#ranges) {
      const first = Math.ceil(range.offset / this.#geometry.pieceLength);
      const end = range.offset + range.length;
      for (let piece = first; piece < this.#geometry.pieceCount; piece++) {
        if (this.#geometry.pieceOffset(piece) + this.#geometry.pieceSize(piece) > end) break;
        look(piece);
      }
    }
  }
}
