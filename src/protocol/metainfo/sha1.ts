/**
 * SHA-1 (FIPS 180-4) in integer arithmetic, for info-hashes and allowed-fast sets: the pure rooms have no cryptography of
 * the platform, and both are computed once, per torrent or per connection. Pieces are hashed by the store, never here.
 * SHA-1 is broken against chosen collisions; the protocol names torrents by it all the same (BEP 3).
 */
import { digestBlocks, loadBlock } from './digest-blocks.ts';

/** The 20-byte SHA-1 digest of `bytes`. */
export function sha1(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(80);
  return digestBlocks(bytes, state, (into, from, at) => absorb(into, words, from, at));
}

/** Mixes the 64-byte block at `at` into `state`. `words` is scratch. */
function absorb(state: Int32Array, words: Int32Array, bytes: Uint8Array, at: number): void {
  loadBlock(words, bytes, at);
  for (let i = 16; i < 80; i++) {
    const mixed = words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!;
    words[i] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let i = 0; i < 80; i++) {
    let mixed: number;
    if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
    else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + mixed + e + words[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
}
