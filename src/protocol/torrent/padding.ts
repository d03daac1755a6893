/**
 * Which blocks and pieces of a torrent are nothing but padding (BEP 47): known to be zeros, so never requested.
 *
 * Arithmetic over the runs of padding, which are ascending and do not touch. Nothing here changes.
 */
import { BLOCK_LENGTH } from './geometry.ts';
import type { Geometry } from './geometry.ts';

/** A run of padding bytes in the torrent's byte array. */
export interface PaddingRange {
  readonly offset: number;
  readonly length: number;
}

export class Padding {
  readonly #ranges: readonly PaddingRange[];
  readonly #geometry: Geometry;

  constructor(ranges: readonly PaddingRange[], geometry: Geometry) {
    this.#ranges = ranges;
    this.#geometry = geometry;
  }

  /** How many blocks of the piece are padding. */
  blocksIn(piece: number): number {
    if (this.#ranges.length === 0) return 0;
    let count = 0;
    for (let block = 0; block < this.#geometry.blocksIn(piece); block++) {
      if (this.covers(piece, block)) count++;
    }
    return count;
  }

  /** Whether the block lies wholly inside one run of padding. */
  covers(piece: number, block: number): boolean {
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

  /** The pieces that lie wholly inside one run of padding, ascending. */
  pieces(): number[] {
    const pieces: number[] = [];
    const { pieceLength, pieceCount } = this.#geometry;
    for (const { offset, length } of this.#ranges) {
      for (let piece = Math.ceil(offset / pieceLength); piece < pieceCount; piece++) {
        const end = this.#geometry.pieceOffset(piece) + this.#geometry.pieceSize(piece);
        if (end > offset + length) break;
        pieces.push(piece);
      }
    }
    return pieces;
  }
}
