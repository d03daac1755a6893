/**
 * Bytes as lower-case hexadecimal digits, and back. Quick enough for a torrent of ten megabytes.
 */

const DIGITS = '0123456789abcdef';
/** Code units per call of `fromCharCode`: far below what engines take as arguments. */
const CHUNK = 8192;

export function toHex(bytes: Uint8Array): string {
  const units = new Uint8Array(Math.min(CHUNK, 2 * bytes.length));
  let text = '';
  for (let from = 0; from < bytes.length; from += CHUNK / 2) {
    const count = Math.min(CHUNK / 2, bytes.length - from);
    for (let i = 0; i < count; i++) {
      const byte = bytes[from + i]!;
      units[2 * i] = DIGITS.charCodeAt(byte >> 4);
      units[2 * i + 1] = DIGITS.charCodeAt(byte & 15);
    }
    text += String.fromCharCode(...units.subarray(0, 2 * count));
  }
  return text;
}

/** Null where `text` is not pairs of lower-case digits. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = digitOf(text.charCodeAt(2 * i));
    const low = digitOf(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return null;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  return unit >= 0x61 && unit <= 0x66 ? unit - 0x57 : -1;
}
