/**
 * Values to canonical bencoding (BEP 3): dictionary keys in byte order, integers exact. What it writes, the scan accepts
 * in its strictest mode.
 *
 * The `bencode` package writes the leaves; order and nesting are ours, because it sorts keys as text, drops nulls in
 * silence and truncates fractions. Encoding what cannot be encoded is our bug: it asserts.
 */
import { assert } from '../../core/assert.ts';
import { compareSpans } from './byte-text.ts';
import { encodeLeaf } from './decode.ts';
import { encodeUtf8 } from './utf8.ts';

/** What can be written. Text is written as UTF-8; `Verbatim` is bencoding that stands as it is. */
export type BencodeInput =
  | number
  | string
  | Uint8Array
  | readonly BencodeInput[]
  | ReadonlyMap<string | Uint8Array, BencodeInput>
  | Verbatim;

/** A value that is bencoded already: an `info` that must keep its hash, or one encoded before. */
export interface Verbatim {
  readonly bencoded: Uint8Array;
}

const DICT = Uint8Array.of(0x64);
const LIST = Uint8Array.of(0x6c);
const END = Uint8Array.of(0x65);

/** The canonical bencoding of `value`, in bytes of its own. Keys may come in any order, but only once each. */
export function encode(value: BencodeInput): Uint8Array {
  const parts: Uint8Array[] = [];
  push(value, parts);
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function push(value: BencodeInput, parts: Uint8Array[]): void {
  if (typeof value === 'number') {
    assert(Number.isSafeInteger(value), 'bencode: integers up to 2^53 - 1 only');
    parts.push(encodeLeaf(value));
  } else if (typeof value === 'string') parts.push(encodeLeaf(encodeUtf8(value)));
  else if (value instanceof Uint8Array) parts.push(encodeLeaf(value));
  else if (value instanceof Map) pushDict(value, parts);
  else if (isVerbatim(value)) parts.push(value.bencoded);
  else {
    parts.push(LIST);
    for (const item of value as readonly BencodeInput[]) push(item, parts);
    parts.push(END);
  }
}

function pushDict(dict: ReadonlyMap<string | Uint8Array, BencodeInput>, parts: Uint8Array[]): void {
  const entries: [Uint8Array, BencodeInput][] = [];
  for (const [key, value] of dict) {
    entries.push([typeof key === 'string' ? encodeUtf8(key) : key, value]);
  }
  entries.sort(([a], [b]) => compareKeys(a, b));
  parts.push(DICT);
  for (const [index, [key, value]] of entries.entries()) {
    assert(index === 0 || compareKeys(entries[index - 1]![0], key) !== 0, 'bencode: a key twice');
    parts.push(encodeLeaf(key));
    push(value, parts);
  }
  parts.push(END);
}

function compareKeys(a: Uint8Array, b: Uint8Array): number {
  return compareSpans(a, 0, a.length, b, 0, b.length);
}

function isVerbatim(value: object): value is Verbatim {
  return 'bencoded' in value;
}
