/**
 * Finds a key that stands twice in one dictionary, wherever the two are. The scan needs it only for values whose keys
 * do not ascend: in sorted ones equal keys are neighbours. A second linear pass, with a set per open dictionary.
 * It expects bytes whose form the scan has accepted.
 */
import { byteText } from './byte-text.ts';
import { endOfToken, isContainer, isEnd, stringStart } from './walk.ts';

/** Offset of the first key that repeats an earlier one of its dictionary, or null. */
export function duplicateKey(bytes: Uint8Array, start: number, end: number): number | null {
  const open: (Set<string> | null)[] = [];
  let keyDue = false;
  for (let at = start; at < end;) {
    const next = endOfToken(bytes, at);
    const keys = open.at(-1) ?? null;
    if (isEnd(bytes, at)) {
      open.pop();
      keyDue = open.at(-1) instanceof Set;
    } else if (keyDue && keys !== null) {
      const key = byteText(bytes, stringStart(bytes, at), next);
      if (keys.has(key)) return at;
      keys.add(key);
      keyDue = false;
    } else if (isContainer(bytes, at)) {
      keyDue = bytes[at] === 0x64;
      open.push(keyDue ? new Set() : null);
    } else {
      keyDue = keys !== null;
    }
    at = next;
  }
  return null;
}
