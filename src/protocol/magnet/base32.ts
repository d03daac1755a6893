/**
 * Base32 (RFC 4648), for the info-hashes of old magnet links: 32 digits are 20 bytes, without padding.
 */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of whole groups of eight digits, in either case; null where `text` is none. */
export function fromBase32(text: string): Uint8Array | null {
  if (text.length % 8 !== 0) return null;
  const bytes = new Uint8Array((text.length * 5) / 8);
  let bits = 0;
  let value = 0;
  let length = 0;
  for (const character of text.toUpperCase()) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return null;
    value = ((value << 5) | digit) & 0xfff; // never more than 12 bits are pending
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = (value >> bits) & 0xff;
  }
  return bytes;
}
