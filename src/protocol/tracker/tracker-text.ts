/**
 * Text that a tracker sent, made fit to be shown: bounded, valid Unicode, without a character that could steer a
 * terminal or turn the direction of the line (S-15). What is replaced shows as U+FFFD.
 */
import { replaceUtf8, truncateUtf8 } from '../bencode/utf8.ts';
import { trackerTextMax } from './limits.ts';

/** Controls (C0, DEL, C1), separators of lines, direction marks, invisible ones, and the byte-order mark. */
const UNFIT =
  // eslint-disable-next-line no-control-regex -- to take control characters out is what this is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text of `bytes`; at most `trackerTextMax` bytes of it are read, whole characters only. */
export function trackerText(bytes: Uint8Array): string {
  const text = truncateUtf8(replaceUtf8(bytes.subarray(0, trackerTextMax + 4)), trackerTextMax);
  return text.replace(UNFIT, '\ufffd');
}
