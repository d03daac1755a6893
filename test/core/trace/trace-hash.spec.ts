/**
 * The law of the trace hash: the same things in the same order give the same digest on every machine, for ever (golden
 * values), and anything else gives another one.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { TraceHash } from '../../../src/core/index.ts';

type Part = number | string | Uint8Array;

function digestOf(...parts: readonly Part[]): string {
  const hash = new TraceHash();
  for (const part of parts) {
    if (typeof part === 'number') hash.mixNumber(part);
    else if (typeof part === 'string') hash.mixText(part);
    else hash.mixBytes(part);
  }
  return hash.digest();
}

const GOLDEN: readonly (readonly [string, readonly Part[]])[] = [
  ['d92a72c00f1ad32d', []],
  ['65e028266466cffe', [0]],
  ['1ad63402e5991931', [1, -1, 0x7fffffff, -0x80000000]],
  ['bf45ca1775daeb41', [0.5, 1e21, -1.25, 4294967296]],
  ['a4b28e31e438a762', [Infinity, -Infinity, NaN]],
  ['0e34adeebdda4bc0', ['', 'swarm', 'wright \u{1f980}']],
  [
    'e54890448cf04d46',
    [new Uint8Array(0), Uint8Array.of(1, 2, 3), Uint8Array.of(0xff, 0, 0xff, 0, 9)],
  ],
  [
    '25d2f097618be263',
    [12.625, 7, 'piece-verified', Uint8Array.from({ length: 1000 }, (_, i) => (i * 37) & 255)],
  ],
];

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.uint8Array({ maxLength: 9 }),
);

describe('trace hash', () => {
  it('gives its golden values', () => {
    assert.deepEqual(
      GOLDEN.map(([, parts]) => digestOf(...parts)),
      GOLDEN.map(([digest]) => digest),
    );
  });

  it('takes bytes from anywhere alike, whatever their offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(7), (bytes, offset) => {
        const shifted = new Uint8Array(bytes.length + offset);
        shifted.set(bytes, offset);
        assert.equal(digestOf(shifted.subarray(offset)), digestOf(bytes));
      }),
    );
  });

  it('tells different lists of parts apart, order and kinds included', () => {
    const seen = new Map<string, string>();
    let lists = 0;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        lists++;
        const name = JSON.stringify(parts.map(nameOf));
        const digest = digestOf(...parts);
        assert.equal(seen.get(digest) ?? name, name);
        seen.set(digest, name);
      }),
      { numRuns: 3000 },
    );
    assert.ok(lists >= 3000 && seen.size > 2000, `${seen.size} of ${lists}`);
  });

  it('spreads one changed bit over the whole digest', () => {
    let changed = 0;
    for (let bit = 0; bit < 512; bit++) {
      const bytes = new Uint8Array(64);
      const before = BigInt(`0x${digestOf(bytes)}`);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const difference = (before ^ BigInt(`0x${digestOf(bytes)}`)).toString(2);
      changed += difference.replaceAll('0', '').length;
    }
    const mean = changed / 512;
    assert.ok(mean > 30 && mean < 34, `${mean} of 64 bits change`);
  });

  it('may be asked in between', () => {
    const hash = new TraceHash();
    hash.mixNumber(1);
    const first = hash.digest();
    assert.equal(hash.digest(), first);
    hash.mixNumber(2);
    assert.equal(hash.digest(), digestOf(1, 2));
    assert.notEqual(hash.digest(), first);
  });
});

/** -0 counts as 0. */
function nameOf(value: Part): string {
  if (typeof value === 'number') return `number ${value}`;
  return typeof value === 'string' ? `text ${value}` : `bytes ${value.join()}`;
}
