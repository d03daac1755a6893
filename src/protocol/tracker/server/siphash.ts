/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012): a keyed hash of short messages that nobody without the key can predict, to 64
 * bits. In 32-bit halves, for messages of whole 32-bit words: an address and a minute are such. Allocates nothing.
 */

/** 128 bits of key, as four little-endian words. */
export type SipKey = readonly [number, number, number, number];

/** The 64 bits of the last hash, low and high word. */
export interface SipResult {
  low: number;
  high: number;
}

/** Four 64-bit lanes: v0 low, v0 high, v1 low, ... */
const v = new Int32Array(8);

/** Hashes `count` little-endian words. */
export function sipHash(
  [k0, k1, k2, k3]: SipKey,
  words: Int32Array,
  count: number,
  out: SipResult,
): void {
  v[0] = k0 ^ 0x70736575;
  v[1] = k1 ^ 0x736f6d65;
  v[2] = k2 ^ 0x6e646f6d;
  v[3] = k3 ^ 0x646f7261;
  v[4] = k0 ^ 0x6e657261;
  v[5] = k1 ^ 0x6c796765;
  v[6] = k2 ^ 0x79746573;
  v[7] = k3 ^ 0x74656462;
  let at = 0;
  for (; at + 2 <= count; at += 2) compress(words[at]!, words[at + 1]!);
  // The last block: what is left, and the length of the message in bytes on top.
  const length = (count * 4) << 24;
  compress(at < count ? words[at]! : 0, length);
  v[4] ^= 0xff;
  for (let i = 0; i < 4; i++) round();
  out.low = (v[0] ^ v[2] ^ v[4] ^ v[6]) >>> 0;
  out.high = (v[1] ^ v[3] ^ v[5] ^ v[7]) >>> 0;
}

function compress(low: number, high: number): void {
  v[6]! ^= low;
  v[7]! ^= high;
  round();
  round();
  v[0]! ^= low;
  v[1]! ^= high;
}

function round(): void {
  add(0, 2);
  add(4, 6);
  rotate(2, 13);
  rotate(6, 16);
  xor(2, 0);
  xor(6, 4);
  swap(0);
  add(4, 2);
  add(0, 6);
  rotate(2, 17);
  rotate(6, 21);
  xor(2, 4);
  xor(6, 0);
  swap(4);
}

function add(to: number, from: number): void {
  const low = (v[to]! >>> 0) + (v[from]! >>> 0);
  v[to + 1] = v[to + 1]! + v[from + 1]! + (low > 0xffffffff ? 1 : 0);
  v[to] = low;
}

function rotate(lane: number, bits: number): void {
  const low = v[lane]!;
  const high = v[lane + 1]!;
  v[lane] = (low << bits) | (high >>> (32 - bits));
  v[lane + 1] = (high << bits) | (low >>> (32 - bits));
}

function xor(to: number, from: number): void {
  v[to]! ^= v[from]!;
  v[to + 1]! ^= v[from + 1]!;
}

/** Rotates a lane by 32 bits. */
function swap(lane: number): void {
  const low = v[lane]!;
  v[lane] = v[lane + 1]!;
  v[lane + 1] = low;
}
