/**
 * Block arithmetic of a phantom store: extents are cut into blocks of 16 KiB from their beginning, so the last block of
 * an extent may be short, and so may the last one of all. Which are the blocks that BitTorrent asks for.
 */

/** Bytes. */
export const GRID_BLOCK_BYTES = 16_384;

export class DiskBlockGrid {
  /** Blocks. */
  readonly count: number;
  readonly #length: number;
  readonly #extent: number;
  readonly #perExtent: number;

  /** `extent` 0: the store says nothing about its pieces, and blocks are laid from the beginning. */
  constructor(length: number, extent: number) {
    this.#length = length;
    this.#extent = extent > 0 ? extent : GRID_BLOCK_BYTES;
    this.#perExtent = Math.ceil(this.#extent / GRID_BLOCK_BYTES);
    this.count = length === 0 ? 0 : this.blockAt(length - 1) + 1;
  }

  blockAt(offset: number): number {
    const extent = Math.floor(offset / this.#extent);
    const within = offset - extent * this.#extent;
    return extent * this.#perExtent + Math.floor(within / GRID_BLOCK_BYTES);
  }

  startOf(block: number): number {
    const extent = Math.floor(block / this.#perExtent);
    return extent * this.#extent + (block - extent * this.#perExtent) * GRID_BLOCK_BYTES;
  }

  endOf(block: number): number {
    const extentEnd = (Math.floor(block / this.#perExtent) + 1) * this.#extent;
    return Math.min(this.startOf(block) + GRID_BLOCK_BYTES, extentEnd, this.#length);
  }
}
