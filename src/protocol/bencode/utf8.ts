/**
 * UTF-8 to text and back, as the Encoding Standard has it, in plain arithmetic: the pure rooms have no TextDecoder.
 *
 * Over-long forms, encoded surrogates, values above U+10FFFF and cut sequences are invalid. Strict decoding answers
 * null for them; replacing decoding gives one U+FFFD per longest invalid prefix. A byte order mark is kept: it is
 * data here, and dropping it would make two different names equal.
 */

const REPLACEMENT = 0xfffd;
/** Code units turned into a string at once; few enough for an argument list. */
const UNITS_AT_ONCE = 4096;

/** The text of `bytes[start, end)`, or null when it is not valid UTF-8. */
export function decodeUtf8(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): string | null {
  return decodeWith(bytes, start, end, false);
}

/** The text of `bytes[start, end)`, with U+FFFD for what is not valid UTF-8. */
export function replaceUtf8(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  return decodeWith(bytes, start, end, true) ?? '';
}

/** The bytes of `text`; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.codePointAt(i)!;
    if (point > 0xffff) i++;
    else if (point >= 0xd800 && point < 0xe000) point = REPLACEMENT;
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    if (point < 0x800) bytes[at++] = 0xc0 | (point >> 6);
    else {
      if (point < 0x10000) bytes[at++] = 0xe0 | (point >> 12);
      else {
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      }
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[at++] = 0x80 | (point & 0x3f);
  }
  return bytes;
}

/** Bytes of `text` in UTF-8. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    // Two units and four bytes for a pair: counted 1 + 2 here, and 1 more for its second unit.
    if (text.codePointAt(i)! > 0xffff) i++;
  }
  return length;
}

/** The longest head of `text`, whole characters only, that takes at most `bytesMax` bytes in UTF-8. */
export function truncateUtf8(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes > bytesMax) return text.slice(0, i);
    if (point > 0xffff) i++;
  }
  return text;
}

function decodeWith(
  bytes: Uint8Array,
  start: number,
  end: number,
  replacing: boolean,
): string | null {
  let text = '';
  const units: number[] = [];
  for (let at = start; at < end;) {
    const first = bytes[at]!;
    const length = first < 0x80 ? 1 : sequenceLength(bytes, at, end);
    if (length <= 0) {
      if (!replacing) return null;
      units.push(REPLACEMENT);
      at -= length;
    } else {
      pushPoint(units, length === 1 ? first : pointAt(bytes, at, length));
      at += length;
    }
    if (units.length >= UNITS_AT_ONCE) {
      text += String.fromCharCode(...units);
      units.length = 0;
    }
  }
  return text + String.fromCharCode(...units);
}

/** Bytes of the valid multi-byte sequence at `at`, or minus the length of the longest invalid prefix. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0xc2 || first > 0xf4) return -1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte's range shuts out over-long forms, surrogates and values above U+10FFFF (Unicode, table 3-7).
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    const next = at + i < end ? bytes[at + i]! : 0;
    if (next < (i === 1 ? least : 0x80) || next > (i === 1 ? most : 0xbf)) return -i;
  }
  return length;
}

function pointAt(bytes: Uint8Array, at: number, length: number): number {
  let point = bytes[at]! & (0x7f >> length);
  for (let i = 1; i < length; i++) point = (point << 6) | (bytes[at + i]! & 0x3f);
  return point;
}

function pushPoint(units: number[], point: number): void {
  if (point < 0x10000) units.push(point);
  else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
}
