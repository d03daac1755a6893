/**
 * Changes entries of a dictionary and leaves every other byte as it is: order, unknown keys, odd but legal forms.
 * New keys go before the first that is greater, which is where canonical bencoding has them. Takes scanned values only.
 */
import { compareSpans } from './byte-text.ts';
import type { BencodeValue } from './decode.ts';
import { encode } from './encode.ts';
import { encodeUtf8 } from './utf8.ts';
import { endOfToken, endOfValue, isEnd, stringStart } from './walk.ts';

/** The bencoded value of each key that changes; null takes it away. */
export type EntryChanges = ReadonlyMap<string, Uint8Array | null>;

interface Entry {
  readonly key: Uint8Array;
  readonly start: number;
  readonly valueAt: number;
  readonly end: number;
}

/** The dictionary's bytes with the changes, in memory of their own. */
export function replaceEntries(dict: BencodeValue, changes: EntryChanges): Uint8Array {
  const bytes = dict.span;
  const entries = entriesOf(bytes);
  const given = [...changes].map(([key, value]) => ({ key: encodeUtf8(key), value }));
  const fresh = given
    .filter(({ key }) => !entries.some((entry) => compareKeys(entry.key, key) === 0))
    .sort((a, b) => compareKeys(a.key, b.key));
  const parts: Uint8Array[] = [bytes.subarray(0, 1)];
  let added = 0;
  const addBefore = (key: Uint8Array | null): void => {
    for (; added < fresh.length; added++) {
      const next = fresh[added]!;
      if (key !== null && compareKeys(next.key, key) > 0) return;
      if (next.value !== null) parts.push(encode(next.key), next.value);
    }
  };
  for (const { key, start, valueAt, end } of entries) {
    addBefore(key);
    const change = given.find((each) => compareKeys(each.key, key) === 0);
    if (change === undefined) parts.push(bytes.subarray(start, end));
    else if (change.value !== null) parts.push(bytes.subarray(start, valueAt), change.value);
  }
  addBefore(null);
  parts.push(bytes.subarray(bytes.length - 1));
  return joined(parts);
}

function entriesOf(bytes: Uint8Array): readonly Entry[] {
  const entries: Entry[] = [];
  for (let start = 1; !isEnd(bytes, start);) {
    const valueAt = endOfToken(bytes, start);
    const end = endOfValue(bytes, valueAt);
    const key = bytes.subarray(stringStart(bytes, start), valueAt);
    entries.push({ key, start, valueAt, end });
    start = end;
  }
  return entries;
}

function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return compareSpans(a, 0, a.length, b, 0, b.length);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
