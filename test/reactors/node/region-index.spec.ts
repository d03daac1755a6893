// Ranges by region against a plain list: each overlap is found, once.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { RegionIndex } from '../../../src/reactors/node/files/region-index.ts';
import type { ByteRange } from '../../../src/reactors/node/files/region-index.ts';

const UNIT = 262_144; // a quarter of a region
const some = fc
  .tuple(fc.nat(200), fc.oneof(fc.nat(8), fc.nat(100)))
  .map(([at, length]): ByteRange => ({ offset: at * UNIT, end: (at + length) * UNIT }));
const op = fc.record({ add: some, removes: fc.boolean(), which: fc.nat(100), look: some });

describe('RegionIndex', () => {
  it('finds what a look at all finds, each once', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 60 }), (ops) => {
        const index = new RegionIndex<ByteRange>();
        const all: ByteRange[] = [];
        for (const { add, removes, which, look } of ops) {
          if (removes && all.length > 0) index.delete(all.splice(which % all.length, 1)[0]!);
          else {
            const range = { ...add };
            index.add(range);
            all.push(range);
          }
          const found: ByteRange[] = [];
          index.overlapping(look.offset, look.end, (range) => found.push(range));
          const expected = all.filter(({ offset, end }) => offset < look.end && look.offset < end);
          assert.equal(found.length, expected.length);
          assert.deepEqual(new Set(found), new Set(expected));
        }
      }),
    );
  });
});
