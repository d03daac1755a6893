/**
 * What stands in a trace for the payload of a block: its length and a 64-bit hash of it.
 *
 * Recording: hashes bytes, each block once although it comes in and goes out again. Replaying: a block is a view of one
 * shared run of zeros that carries the recorded hash by its identity, so that a block which the machine passes on is
 * written exactly as it was recorded. Views are dropped with whoever holds them.
 */
import { TraceHash } from '../../core/index.ts';

/** Bytes. More than any block, read or write of the engine: a damaged trace must not make us allocate. */
export const payloadLengthMax = 0x400_0000;

export class PayloadBook {
  readonly #hashes = new WeakMap<Uint8Array, string>();
  #zeros = new Uint8Array(0x1_0000);
  /** The block of the current step. Its memory is borrowed: later the same object may hold other bytes. */
  #current: Uint8Array | null = null;
  #currentHash = '';

  /** A new step begins: nothing borrowed before is valid. */
  turn(): void {
    this.#current = null;
  }

  /** These bytes will not change any more: their hash is kept with them. */
  keep(bytes: Uint8Array): void {
    if (!this.#hashes.has(bytes)) this.#hashes.set(bytes, hashOf(bytes));
  }

  /** 16 hexadecimal digits. */
  hash(bytes: Uint8Array): string {
    const known = this.#hashes.get(bytes);
    if (known !== undefined) return known;
    if (this.#current !== bytes) {
      this.#currentHash = hashOf(bytes);
      this.#current = bytes;
    }
    return this.#currentHash;
  }

  /** A block of zeros that is written with this hash. */
  standIn(length: number, hash: string): Uint8Array {
    if (length > this.#zeros.length) this.#zeros = new Uint8Array(length);
    const block = this.#zeros.subarray(0, length);
    this.#hashes.set(block, hash);
    return block;
  }
}

function hashOf(bytes: Uint8Array): string {
  const hash = new TraceHash();
  hash.mixBytes(bytes);
  return hash.digest();
}
