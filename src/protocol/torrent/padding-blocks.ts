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
    let low = 0;
    let high = this.#ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = this.#ranges[middle]!;
      if (range.offset + range.length <= offset) low = middle + 1;
      else if (range.offset > offset) high = middle - 1;
      else return end <= range.offset + range.length;
    }
    return false;
  }

  /** Blocks of the piece that are padding. */
  countIn(piece: number): number {
    if (this.#ranges.length === 0) return 0;
    let count = 0;
    for (let block = 0; block < this.#geometry.blocksIn(piece); block++) {
      if (this.has(piece, block)) count++;
    }
    return count;
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
