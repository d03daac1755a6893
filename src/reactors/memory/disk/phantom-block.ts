/**
 * Payload that has a length and a colour, and no content: what blocks are made of at messages fidelity.
 *
 * Invariant: every phantom is a view of one of two buffers that nobody writes to, so a block is known for right or wrong
 * by whose view it is, and a swarm of thousands moves terabytes that cost nothing. Right means: right for the place it
 * was asked for; who sends a right block for another place has to poison it.
 */
import { assert } from '../../../core/index.ts';

/** The longest phantom: no request of any client asks for more. */
const LENGTH_MAX = 1024 * 1024;
/** Views up to this length are made once. */
const SHARED_MAX = 16_384;

class Payload {
  readonly buffer: ArrayBuffer;
  readonly #whole: Uint8Array;
  /** The block that nearly everybody sends: known at a glance. */
  readonly full: Uint8Array;
  readonly #views = new Map<number, Uint8Array>();

  constructor(byte: number) {
    this.buffer = new ArrayBuffer(LENGTH_MAX);
    this.#whole = new Uint8Array(this.buffer);
    if (byte !== 0) this.#whole.fill(byte);
    this.full = this.#whole.subarray(0, SHARED_MAX);
  }

  block(length: number): Uint8Array {
    if (length === SHARED_MAX) return this.full;
    const known = this.#views.get(length);
    if (known !== undefined) return known;
    assert(length >= 0 && length <= LENGTH_MAX, 'a phantom is no longer than a request can be');
    const view = this.#whole.subarray(0, length);
    if (length < SHARED_MAX) this.#views.set(length, view);
    return view;
  }
}

const TRUE = new Payload(0);
const POISONED = new Payload(0xa5);

/** `length` bytes that are right, one view for all who ask for so many; zeros to who looks. Do not write to them. */
export function phantomBlock(length: number): Uint8Array {
  return TRUE.block(length);
}

/** `length` bytes that are wrong, one view for all who ask for so many. Do not write to them. */
export function poisonedBlock(length: number): Uint8Array {
  return POISONED.block(length);
}

/** Whether `data` came from `poisonedBlock`. */
export function isPoisoned(data: Uint8Array): boolean {
  return data.buffer === POISONED.buffer;
}

/** Whether `data` came from `phantomBlock`. Bytes of any other source are not known to be right. */
export function isPhantom(data: Uint8Array): boolean {
  return data === TRUE.full || data.buffer === TRUE.buffer;
}
