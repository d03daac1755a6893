/**
 * Names of what the engine keeps beside a torrent's content: `.NAME.ENDING`, so that it is hidden and found again.
 */

/** Bytes of NAME in the whole; names of files have 255 bytes at most. */
const NAME_BYTES_MAX = 240;

/** `.NAME.ENDING`. `ending`: up to 12 ASCII characters. */
export function hiddenName(name: string, ending: string): string {
  return `.${shortened(name)}.${ending}`;
}

/** Cut where it would make a name that is too long, between characters. */
function shortened(name: string): string {
  let short = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > NAME_BYTES_MAX) break;
    short += character;
  }
  return short;
}
