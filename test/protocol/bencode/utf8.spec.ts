import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  decodeUtf8,
  encodeUtf8,
  replaceUtf8,
  truncateUtf8,
  utf8Length,
} from '../../../src/protocol/bencode/utf8.ts';
import { bytesOf } from '../../support/bencode.ts';

describe('bencode/utf8', () => {
  it('decodes one character of every length, and keeps a byte order mark', () => {
    assert.equal(decodeUtf8(bytesOf('a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80')), 'aé€😀');
    assert.equal(decodeUtf8(bytesOf('\xef\xbb\xbfa')), '\ufeffa');
  });

  for (const [what, bytes] of [
    ['over-long, 2 bytes', '\xc0\xae'],
    ['over-long, 3 bytes', '\xe0\x80\xae'],
    ['over-long, 4 bytes', '\xf0\x80\x80\xae'],
    ['a surrogate', '\xed\xa0\x80'],
    ['above U+10FFFF', '\xf4\x90\x80\x80'],
    ['five bytes', '\xf8\x88\x80\x80\x80'],
    ['cut short', '\xe2\x82'],
    ['a lone continuation', '\x82'],
  ] as const) {
    it(`S-03: strict decoding refuses ${what}`, () => {
      assert.equal(decodeUtf8(bytesOf(bytes)), null);
      assert.match(replaceUtf8(bytesOf(bytes)), /^\ufffd+$/);
    });
  }

  it('does as the platform does, for any bytes', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const replacing = new TextDecoder('utf-8', { ignoreBOM: true });
    const oddBytes = fc.constantFrom(0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xed, 0xf0, 0xf4);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.array(oddBytes, { maxLength: 12 }).map((list) => Uint8Array.from(list)),
    );
    let invalid = 0;
    fc.assert(
      fc.property(bytes, (input) => {
        let expected: string | null = null;
        try {
          expected = strict.decode(input);
        } catch {
          invalid++;
        }
        assert.equal(decodeUtf8(input), expected);
        assert.equal(replaceUtf8(input), replacing.decode(input));
      }),
      { numRuns: 5000 },
    );
    assert.ok(invalid > 500, `only ${invalid} invalid inputs`);
  });

  it('encodes as the platform does, for any text, lone surrogates included', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ max: 0xffff }).map((u) => String.fromCharCode(u)) }),
        (text) => {
          const bytes = encodeUtf8(text);
          assert.deepEqual(bytes, new TextEncoder().encode(text));
          assert.equal(utf8Length(text), bytes.length);
        },
      ),
      { numRuns: 2000 },
    );
    assert.deepEqual(encodeUtf8('a😀'), new TextEncoder().encode('a😀'));
  });

  it('decodes more than one batch of characters', () => {
    const text = 'é😀'.repeat(5000);
    assert.equal(decodeUtf8(encodeUtf8(text)), text);
  });

  it('truncates between characters, as far as the bytes go', () => {
    assert.equal(truncateUtf8('aé😀b', 7), 'aé😀');
    assert.equal(truncateUtf8('aé😀b', 6), 'aé');
    assert.equal(truncateUtf8('aé😀b', 2), 'a');
    assert.equal(truncateUtf8('aé😀b', 8), 'aé😀b');
  });
});
