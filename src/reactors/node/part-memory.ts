/**
 * The memory in which stores gather parts: buffers, their bounds, and the back-pressure that follows from them.
 *
 * Invariants: incomplete parts hold at most `gatherBytesMax`, else the oldest is sealed, of whatever store; while all
 * parts together hold more than `unwrittenBytesMax`, the answers of writes wait. Sealed parts are given back when
 * they are written and hashed, so waiting always ends. Buffers count whole, since that is what they occupy.
 */
import type { Part } from './part.ts';

/** Bounds in bytes. */
export interface PartMemoryLimits {
  readonly gatherBytesMax: number;
  readonly unwrittenBytesMax: number;
}

/** The memory of all stores of a reactor. */
export class PartMemory {
  readonly #limits: PartMemoryLimits;
  /** Parts being gathered, oldest first, with what seals each. */
  readonly #gathering = new Map<Part, () => void>();
  readonly #spare = new Map<number, Uint8Array[]>();
  readonly #waiting: (() => void)[] = [];
  #gatheredBytes = 0;
  #heldBytes = 0;
  #spareBytes = 0;

  constructor(limits: PartMemoryLimits) {
    this.#limits = limits;
  }

  /** Bytes of all buffers in use. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** A buffer of old bytes or zeros. */
  take(length: number): Uint8Array {
    this.#heldBytes += length;
    const spare = this.#spare.get(length)?.pop();
    if (spare === undefined) return new Uint8Array(length);
    this.#spareBytes -= length;
    return spare;
  }

  /** The buffer is not used any more. */
  give(buffer: Uint8Array): void {
    this.#heldBytes -= buffer.length;
    if (this.#spareBytes + buffer.length <= this.#limits.gatherBytesMax) {
      const spares = this.#spare.get(buffer.length);
      if (spares === undefined) this.#spare.set(buffer.length, [buffer]);
      else spares.push(buffer);
      this.#spareBytes += buffer.length;
    }
    while (this.#waiting.length > 0 && this.#heldBytes <= this.#limits.unwrittenBytesMax) {
      this.#waiting.shift()!();
    }
  }

  /** A part began to be gathered; `seal` must end in `sealed`. */
  gathering(part: Part, seal: () => void): void {
    this.#gathering.set(part, seal);
    this.#gatheredBytes += part.buffer.length;
  }

  sealed(part: Part): void {
    if (this.#gathering.delete(part)) this.#gatheredBytes -= part.buffer.length;
  }

  /** Seals the oldest parts until the rest is within bounds. */
  spill(): void {
    for (const seal of this.#gathering.values()) {
      if (this.#gatheredBytes <= this.#limits.gatherBytesMax) return;
      seal();
    }
  }

  /** Calls `answer` now if there is room, else when there is again. */
  admit(answer: () => void): void {
    if (this.#heldBytes <= this.#limits.unwrittenBytesMax) answer();
    else this.#waiting.push(answer);
  }

  /** Forgets spares and waiters. */
  stop(): void {
    this.#spare.clear();
    this.#gathering.clear();
    this.#waiting.length = 0;
  }
}
