/**
 * The place where a frame that straddles chunks is put together, once.
 *
 * Two slabs take turns: a message assembled in one may still be looked at while the beginning of the next frame, from
 * the end of the same chunk, goes to the other. Invariant: memory follows the bytes that really arrived, never the
 * length that a remote announced: a slab is at most `slabBytesKept`, or twice what is in it. Knows no messages.
 */

/** A slab of this size holds every message but the large ones; idle connections stay here. */
const slabBytesMin = 256;

export class Assembly {
  /** Slabs up to this size are kept for the next frame; it covers a whole `piece`. */
  readonly #slabBytesKept: number;
  #slab: Uint8Array = new Uint8Array(0);
  #other: Uint8Array = new Uint8Array(0);
  #length = 0;

  constructor(slabBytesKept: number) {
    this.#slabBytesKept = Math.max(slabBytesKept, slabBytesMin);
  }

  /** Bytes of the frame so far. */
  get length(): number {
    return this.#length;
  }

  /** The bytes so far, from index 0. What lies beyond `length` means nothing. */
  get bytes(): Uint8Array {
    return this.#slab;
  }

  /** Bytes of memory held. */
  get heldBytes(): number {
    return this.#slab.length + this.#other.length;
  }

  /**
   * Takes from `chunk` at `from` until the frame is `goal` bytes long or the chunk ends. Returns how many it took.
   */
  take(chunk: Uint8Array, from: number, goal: number): number {
    const count = Math.min(goal - this.#length, chunk.length - from);
    this.#makeRoom(this.#length + count, goal);
    if (count <= 24) {
      // A few bytes by hand: a view and a call cost more.
      for (let i = 0; i < count; i++) this.#slab[this.#length + i] = chunk[from + i]!;
    } else this.#slab.set(chunk.subarray(from, from + count), this.#length);
    this.#length += count;
    return count;
  }

  /** The frame is done with: the next one goes to the other slab. Returns the bytes of this one. */
  finish(): Uint8Array {
    const done = this.#slab;
    this.#slab = this.#other;
    // A large slab is not kept: its message holds it as long as it is looked at.
    this.#other = done.length > this.#slabBytesKept ? new Uint8Array(0) : done;
    this.#length = 0;
    return done;
  }

  /** Overwrites what earlier frames left, so that a kept view shows. */
  overwrite(): void {
    this.#other.fill(0xdb);
  }

  #makeRoom(needed: number, goal: number): void {
    const room = this.#slab.length;
    if (needed <= room) return;
    let size: number;
    if (goal <= slabBytesMin) size = slabBytesMin;
    else if (goal <= this.#slabBytesKept) size = this.#slabBytesKept;
    else size = Math.max(Math.min(goal, needed * 2), this.#slabBytesKept);
    const slab = new Uint8Array(size);
    slab.set(this.#slab.subarray(0, this.#length));
    this.#slab = slab;
  }
}
