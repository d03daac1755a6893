import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { byteText } from '../../../src/protocol/bencode/byte-text.ts';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import type { BencodeInput } from '../../../src/protocol/bencode/encode.ts';
import { bytesOf } from '../../support/bencode.ts';

function written(value: BencodeInput): string {
  return byteText(encode(value));
}

describe('bencode/encode', () => {
  it('writes the examples of BEP 3', () => {
    assert.equal(written('spam'), '4:spam');
    assert.equal(written(3), 'i3e');
    assert.equal(written(-3), 'i-3e');
    assert.equal(written(0), 'i0e');
    assert.equal(written(-0), 'i0e');
    assert.equal(written(['spam', 'eggs']), 'l4:spam4:eggse');
    const dict = new Map<string, BencodeInput>([
      ['spam', ['a', 'b']],
      ['cow', 'moo'],
    ]);
    assert.equal(written(dict), 'd3:cow3:moo4:spaml1:a1:bee');
    assert.equal(written(new Map()), 'de');
    assert.equal(written([]), 'le');
    assert.equal(written(''), '0:');
  });

  it('writes text as UTF-8 and large integers in full', () => {
    assert.equal(written('é'), '2:\xc3\xa9');
    assert.equal(written(Number.MAX_SAFE_INTEGER), 'i9007199254740991e');
    assert.equal(written(-Number.MAX_SAFE_INTEGER), 'i-9007199254740991e');
  });

  it('orders keys by their bytes, not by their text', () => {
    const keys: (string | Uint8Array)[] = [
      '\u{1f600}',
      '\uff21',
      'z',
      Uint8Array.of(0x80),
      'B',
      'a',
      '',
    ];
    const text = written(new Map(keys.map((key) => [key, 0])));
    const expected = ['', 'B', 'a', 'z', '\x80', '\xef\xbc\xa1', '\xf0\x9f\x98\x80'];
    assert.equal(text, `d${expected.map((key) => `${key.length}:${key}i0e`).join('')}e`);
  });

  it('puts in bencoding that is there already, unchanged', () => {
    const info = bytesOf('d1:bi1e1:ai2ee');
    assert.equal(written(new Map([['info', { bencoded: info }]])), 'd4:infod1:bi1e1:ai2eee');
  });

  it('gives bytes of its own', () => {
    const leaf = Uint8Array.of(1, 2, 3);
    const bytes = encode(leaf);
    leaf.fill(9);
    assert.equal(byteText(bytes), '3:\x01\x02\x03');
  });

  it('takes a view into a larger buffer for what it shows', () => {
    assert.equal(written(bytesOf('xxabcxx').subarray(2, 5)), '3:abc');
  });

  it('asserts on what is our bug: fractions, inexact integers, a key twice', () => {
    const bug = { code: 'SWARMWRIGHT_BUG' };
    assert.throws(() => encode(1.5), bug);
    assert.throws(() => encode(2 ** 53), bug);
    assert.throws(() => encode(NaN), bug);
    const twice = new Map<string | Uint8Array, number>([
      ['a', 1],
      [bytesOf('a'), 2],
    ]);
    assert.throws(() => encode(twice), bug);
  });
});
