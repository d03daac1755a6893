// PieceBuckets against a map: order, membership, and what may happen during a walk.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { PieceBuckets } from '../../src/behaviors/pickers/piece-buckets.ts';
import { createRandom } from '../../src/core/index.ts';

function order(buckets: PieceBuckets): number[] {
  const pieces: number[] = [];
  buckets.walk((piece) => {
    pieces.push(piece);
    return true;
  });
  return pieces;
}

describe('PieceBuckets', () => {
  it('walks every piece that is in, once, by priority and then by rank', () => {
    const change = fc.tuple(fc.nat(15), fc.nat(3), fc.nat(4));
    fc.assert(
      fc.property(fc.integer(), fc.array(change, { maxLength: 80 }), (seed, changes) => {
        const buckets = new PieceBuckets(16, createRandom(seed));
        const model = new Map<number, string>();
        for (const [piece, priority, rank] of changes) {
          if (priority === 0) buckets.remove(piece);
          else buckets.put(piece, priority, rank);
          if (priority === 0) model.delete(piece);
          else model.set(piece, `${9 - priority} ${rank}`);
        }
        const walked = order(buckets);
        assert.deepEqual(
          walked.map((piece) => model.get(piece)),
          [...model.values()].sort(),
        );
        assert.equal(new Set(walked).size, model.size);
      }),
    );
  });

  it('a visited piece may leave: the walk still sees each of the others once', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.boolean(), { maxLength: 20 }), (seed, leaves) => {
        const buckets = new PieceBuckets(leaves.length, createRandom(seed));
        leaves.forEach((_, piece) => {
          buckets.put(piece, 1, 0);
        });
        const seen: number[] = [];
        buckets.walk((piece) => {
          seen.push(piece);
          if (leaves[piece]!) buckets.remove(piece);
          return true;
        });
        assert.deepEqual(
          seen.sort((a, b) => a - b),
          leaves.map((_, piece) => piece),
        );
        assert.equal(order(buckets).length, leaves.filter((left) => !left).length);
      }),
    );
  });

  it('stops where it is told, and is empty after clear', () => {
    const buckets = new PieceBuckets(3, createRandom(1));
    for (const piece of [0, 1, 2]) buckets.put(piece, 2, piece);
    let visits = 0;
    buckets.walk(() => ++visits < 2);
    assert.equal(visits, 2);
    buckets.clear();
    assert.deepEqual(order(buckets), []);
  });

  it('holds what was put in and not taken out, and nothing before the first', () => {
    const buckets = new PieceBuckets(3, createRandom(1));
    const held = (): boolean[] => [0, 1, 2].map((piece) => buckets.holds(piece));
    assert.deepEqual(held(), [false, false, false]);
    buckets.put(1, 2, 0);
    assert.deepEqual(held(), [false, true, false]);
    buckets.remove(1);
    assert.deepEqual(held(), [false, false, false]);
  });
});
