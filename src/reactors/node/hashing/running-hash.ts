/**
 * The digest of one part, made while its bytes arrive.
 *
 * A byte that was just copied is still in the processor's nearest cache; hashed later, with the rest of its piece, it has to
 * come from memory again, and pieces that wait to be hashed fill that memory. So bytes are taken as they come, in order,
 * up to where the first one is missing, and in slices that are worth a call.
 *
 * Invariant: a digest is of the bytes that lie in the part now. Where a byte that was taken is written again, there is
 * none, and the part is hashed as any other bytes are.
 */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { Part } from '../files/part.ts';

const SLICE_BYTES = 64 * 1024;

export class RunningHash {
  readonly algorithm: 'sha1' | 'sha256';
  readonly #part: Part;
  #hash: Hash | null;
  /** Up to where bytes were taken; an offset in the store. */
  #at: number;

  constructor(part: Part, algorithm: 'sha1' | 'sha256') {
    this.algorithm = algorithm;
    this.#part = part;
    this.#hash = createHash(algorithm);
    this.#at = part.offset;
  }

  /** The part has new bytes from `start` on. */
  written(start: number): void {
    if (this.#hash === null) return;
    if (start < this.#at) {
      this.#hash = null;
      return;
    }
    const end = this.#part.gatheredTo;
    if (end - this.#at >= SLICE_BYTES || end === this.#part.end) this.#take(this.#hash, end);
  }

  /** Of the whole part, once; null: there is none. */
  digest(): Uint8Array | null {
    const hash = this.#hash;
    if (hash === null || this.#at < this.#part.end) return null;
    this.#hash = null;
    return new Uint8Array(hash.digest());
  }

  #take(hash: Hash, end: number): void {
    if (end <= this.#at) return;
    hash.update(this.#part.view(this.#at, end));
    this.#at = end;
  }
}
