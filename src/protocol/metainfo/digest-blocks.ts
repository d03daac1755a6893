/** How SHA-1 and SHA-256 take a message (FIPS 180-4, 5.1.1): by blocks of 64 bytes, the last ones padded with the length. */

/** Mixes the 64-byte block at `at` into `state`. */
export type Absorb = (state: Int32Array, bytes: Uint8Array, at: number) => void;

/** The words of `state`, big-endian, once all of `bytes` was absorbed into it. */
export function digestBlocks(bytes: Uint8Array, state: Int32Array, absorb: Absorb): Uint8Array {
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) absorb(state, bytes, at);

  // The rest, a one bit, zeros, and the length in bits as 64-bit big-endian: one block or two.
  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(bytes.length / 0x2000_0000));
  view.setUint32(tail.length - 4, (bytes.length << 3) >>> 0);
  for (let at = 0; at < tail.length; at += 64) absorb(state, tail, at);

  const digest = new Uint8Array(state.length * 4);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < state.length; i++) out.setInt32(i * 4, state[i]!);
  return digest;
}

/** The first 16 words of a schedule: those of the block at `at`. */
export function loadBlock(words: Int32Array, bytes: Uint8Array, at: number): void {
  for (let i = 0, from = at; i < 16; i++, from += 4) {
    words[i] =
      (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  }
}
