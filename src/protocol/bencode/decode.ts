/**
 * Bencoded bytes as a tree that can be trusted, and the only door of the `bencode` package.
 *
 * The package never sees bytes that the scan has not accepted, and then only one leaf at a time: on raw input it loops
 * for ever, overflows the stack, lets `__proto__` through and merges different keys. A `BencodeValue` is a span of the
 * original bytes; one level is read when it is asked for, so a torrent of a hundred thousand files is never a tree of
 * objects in memory, and the original bytes of every value (the info-hash is over them) are always at hand.
 *
 * Reading a value as what it is not gives null: the tree never throws. The bytes must not change while it is read.
 */
import bencode from 'bencode';
import { assert } from '../../core/assert.ts';
import { byteText } from './byte-text.ts';
import { scan } from './scan.ts';
import type { ScanFault, ScanRules } from './scan.ts';
import { decodeUtf8 } from './utf8.ts';
import { endOfValue, isEnd, stringStart } from './walk.ts';

/** `value` covers exactly the bytes of the first value; with `trailing: 'allowed'` more may follow its `end`. */
export type Decoded =
  | { readonly value: BencodeValue; readonly fault: null }
  | { readonly value: null; readonly fault: ScanFault };

/** Scans, then gives the value at `start`. The value borrows `bytes`. */
export function decode(bytes: Uint8Array, rules: ScanRules, start = 0): Decoded {
  const { end, fault } = scan(bytes, start, rules);
  if (fault !== null) return { value: null, fault };
  return { value: new BencodeValue(bytes, start, end), fault: null };
}

export type BencodeKind = 'dict' | 'list' | 'integer' | 'bytes';

/** One value and everything in it, as a span of scanned bytes. Made by `decode` alone. */
export class BencodeValue {
  readonly #bytes: Uint8Array;
  /** Offset of its first byte in the input. */
  readonly start: number;
  /** Offset just after its last byte. */
  readonly end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.start = start;
    this.end = end;
  }

  get kind(): BencodeKind {
    const byte = this.#bytes[this.start];
    if (byte === 0x64) return 'dict';
    if (byte === 0x6c) return 'list';
    return byte === 0x69 ? 'integer' : 'bytes';
  }

  /** Its original bytes, borrowed. */
  get span(): Uint8Array {
    return this.#bytes.subarray(this.start, this.end);
  }

  /**
   * A dictionary's values by key, in the order of the input. Keys are exact: one character per byte, see `byteText`.
   * Reads this level only.
   */
  asDict(): ReadonlyMap<string, BencodeValue> | null {
    if (this.kind !== 'dict') return null;
    const values = new Map<string, BencodeValue>();
    for (let at = this.start + 1; !isEnd(this.#bytes, at);) {
      const valueStart = endOfValue(this.#bytes, at);
      const valueEnd = endOfValue(this.#bytes, valueStart);
      const key = byteText(this.#bytes, stringStart(this.#bytes, at), valueStart);
      values.set(key, new BencodeValue(this.#bytes, valueStart, valueEnd));
      at = valueEnd;
    }
    return values;
  }

  /** A list's items. Stops after `itemsMax + 1` of them, so that too many can be told from enough. */
  asList(itemsMax: number = Number.MAX_SAFE_INTEGER): readonly BencodeValue[] | null {
    if (this.kind !== 'list') return null;
    const items: BencodeValue[] = [];
    for (let at = this.start + 1; !isEnd(this.#bytes, at) && items.length <= itemsMax;) {
      const itemEnd = endOfValue(this.#bytes, at);
      items.push(new BencodeValue(this.#bytes, at, itemEnd));
      at = itemEnd;
    }
    return items;
  }

  /** An exact integer. */
  asInteger(): number | null {
    if (this.kind !== 'integer') return null;
    const value = bencode.decode(this.#bytes, this.start, this.end);
    assert(Number.isSafeInteger(value), 'bencode: the scan accepts exact integers only');
    return value as number;
  }

  /** The contents of a byte string, borrowed. */
  asBytes(): Uint8Array | null {
    if (this.kind !== 'bytes') return null;
    return this.#bytes.subarray(stringStart(this.#bytes, this.start), this.end);
  }

  /** The contents of a byte string that is valid UTF-8. */
  asText(): string | null {
    if (this.kind !== 'bytes') return null;
    return decodeUtf8(this.#bytes, stringStart(this.#bytes, this.start), this.end);
  }
}

/** One integer or byte string, encoded. For `encode.ts`, which orders and nests them. */
export function encodeLeaf(leaf: Uint8Array | number): Uint8Array {
  return bencode.encode(leaf);
}
