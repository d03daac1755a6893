/**
 * Bytes that know their place: a stream's content is decided by a number and the offset, so that the far end can check
 * every byte without keeping any. A byte that is lost, doubled or swapped shows at once.
 */

/** The byte at `offset` of stream `seed`. */
export function patternAt(seed: number, offset: number): number {
  return (
    (Math.imul(offset, 31) ^ Math.imul(offset >>> 8, 113) ^ (offset >>> 16) ^ (seed * 73)) & 0xff
  );
}

/** `length` bytes of stream `seed` from `offset` on. */
export function pattern(seed: number, length: number, offset = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => patternAt(seed, offset + i));
}

/** Whether both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One byte per character; for ASCII. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** One character per byte. */
export function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
