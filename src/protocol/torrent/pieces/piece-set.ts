/**
 * A set of pieces with an exact length and a running count. The only door of `bitfield`.
 *
 * Invariant: `count` equals the number of set bits; bits past `length` are zero. What came from the wire is copied
 * and checked (`fromWire`), so a set never aliases a borrowed buffer.
 */
import BitField from 'bitfield';
import { assert } from '../../../core/index.ts';

export class PieceSet {
  readonly length: number;
  readonly #bits: BitField;
  /** The same memory, 32 bits at a time: only ever compared as wholes, so the order of bytes does not matter. */
  readonly #words: Int32Array;
  #count = 0;

  constructor(length: number) {
    this.length = length;
    const buffer = new ArrayBuffer(Math.max(1, Math.ceil(length / 32)) * 4);
    this.#bits = new BitField(new Uint8Array(buffer));
    this.#words = new Int32Array(buffer);
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

  copy(): PieceSet {
    const set = new PieceSet(this.length);
    set.#words.set(this.#words);
    set.#count = this.#count;
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
    const { buffer } = this.#bits;
    const whole = this.length >> 3;
    buffer.fill(0xff, 0, whole);
    if (this.length % 8 > 0) buffer[whole] = (0xff00 >> (this.length % 8)) & 0xff;
    this.#count = this.length;
  }

  clear(): void {
    this.#words.fill(0);
    this.#count = 0;
  }

  /** Takes out the pieces from `from` up to and without `end`. */
  removeRange(from: number, end: number): void {
    assert(from >= 0 && from <= end && end <= this.length, 'piece set: range');
    const { buffer } = this.#bits;
    let piece = from;
    for (; piece < end && piece % 8 > 0; piece++) this.remove(piece);
    for (; piece + 8 <= end; piece += 8) {
      this.#count -= POPULATION[buffer[piece >> 3]!]!;
      buffer[piece >> 3] = 0;
    }
    for (; piece < end; piece++) this.remove(piece);
  }

  /** The bytes of a `bitfield` message: a fresh copy. */
  toWire(): Uint8Array {
    return this.#bits.buffer.slice(0, Math.ceil(this.length / 8));
  }

  /** How many pieces are in this set but in neither of the others, word by word rather than piece by piece. */
  countWithout(other: PieceSet, another: PieceSet | null = null): number {
    const ours = this.#words;
    const theirs = other.#words;
    const more = another === null ? theirs : another.#words;
    let count = 0;
    for (let i = 0; i < ours.length; i++) count += population(ours[i]! & ~theirs[i]! & ~more[i]!);
    return count;
  }

  /** The first piece at or after `from` that is in this set but in neither of the others; -1: there is none. */
  nextWithout(from: number, other: PieceSet, another: PieceSet | null = null): number {
    const ours = this.#bits.buffer;
    const theirs = other.#bits.buffer;
    const more = another === null ? theirs : another.#bits.buffer;
    let mask = 0xff >> (from & 7);
    for (let i = from >> 3; i < ours.length;) {
      const left = ours[i]! & ~theirs[i]! & ~more[i]! & mask;
      if (left !== 0) return i * 8 + Math.clz32(left) - 24;
      mask = 0xff;
      i++;
      if (i % 4 === 0) i = this.#wordWithout(i >> 2, other, another ?? other) << 2;
    }
    return -1;
  }

  /** The first word from `word` on in which a piece is left; the number of words where there is none. */
  #wordWithout(word: number, other: PieceSet, another: PieceSet): number {
    const ours = this.#words;
    const theirs = other.#words;
    const more = another.#words;
    let at = word;
    while (at < ours.length && (ours[at]! & ~theirs[at]! & ~more[at]!) === 0) at++;
    return at;
  }

  /** Calls `visit` with every piece of the set, in order. */
  each(visit: (piece: number) => void): void {
    const { buffer } = this.#bits;
    for (let i = 0; i < buffer.length; i++) {
      for (let left = buffer[i]!; left !== 0;) {
        const bit = Math.clz32(left) - 24;
        visit(i * 8 + bit);
        left &= ~(0x80 >> bit);
      }
    }
  }
}

const POPULATION = new Uint8Array(256);
for (let i = 1; i < 256; i++) POPULATION[i] = POPULATION[i >> 1]! + (i & 1);

function countBits(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += POPULATION[bytes[i]!]!;
  return count;
}

/** Set bits of a word: sums of pairs, of fours, of bytes. */
function population(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
