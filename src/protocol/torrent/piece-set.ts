/**
 * A set of pieces with an exact length and a running count. The only door of `bitfield`.
 *
 * Invariant: `count` equals the number of set bits; bits past `length` are zero. What came from the wire is copied
 * and checked (`fromWire`), so a set never aliases a borrowed buffer.
 */
import BitField from 'bitfield';
import { assert } from '../../core/index.ts';

export class PieceSet {
  readonly length: number;
  readonly #bits: BitField;
  #count = 0;

  constructor(length: number) {
    this.length = length;
    this.#bits = new BitField(Math.max(1, length));
  }

  /** A copy of a `bitfield` message's bytes, or null where length or spare bits are wrong (BEP 3: drop that peer). */
  static fromWire(bits: Uint8Array, length: number): PieceSet | null {
    if (bits.length !== Math.ceil(length / 8)) return null;
    const spare = bits.length * 8 - length;
    if (spare > 0 && (bits[bits.length - 1]! & ((1 << spare) - 1)) !== 0) return null;
    const set = new PieceSet(length);
    set.#bits.buffer.set(bits);
    set.#count = countBits(bits);
    return set;
  }

  get count(): number {
    return this.#count;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.#count === this.length;
  }

  has(piece: number): boolean {
    return this.#bits.get(piece);
  }

  /** Returns whether the piece is new. */
  add(piece: number): boolean {
    assert(piece >= 0 && piece < this.length, 'piece set: index');
    if (this.#bits.get(piece)) return false;
    this.#bits.set(piece, true);
    this.#count++;
    return true;
  }

  /** Returns whether the piece was there. */
  remove(piece: number): boolean {
    assert(piece >= 0 && piece < this.length, 'piece set: index');
    if (!this.#bits.get(piece)) return false;
    this.#bits.set(piece, false);
    this.#count--;
    return true;
  }

  fill(): void {
    for (let piece = 0; piece < this.length; piece++) this.#bits.set(piece, true);
    this.#count = this.length;
  }

  /** The bytes of a `bitfield` message: a fresh copy. */
  toWire(): Uint8Array {
    return this.#bits.buffer.slice(0, Math.ceil(this.length / 8));
  }

  /** How many pieces are in this set but in neither of the others, byte by byte rather than piece by piece. */
  countWithout(other: PieceSet, another: PieceSet | null = null): number {
    const ours = this.#bits.buffer;
    const theirs = other.#bits.buffer;
    const more = another === null ? theirs : another.#bits.buffer;
    let count = 0;
    for (let i = 0; i < ours.length; i++) {
      count += POPULATION[ours[i]! & ~theirs[i]! & ~more[i]! & 0xff]!;
    }
    return count;
  }
}

const POPULATION = new Uint8Array(256);
for (let i = 1; i < 256; i++) POPULATION[i] = POPULATION[i >> 1]! + (i & 1);

function countBits(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += POPULATION[bytes[i]!]!;
  return count;
}
