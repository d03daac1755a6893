import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { sha1 } from '../../../src/protocol/metainfo/sha1.ts';
import { bytesOf } from '../../support/bencode.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('metainfo/sha1', () => {
  for (const [message, digest] of [
    ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
    ],
    [
      'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
      'a49b2446a02c645bf419f995b67091253a04a259',
    ],
    ['a'.repeat(1_000_000), '34aa973cd4c4daa4f61eeb2bdbad27316534016f'],
  ] as const) {
    it(`FIPS 180 vector of ${message.length} bytes`, () => {
      assert.equal(hex(sha1(bytesOf(message))), digest);
    });
  }

  it('agrees with the platform at every length around the block bounds', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 89 + 7) & 0xff);
    for (let length = 0; length <= bytes.length; length++) {
      const part = bytes.subarray(0, length);
      assert.equal(hex(sha1(part)), createHash('sha1').update(part).digest('hex'));
    }
  });
});
