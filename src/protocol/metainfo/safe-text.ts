/**
 * Text of a stranger, made safe to show on one line: no control characters, nothing invisible, nothing that turns the
 * direction of writing (rows S-03 and S-15: `photo\u202Egpj.exe` looks like a picture).
 *
 * The ranges are written out rather than taken from `\p{Cf}`, whose contents depend on the engine's Unicode version.
 */
import { replaceUtf8, truncateUtf8 } from '../bencode/utf8.ts';

/** C0, DEL, C1, and the line and paragraph separators. */
// eslint-disable-next-line no-control-regex -- removing them is what this is for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
/** Zero-width, bidirectional and other format characters, and the byte order mark. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu;
/** What stands for bytes that are not UTF-8; a run of them becomes one. */
const REPLACED = /\ufffd+/g;

/** Printable ASCII: most names, and nothing to do. */
const PLAIN = /^[ -~]*$/;

/** `text` with `_` for every control character and every run of U+FFFD, and without invisible ones. */
export function safeText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(INVISIBLE, '').replace(CONTROL, '_').replace(REPLACED, '_');
}

/** The same of UTF-8 bytes, at most `bytesMax` long, cut between characters. */
export function safeTextOf(bytes: Uint8Array, bytesMax: number): string {
  // Cut before decoding too: a name of megabytes costs no more than a long one. Every step only makes text shorter,
  // but for a byte that becomes a three-byte U+FFFD and then `_`.
  const head = bytes.subarray(0, bytesMax * 4);
  return truncateUtf8(safeText(replaceUtf8(head)), bytesMax);
}
