/**
 * The one place where a name from a torrent file becomes a name on disk (rows S-01 to S-04 and S-06).
 *
 * Whatever comes in, an element that comes out is not empty, not `.` or `..`, holds no separator, no control or
 * invisible character, and is short. So joining elements under a root never leaves the root, whatever the system:
 * both slashes count as separators everywhere, and both vanish, so `/etc/passwd` in one element is `etcpasswd`.
 *
 * `portable` names suit Windows too: no drive letters or streams (`C:x`, `a:b`), no device names, no trailing dots or
 * spaces. `posix` keeps those. That two names do not meet in one file is `distinct-paths.ts`.
 */
import { replaceUtf8, truncateUtf8, utf8Length } from '../bencode/utf8.ts';
import { safeText } from './safe-text.ts';

/** Which systems a name must suit. */
export type PathNaming = 'portable' | 'posix';

/**
 * UTF-8 bytes of one element. File systems take 255: the difference leaves room for a number that tells duplicates
 * apart and for a suffix that a store adds.
 */
export const elementBytesMax = 240;

/** UTF-8 bytes of an extension, with its dot, that is kept when a long name is cut. */
const EXTENSION_BYTES_MAX = 16;
/** Bytes of an element that are looked at; what follows would be cut anyway. */
const READ_BYTES_MAX = 65_536;

const SEPARATORS = /[/\\]/g;
const NOT_ON_WINDOWS = /[<>:"|?*]/g;
/** Names of devices, with any extension; the superscript digits count as digits there. */
const DEVICE =
  /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i;

/**
 * The safe form of one path element, or null for one that means "here" or "up" (`.`, `..`, also once separators and
 * invisible characters are gone). An element of which nothing remains is `_`.
 */
export function safeElement(bytes: Uint8Array, naming: PathNaming): string | null {
  let text = safeText(replaceUtf8(readable(bytes))).replace(SEPARATORS, '');
  if (text === '.' || text === '..') return null;
  if (naming === 'portable') {
    text = withoutTail(text.replace(NOT_ON_WINDOWS, '_'));
    if (DEVICE.test(text)) text = `_${text}`;
  }
  text = shortened(text);
  // The cut may have bared a dot or a space.
  if (naming === 'portable') text = withoutTail(text);
  return text === '' ? '_' : text;
}

/** The safe form of a path: the elements that remain, or `_` when none does. */
export function safePath(elements: readonly Uint8Array[], naming: PathNaming): string[] {
  const path: string[] = [];
  for (const element of elements) {
    const safe = safeElement(element, naming);
    if (safe !== null) path.push(safe);
  }
  return path.length === 0 ? ['_'] : path;
}

/** `name` with `.number` before its extension: `bar.1.txt`, `foo.1`. */
export function numbered(name: string, number: number): string {
  const dot = extensionStart(name);
  return `${name.slice(0, dot)}.${number}${name.slice(dot)}`;
}

/** Without trailing dots and spaces, which Windows drops in silence. */
function withoutTail(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--;
  return name.slice(0, end);
}

function readable(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= READ_BYTES_MAX) return bytes;
  // Head and tail, so that the extension survives. A character cut in two becomes `_`.
  const half = READ_BYTES_MAX / 2;
  const kept = new Uint8Array(READ_BYTES_MAX);
  kept.set(bytes.subarray(0, half));
  kept.set(bytes.subarray(bytes.length - half), half);
  return kept;
}

function shortened(name: string): string {
  if (utf8Length(name) <= elementBytesMax) return name;
  const dot = extensionStart(name);
  const extension = name.slice(dot);
  const extensionBytes = utf8Length(extension);
  if (extensionBytes > EXTENSION_BYTES_MAX) return truncateUtf8(name, elementBytesMax);
  return truncateUtf8(name.slice(0, dot), elementBytesMax - extensionBytes) + extension;
}

/** Where the extension begins; the end of a name that has none. A leading dot begins no extension. */
function extensionStart(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? dot : name.length;
}
