/**
 * Percent-encoding of binary values in URLs (RFC 3986, section 2.1; BEP 3), byte for byte: 20 bytes of info-hash in,
 * the same 20 bytes out. Stock query parsers read text, and mangle such values.
 */

const HEX = '0123456789ABCDEF';

/** Letters, digits and `-._~` stay; every other byte becomes `%XX`. */
export function percentEncode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text += isUnreserved(byte)
      ? String.fromCharCode(byte)
      : '%' + HEX[byte >> 4]! + HEX[byte & 15]!;
  }
  return text;
}

/**
 * The bytes of an encoded value; `+` is a space, as forms have it (who means a plus writes `%2B`). Null where a `%` is
 * not followed by two hexadecimal digits, or a character is no byte.
 */
export function percentDecode(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code === 0x25) {
      const high = hexDigit(text.charCodeAt(i + 1));
      const low = hexDigit(text.charCodeAt(i + 2));
      if (high < 0 || low < 0) return null;
      code = (high << 4) | low;
      i += 2;
    } else if (code === 0x2b) {
      code = 0x20;
    } else if (code > 0xff) {
      return null;
    }
    bytes[length++] = code;
  }
  return bytes.subarray(0, length);
}

function isUnreserved(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x5f ||
    byte === 0x7e
  );
}

/** The value of a hexadecimal digit's code, or -1 (also for NaN, past the end of a text). */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x41 && code <= 0x46) return code - 0x37;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return -1;
}
