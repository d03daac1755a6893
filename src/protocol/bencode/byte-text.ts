/**
 * Bytes as a string of one character per byte (U+0000 to U+00FF): the form in which dictionary keys are held.
 *
 * It is exact and one to one, so two keys are equal only when their bytes are; an ASCII key is its own literal
 * (`'info'`), and a binary key (an info-hash in a scrape reply, BEP 48) is as good a Map key as any. Decoding keys as
 * UTF-8 would lose this: invalid bytes and byte order marks would make different keys collide.
 */

/** Bytes turned into a string at once; few enough for an argument list. */
const BYTES_AT_ONCE = 4096;

/** `bytes[start, end)` with one character per byte. */
export function byteText(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (end - start <= 32) {
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }
  let text = '';
  for (let i = start; i < end; i += BYTES_AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(i, Math.min(end, i + BYTES_AT_ONCE)));
  }
  return text;
}

/** Order of two spans by their bytes, unsigned, the shorter first where one is the head of the other (BEP 3). */
export function compareSpans(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}
