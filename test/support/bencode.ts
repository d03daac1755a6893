/** Bencoded test material: bytes from readable text, scan rules, values of every shape, torrents with one flaw. */
import fc from 'fast-check';
import { encode } from '../../src/protocol/bencode/encode.ts';
import type { BencodeInput } from '../../src/protocol/bencode/encode.ts';
import type { ScanRules } from '../../src/protocol/bencode/scan.ts';

/** One byte per character, so that binary bytes can be written as `\x82`. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export const strictRules: ScanRules = {
  lengthMax: 1_000_000,
  depthMax: 100,
  tokensMax: 100_000,
  keys: 'canonical',
  trailing: 'refused',
};

export const tolerantRules: ScanRules = { ...strictRules, keys: 'tolerant' };

/** Any encodable value, dictionaries with distinct binary keys included. */
export const anyValue: fc.Arbitrary<BencodeInput> = fc.letrec<{ value: BencodeInput }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.maxSafeInteger(),
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc
      .uniqueArray(fc.tuple(fc.uint8Array({ maxLength: 12 }), tie('value')), {
        maxLength: 6,
        selector: ([key]) => key.join(),
      })
      .map((entries) => new Map<Uint8Array, BencodeInput>(entries)),
  ),
})).value;

export type Fields = Readonly<Record<string, BencodeInput | undefined>>;

/** A dictionary of the fields that are given; `undefined` takes one away. */
export function dict(fields: Fields): ReadonlyMap<string, BencodeInput> {
  const map = new Map<string, BencodeInput>();
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) map.set(key, value);
  return map;
}

/** A good single-file torrent of three pieces, with changes. */
export function singleTorrent(info: Fields = {}, top: Fields = {}): Uint8Array {
  const good = { name: 'temp', length: 40_000, 'piece length': 16_384, pieces: digests(3) };
  return encode(dict({ info: dict({ ...good, ...info }), ...top }));
}

/** A torrent with these `files` and the digests that their lengths ask for. */
export function multiTorrent(files: readonly Fields[], info: Fields = {}): Uint8Array {
  let total = 0;
  for (const { length } of files) total += typeof length === 'number' ? length : 0;
  const good = {
    name: 'temp',
    'piece length': 16_384,
    pieces: info['pieces'] ?? digests(Math.ceil(Math.max(total, 0) / 16_384)),
    files: files.map(dict),
  };
  return encode(dict({ info: dict({ ...good, ...info }) }));
}

/** A one-byte file at `path`, whose elements are one byte per character. */
export function fileAt(...path: string[]): Fields {
  return { length: 1, path: path.map(bytesOf) };
}

export function digests(count: number): Uint8Array {
  return Uint8Array.from({ length: count * 20 }, (_, i) => i % 251);
}
