// The digest of a part that is made while its bytes arrive.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Part } from '../../../src/reactors/node/files/part.ts';
import { RunningHash } from '../../../src/reactors/node/hashing/running-hash.ts';

const BASE = 1_000_000;
const LENGTH = 300_000;

function sha1(data: Uint8Array): string {
  return createHash('sha1').update(data).digest('hex');
}

function bytes(seed: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 97) & 0xff);
}

describe('running hash', () => {
  it('is the digest of what lies in the part, or none: any order, sizes and rewrites', () => {
    let given = 0;
    let none = 0;
    const write = fc.record({
      at: fc.nat(LENGTH - 1),
      length: fc.integer({ min: 1, max: 90_000 }),
    });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 4 }), fc.nat(3), fc.boolean(), (odd, from, back) => {
        const part = new Part(BASE, LENGTH, new Uint8Array(LENGTH).fill(0xee)); // old bytes
        const running = new RunningHash(part, 'sha1');
        let wrote = 0;
        const put = (at: number, length: number): void => {
          const data = bytes(++wrote, Math.min(length, LENGTH - at));
          part.put(BASE + at, data);
          running.written(BASE + at);
        };
        const blocks = Array.from({ length: Math.ceil(LENGTH / 16_384) }, (_, i) => i * 16_384);
        if (back) blocks.reverse();
        odd.forEach(({ at, length }, i) => i < from && put(at, length));
        for (const at of blocks) put(at, 16_384);
        odd.forEach(({ at, length }, i) => i >= from && put(at, length));
        const digest = running.digest();
        if (digest === null) none++;
        else {
          given++;
          assert.equal(Buffer.from(digest).toString('hex'), sha1(part.view(BASE, BASE + LENGTH)));
        }
        assert.equal(running.digest(), null, 'given once');
      }),
      { numRuns: 150 },
    );
    assert.ok(given > 15 && none > 15, `${given} given, ${none} not`);
  });

  it('is there when all bytes came once, in whatever order, and not before', () => {
    for (const order of [(a: number, b: number) => a - b, (a: number, b: number) => b - a]) {
      const part = new Part(BASE, LENGTH, new Uint8Array(LENGTH));
      const running = new RunningHash(part, 'sha256');
      const whole = bytes(7, LENGTH);
      const starts = Array.from({ length: Math.ceil(LENGTH / 16_384) }, (_, i) => i * 16_384);
      for (const at of starts.sort(order)) {
        assert.equal(running.digest(), null);
        part.put(BASE + at, whole.subarray(at, at + 16_384));
        running.written(BASE + at);
      }
      assert.deepEqual(Buffer.from(running.digest()!), createHash('sha256').update(whole).digest());
    }
  });
});
