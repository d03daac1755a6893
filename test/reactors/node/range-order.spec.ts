/** The order of jobs on a range: conflicts wait, all others overtake. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RangeOrder } from '../../../src/reactors/node/files/range-order.ts';
import type { RangeOperation } from '../../../src/reactors/node/files/range-order.ts';

describe('RangeOrder', () => {
  it('lets reads overlap, and writes wait for both', () => {
    const order = new RangeOrder();
    const started: string[] = [];
    const add = (name: string, from: number, to: number, writes: boolean): RangeOperation =>
      order.add(from, to, writes, () => started.push(name));
    const first = add('read 0-10', 0, 10, false);
    const second = add('read 5-15', 5, 15, false);
    const third = add('write 8-12', 8, 12, true);
    add('read 10-11', 10, 11, false);
    add('write 12-20', 12, 20, true);
    add('write 20-30', 20, 30, true);
    assert.deepEqual(started, ['read 0-10', 'read 5-15', 'write 20-30']);
    order.done(first);
    assert.equal(started.length, 3);
    order.done(second);
    assert.deepEqual(started.slice(3), ['write 8-12', 'write 12-20']);
    order.done(third);
    assert.equal(started.at(-1), 'read 10-11');
  });

  it('tells when all before is done, and holds nobody up with it', () => {
    const order = new RangeOrder();
    const started: string[] = [];
    const write = order.add(0, 1, true, () => undefined);
    const read = order.add(5, 6, false, () => undefined);
    order.afterAll(false, () => started.push('synced'));
    order.afterAll(true, () => started.push('closed'));
    order.add(2, 3, true, () => started.push('later'));
    assert.deepEqual(started, ['later']);
    order.done(write);
    assert.deepEqual(started, ['later', 'synced']);
    order.done(read);
    assert.deepEqual(started, ['later', 'synced', 'closed']);
  });

  it('any schedule: conflicts never overlap, order is kept, all start', () => {
    const operation = fc.record({ at: fc.nat(20), length: fc.nat(8), writes: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (all, dice) => {
          const order = new RangeOrder();
          const running = new Set<number>();
          const entered = new Map<number, RangeOperation>();
          const over = new Set<number>();
          const conflict = (i: number, j: number): boolean => {
            const [a, b] = [all[i]!, all[j]!];
            return (a.writes || b.writes) && a.at < b.at + b.length && b.at < a.at + a.length;
          };
          const finishOne = (): void => {
            const list = [...running];
            const i = list[(dice.next().value as number) % list.length]!;
            running.delete(i);
            over.add(i);
            order.done(entered.get(i)!);
          };
          all.forEach(({ at, length, writes }, i) => {
            const made = order.add(at, at + length, writes, () => {
              for (let j = 0; j < i; j++) assert.ok(!conflict(i, j) || over.has(j));
              running.add(i);
            });
            entered.set(i, made);
            if ((dice.next().value as number) % 3 === 0 && running.size > 0) finishOne();
          });
          while (running.size > 0) finishOne();
          assert.equal(over.size, all.length);
        },
      ),
    );
  });
});
