/**
 * What is known of each block of a phantom store: two bits, and none at all while they are all alike.
 *
 * Invariant: `count(state)` is exact at all times; the bits are given up as soon as every block is `HELD`, so a seed
 * costs a few words, however large its torrent is.
 */

/** Never written. */
export const UNTOUCHED = 0;
/** Written, and right. */
export const HELD = 1;
/** Written, and wrong. */
export const WRONG = 2;

export type BlockState = typeof UNTOUCHED | typeof HELD | typeof WRONG;

export class DiskBlockMap {
  /** Blocks. */
  readonly length: number;
  readonly #counts: [number, number, number];
  /** Four blocks in a byte; null: all are in the state `#all`. */
  #bits: Uint8Array | null = null;
  #all: BlockState = UNTOUCHED;

  constructor(length: number) {
    this.length = length;
    this.#counts = [length, 0, 0];
  }

  /** Null where the blocks differ. */
  get all(): BlockState | null {
    return this.#bits === null ? this.#all : null;
  }

  /** Bytes of bits held now. */
  get byteLength(): number {
    return this.#bits?.length ?? 0;
  }

  count(state: BlockState): number {
    return this.#counts[state];
  }

  get(block: number): BlockState {
    if (this.#bits === null) return this.#all;
    return ((this.#bits[block >> 2]! >> ((block & 3) << 1)) & 3) as BlockState;
  }

  set(block: number, state: BlockState): void {
    const old = this.get(block);
    if (old === state) return;
    this.#counts[old]--;
    this.#counts[state]++;
    if (state === HELD && this.#counts[HELD] === this.length) {
      this.#bits = null;
      this.#all = HELD;
      return;
    }
    this.#bits ??= new Uint8Array((this.length + 3) >> 2).fill(this.#all * 0x55);
    const shift = (block & 3) << 1;
    this.#bits[block >> 2] = (this.#bits[block >> 2]! & ~(3 << shift)) | (state << shift);
  }

  fill(state: BlockState): void {
    this.#bits = null;
    this.#all = state;
    this.#counts.fill(0);
    this.#counts[state] = this.length;
  }

  /** Becomes the same as `other`, which has as many blocks. */
  copy(other: DiskBlockMap): void {
    this.#all = other.#all;
    for (let i = 0; i < 3; i++) this.#counts[i] = other.#counts[i]!;
    if (other.#bits === null) this.#bits = null;
    else {
      this.#bits ??= new Uint8Array(other.#bits.length);
      this.#bits.set(other.#bits);
    }
  }

  /** The worst in `[first, last]`: untouched before wrong before held. No blocks at all are held. */
  worst(first: number, last: number): BlockState {
    if (this.#bits === null) return last < first ? HELD : this.#all;
    let worst: BlockState = HELD;
    for (let block = first; block <= last; block++) {
      const state = this.get(block);
      if (state === UNTOUCHED) return UNTOUCHED;
      if (state === WRONG) worst = WRONG;
    }
    return worst;
  }
}
