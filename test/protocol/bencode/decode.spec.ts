import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { byteText } from '../../../src/protocol/bencode/byte-text.ts';
import { decode } from '../../../src/protocol/bencode/decode.ts';
import type { BencodeValue } from '../../../src/protocol/bencode/decode.ts';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import type { BencodeInput } from '../../../src/protocol/bencode/encode.ts';
import { encodeUtf8 } from '../../../src/protocol/bencode/utf8.ts';
import {
  anyValue,
  bytesOf,
  singleTorrent,
  strictRules,
  tolerantRules,
} from '../../support/bencode.ts';

function read(text: string): BencodeValue {
  const { value, fault } = decode(bytesOf(text), tolerantRules);
  assert.equal(fault, null);
  return value;
}

/** A decoded value as plain data; every accessor but the right one must say null. */
function plain(value: BencodeValue): unknown {
  const readings = [value.asDict(), value.asList(), value.asInteger(), value.asBytes()];
  assert.equal(readings.filter((reading) => reading !== null).length, 1);
  const dict = value.asDict();
  if (dict !== null) return new Map([...dict].map(([key, item]) => [key, plain(item)]));
  return value.asList()?.map(plain) ?? value.asInteger() ?? byteText(value.asBytes()!);
}

/** What `plain(decode(encode(value)))` must be. */
function model(value: BencodeInput): unknown {
  if (typeof value === 'number') return value === 0 ? 0 : value;
  if (typeof value === 'string') return byteText(encodeUtf8(value));
  if (value instanceof Uint8Array) return byteText(value);
  if (Array.isArray(value)) return (value as BencodeInput[]).map(model);
  const entries = [...(value as Map<Uint8Array, BencodeInput>)];
  return new Map(
    entries
      .map(([key, item]): [string, unknown] => [byteText(key), model(item)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe('bencode/decode', () => {
  it('reads each kind as itself and as nothing else', () => {
    assert.equal(read('i-42e').asInteger(), -42);
    assert.equal(read('i-42e').asText(), null);
    assert.equal(read('2:hi').asText(), 'hi');
    assert.equal(read('2:hi').asInteger(), null);
    assert.equal(read('1:\xff').asText(), null);
    assert.deepEqual(read('1:\xff').asBytes(), Uint8Array.of(0xff));
    assert.equal(read('le').asDict(), null);
    assert.equal(read('de').asList(), null);
    assert.deepEqual(
      ['de', 'le', 'i1e', '0:'].map((text) => read(text).kind),
      ['dict', 'list', 'integer', 'bytes'],
    );
  });

  it('gives the original bytes of any value', () => {
    const torrent = 'd1:ai1e4:infod1:zi1e1:ai2ee1:zlee';
    const info = read(torrent).asDict()!.get('info')!;
    assert.equal(byteText(info.span), 'd1:zi1e1:ai2ee');
    assert.deepEqual([info.start, info.end], [torrent.indexOf('d1:z'), torrent.indexOf('1:zle')]);
  });

  it('begins at an offset', () => {
    const { value } = decode(bytesOf('xxi7e'), strictRules, 2);
    assert.equal(value?.asInteger(), 7);
  });

  it('gives the fault of the scan', () => {
    const { value, fault } = decode(bytesOf('i03e'), strictRules);
    assert.equal(value, null);
    assert.deepEqual(fault, { code: 'leading-zero', offset: 0 });
  });

  it('S-10: `__proto__` and `constructor` are keys like any other', () => {
    const dict = read('d9:__proto__d3:foo3:bare11:constructori1e9:prototypei2ee').asDict()!;
    assert.equal(({} as Record<string, unknown>)['foo'], undefined);
    assert.deepEqual([...dict.keys()], ['__proto__', 'constructor', 'prototype']);
    assert.equal(dict.get('__proto__')?.asDict()?.get('foo')?.asText(), 'bar');
    assert.equal(dict.get('toString'), undefined);
  });

  it('S-10: keys that differ in bytes stay different, whatever text they make', () => {
    const keys = ['a', '\xef\xbb\xbfa', '\xff', '\xef\xbf\xbd', 'ff', '\xfe'];
    const dict = read(`d${keys.map((k, i) => `${k.length}:${k}i${i}e`).join('')}e`).asDict()!;
    assert.equal(dict.size, keys.length);
    for (const [index, key] of keys.entries()) assert.equal(dict.get(key)?.asInteger(), index);
  });

  it('reads no more items of a list than asked for, and one more to tell', () => {
    const list = read('li0ei1ei2ei3ee');
    assert.equal(list.asList()?.length, 4);
    assert.equal(list.asList(4)?.length, 4);
    assert.equal(list.asList(3)?.length, 4);
    assert.equal(list.asList(1)?.length, 2);
  });

  it('decode(encode(x)) = x', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const { value: decoded } = decode(encode(value), strictRules);
        assert.ok(decoded !== null);
        assert.deepEqual(plain(decoded), model(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('what the scan accepts can be read to the last byte; nothing throws on any other bytes', () => {
    const alphabet = [...bytesOf('dlie0123:-ab')];
    const soup = fc
      .array(fc.constantFrom(...alphabet), { maxLength: 24 })
      .map((list) => Uint8Array.from(list));
    const seen = { accepted: 0, refused: 0 };
    const check = (bytes: Uint8Array): void => {
      const { value } = decode(bytes, { ...tolerantRules, trailing: 'allowed' });
      if (value === null) {
        seen.refused++;
        return;
      }
      seen.accepted++;
      assert.ok(value.end <= bytes.length);
      plain(value);
    };
    fc.assert(fc.property(soup, check), { numRuns: 5000 });
    const torrent = singleTorrent();
    const at = fc.nat(torrent.length - 1);
    const flips = fc.array(fc.tuple(at, fc.constantFrom(...alphabet, 0, 0xff)), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = torrent.slice();
        for (const [position, byte] of changes) bytes[position] = byte;
        check(bytes);
      }),
      { numRuns: 5000 },
    );
    assert.ok(seen.accepted > 500 && seen.refused > 500, JSON.stringify(seen));
  });
});
