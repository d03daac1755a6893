/**
 * Text from torrents, trackers and peers on its way to a terminal: nothing in it may move the cursor, change colours,
 * set a title or turn the direction of writing (row S-15).
 *
 * Everything that a stranger may have chosen goes through here, once, where it is printed.
 */

/** C0, DEL, C1, and the line and paragraph separators. */
// eslint-disable-next-line no-control-regex -- removing them is what this is for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
/** Bidirectional controls, zero-width characters, the byte order mark, and lone surrogates. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** `text` on one line, with a space for every run of control characters and without invisible ones. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, '').replace(CONTROL, ' ');
}
