/**
 * The memory in which stores gather parts: buffers, their bounds, and the back-pressure that follows from them.
 *
 * Invariants: incomplete parts hold at most `gatherBytesMax`, else the oldest is sealed, of whatever store; while all
 * parts together hold more than `unwrittenBytesMax`, the answers of writes wait. Sealed parts are given back when
 * they are written and hashed, so waiting always ends. Buffers count whole, since that is what they occupy. Buffers that
 * nobody uses are kept, as many as together with the others stay below both bounds: a busy store goes up and down
 * between them, and for every few megabytes made anew the collector would run over the whole heap. While a slow disk
 * holds more than that in use, as many as were in use at most: else each part would leave garbage behind, of which the
 * collector lets as much lie about again. When no part is left, few are kept.
 */
import type { Part } from './part.ts';

/** Bounds in bytes. */
export interface PartMemoryLimits {
  readonly gatherBytesMax: number;
  readonly unwrittenBytesMax: number;
}

/** Part of `gatherBytesMax` that may lie spare while there are no parts. */
const idleShare = 8;

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
  /** The most that was in use since it was last half of both bounds: the disk keeps up again. */
  #peakBytes = 0;
  #made = 0;

  constructor(limits: PartMemoryLimits) {
    this.#limits = limits;
  }

  /** Bytes of all buffers in use. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Bytes of buffers that are kept for later. */
  get spareBytes(): number {
    return this.#spareBytes;
  }

  /** Buffers that were ever made. */
  get made(): number {
    return this.#made;
  }

  /** A buffer of old bytes or zeros. */
  take(length: number): Uint8Array {
    this.#heldBytes += length;
    this.#peakBytes = Math.max(this.#peakBytes, this.#heldBytes);
    const spare = this.#spare.get(length)?.pop();
    if (spare !== undefined) {
      this.#spareBytes -= length;
      return spare;
    }
    this.#made++;
    return new Uint8Array(length);
  }

  /** The buffer is not used any more. */
  give(buffer: Uint8Array): void {
    this.#heldBytes -= buffer.length;
    const { gatherBytesMax, unwrittenBytesMax } = this.#limits;
    const bounds = gatherBytesMax + unwrittenBytesMax;
    if (this.#heldBytes <= bounds / 2) this.#peakBytes = 0;
    const most = Math.max(bounds, this.#peakBytes);
    if (this.#heldBytes + this.#spareBytes + buffer.length <= most) {
      const spares = this.#spare.get(buffer.length);
      if (spares === undefined) this.#spare.set(buffer.length, [buffer]);
      else spares.push(buffer);
      this.#spareBytes += buffer.length;
    } else if (this.#heldBytes + this.#spareBytes > most) {
      this.#forgetSpares();
    }
    if (this.#heldBytes === 0 && this.#spareBytes > gatherBytesMax / idleShare)
      this.#forgetSpares();
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
    this.#forgetSpares();
    this.#gathering.clear();
    this.#waiting.length = 0;
  }

  #forgetSpares(): void {
    this.#spare.clear();
    this.#spareBytes = 0;
  }
}
