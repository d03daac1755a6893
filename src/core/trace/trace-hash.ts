/**
 * A running 64-bit fingerprint of a run: equal runs have equal digests, unequal ones differ but for bad luck (2^-64).
 *
 * Two lanes of 32 bits, each a multiply-rotate mix (murmur3's constants), so that it costs a few integer operations per
 * word and nothing is allocated before `digest`. The order of what is mixed counts; numbers, texts and bytes that look
 * alike do not collide, because each carries its kind or its length. Not for secrets and not against an adversary.
 */

const SEED_A = 0x2a5f3c19;
const SEED_B = 0x71b68ed3 | 0;
/** What stands before a number that is no 32-bit integer. */
const WIDE = 0x5eed1e55;
/** What the length of a text, or of bytes, is mixed with, so that neither passes for the other or for a small number. */
const TEXT = 0x74657874;
const BYTES = 0x62797465;

/** A double, and its two halves. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
/** Which half is the low one, on a host of either byte order. */
const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;

export class TraceHash {
  #a = SEED_A;
  #b = SEED_B;
  #words = 0;

  /** Any number, exactly; `-0` counts as 0 and every `NaN` is one. */
  mixNumber(value: number): void {
    const whole = value | 0;
    if (whole === value) {
      this.#mix(whole);
      return;
    }
    double[0] = value;
    this.#mix(WIDE);
    // The bits of NaN are the host's own business.
    this.#mix(value === value ? halves[LOW]! | 0 : 0);
    this.#mix(value === value ? halves[1 - LOW]! | 0 : 0x7ff80000);
  }

  /** The length and the UTF-16 units. */
  mixText(value: string): void {
    this.#mix(value.length ^ TEXT);
    for (let i = 0; i < value.length; i++) this.#mix(value.charCodeAt(i));
  }

  /** The length and the bytes. */
  mixBytes(value: Uint8Array): void {
    const { length } = value;
    this.#mix(length ^ BYTES);
    // As `#mix`, with the lanes in local variables: blocks of 16 KiB come through here while a session is recorded.
    let a = this.#a;
    let b = this.#b;
    const whole = length & ~3;
    for (let at = 0; at < whole; at += 4) {
      const word =
        value[at]! | (value[at + 1]! << 8) | (value[at + 2]! << 16) | (value[at + 3]! << 24);
      a = laneA(a, word);
      b = laneB(b, word);
    }
    if (whole < length) {
      let word = 0;
      for (let at = length - 1; at >= whole; at--) word = (word << 8) | value[at]!;
      a = laneA(a, word);
      b = laneB(b, word);
    }
    this.#a = a;
    this.#b = b;
  }

  /** 16 hexadecimal digits. Mixing may go on afterwards. */
  digest(): string {
    let a = this.#a ^ this.#words;
    let b = this.#b ^ this.#words;
    a = (a + b) | 0;
    b = (b + a) | 0;
    a = avalanche(a);
    b = avalanche(b);
    a = (a + b) | 0;
    b = (b + a) | 0;
    return hex(a) + hex(b);
  }

  #mix(word: number): void {
    this.#a = laneA(this.#a, word);
    this.#b = laneB(this.#b, word);
    this.#words = (this.#words + 1) | 0;
  }
}

function laneA(lane: number, word: number): number {
  const k = Math.imul(word, 0x239b961b);
  const mixed = lane ^ Math.imul((k << 15) | (k >>> 17), 0xab0e9789);
  return (Math.imul((mixed << 19) | (mixed >>> 13), 5) + 0x561ccd1b) | 0;
}

function laneB(lane: number, word: number): number {
  const k = Math.imul(word, 0x38b34ae5);
  const mixed = lane ^ Math.imul((k << 17) | (k >>> 15), 0xa1e38b93);
  return (Math.imul((mixed << 15) | (mixed >>> 17), 5) + 0x32ac3b17) | 0;
}

function avalanche(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
