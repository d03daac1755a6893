/**
 * The bounded queue behind `torrent.events()`: order, its stated drop policy, and how it ends.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { EventQueue } from '../../src/client/events/event-queue.ts';

const make = (max: number): EventQueue<number> =>
  new EventQueue<number>(
    max,
    (count) => -count,
    () => undefined,
  );

describe('event queue', () => {
  it('drops the oldest when full, and says how many are gone before the next item', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.nat(20), async (max, pushes) => {
        const queue = make(max);
        for (let i = 1; i <= pushes; i++) queue.push(i);
        queue.end(null);
        const got: number[] = [];
        for await (const item of queue) got.push(item);
        const lost = Math.max(0, pushes - max);
        const rest = Array.from({ length: pushes - lost }, (_, i) => lost + i + 1);
        assert.deepEqual(got, lost > 0 ? [-lost, ...rest] : rest);
      }),
    );
  });

  it('hands an item to a waiting reader, in order', async () => {
    const queue = make(1);
    const first = queue.next();
    queue.push(1);
    queue.push(2);
    assert.deepEqual(await first, { value: 1, done: false });
    assert.deepEqual(await queue.next(), { value: 2, done: false });
  });

  it('throws its failure once, after what was queued, and then is over', async () => {
    const queue = make(4);
    queue.push(1);
    queue.end(new Error('gone'));
    queue.push(2);
    assert.deepEqual(await queue.next(), { value: 1, done: false });
    await assert.rejects(queue.next(), /gone/);
    assert.deepEqual(await queue.next(), { value: undefined, done: true });
  });

  it('ends a waiting reader, and tells its owner once when the loop is left', async () => {
    let ended = 0;
    const queue = new EventQueue<number>(
      2,
      (count) => -count,
      () => ended++,
    );
    queue.push(1);
    for await (const item of queue) {
      assert.equal(item, 1);
      break;
    }
    queue.end(null);
    assert.equal(ended, 1);
    const other = make(1);
    const waiting = other.next();
    other.end(null);
    assert.deepEqual(await waiting, { value: undefined, done: true });
  });
});
