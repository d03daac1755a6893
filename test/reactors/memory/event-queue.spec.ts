/** The event queue is a sorted list, however far ahead, however many at once, and whatever is added while it is drained. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import { EventQueue } from '../../../src/reactors/memory/event-queue.ts';
import { SlotHeap } from '../../../src/reactors/memory/slot-heap.ts';

/** How far the wheel sees: 4,096 buckets of a millisecond. */
const REACH = 4_096_000;

const target = { due: (): void => undefined };

interface Expected {
  readonly time: number;
  readonly order: number;
}

/** The law: a list in the order of (time, addition). */
class SortedList {
  readonly #events: Expected[] = [];
  #order = 0;

  get size(): number {
    return this.#events.length;
  }

  get nextTime(): number {
    return this.#events[0]?.time ?? Infinity;
  }

  push(time: number): number {
    const order = this.#order++;
    const behind = this.#events.findIndex((each) => each.time > time);
    this.#events.splice(behind === -1 ? this.#events.length : behind, 0, { time, order });
    return order;
  }

  take(until: number): Expected | null {
    return this.nextTime <= until ? (this.#events.shift() ?? null) : null;
  }
}

/** Both at once; each answer is compared. */
class Both {
  readonly queue = new EventQueue();
  readonly list = new SortedList();
  now = 0;
  far = 0;
  ties = 0;
  #last = -1;

  push(ahead: number): void {
    const time = this.now + ahead;
    if (ahead >= REACH) this.far++;
    const order = this.list.push(time);
    this.queue.push(time, target, order % 7, order);
  }

  take(until: number): boolean {
    const expected = this.list.take(until);
    const taken = this.queue.take(until);
    assert.equal(taken !== null, expected !== null, `at ${this.now}, until ${until}`);
    assert.equal(this.queue.size, this.list.size);
    if (expected === null) {
      if (until < Infinity) this.now = Math.max(this.now, until);
      return false;
    }
    const { time, kind, arg } = this.queue;
    assert.deepEqual(
      { time, kind, arg },
      { time: expected.time, kind: expected.order % 7, arg: expected.order },
    );
    if (time === this.#last) this.ties++;
    this.#last = time;
    this.now = time;
    return true;
  }
}

type Step =
  | { readonly do: 'push'; readonly ahead: number; readonly times: number }
  | { readonly do: 'take'; readonly ahead: number; readonly times: number }
  | { readonly do: 'peek' };

const ahead = fc.oneof(
  fc.constant(0),
  fc.nat(3),
  fc.nat(5_000),
  fc.nat(REACH + 5_000),
  fc.integer({ min: REACH - 2_000, max: REACH + 2_000 }),
  fc.nat(10 * REACH),
  fc.integer({ min: 0, max: 2 ** 45 }),
);
const times = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('push' as const), ahead, times }),
  fc.record({
    do: fc.constant('take' as const),
    ahead: fc.oneof(ahead, fc.constant(Infinity)),
    times,
  }),
  fc.record({ do: fc.constant('peek' as const) }),
);

describe('the event queue', () => {
  it('is a list sorted by (time, addition)', () => {
    let [far, ties, taken] = [0, 0, 0];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const both = new Both();
        for (const each of steps) {
          if (each.do === 'peek') assert.equal(both.queue.nextTime, both.list.nextTime);
          else if (each.do === 'push') {
            for (let i = 0; i < each.times; i++) both.push(each.ahead);
          } else {
            const until = both.now + each.ahead;
            for (let i = 0; i < each.times && both.take(until); i++) taken++;
          }
        }
        while (both.take(Infinity)) taken++;
        assert.equal(both.queue.nextTime, Infinity);
        far += both.far;
        ties += both.ties;
      }),
      { numRuns: 300 },
    );
    assert(far > 100 && ties > 100 && taken > 1000, `${far} far, ${ties} ties, ${taken} taken`);
  });

  it('keeps the order of what is added at the very instant that is being drained', () => {
    const random = createRandom(5);
    const both = new Both();
    both.push(10);
    let added = 1;
    while (both.take(Infinity)) {
      // Half of them now, half anywhere.
      for (let i = random.below(3); i > 0 && added < 20_000; i--, added++) {
        both.push(random.below(2) === 0 ? 0 : random.below(3 * REACH));
      }
      if (both.list.size === 0 && added < 20_000) both.push(random.below(REACH) + (added++ % 2));
    }
    assert(added >= 20_000 && both.far > 1000 && both.ties > 1000, `${added}, ${both.far}`);
  });

  it('keeps the order of what is added before an event that was looked at already', () => {
    const both = new Both();
    both.push(50 * REACH);
    assert.equal(both.queue.nextTime, 50 * REACH);
    assert(!both.take(REACH));
    for (const each of [5 * REACH, 3, 1_000, 3, 49 * REACH, 0]) both.push(each);
    let count = 0;
    while (both.take(Infinity)) count++;
    assert.equal(count, 7);
  });

  it('holds many at once, and uses their places again', () => {
    const random = createRandom(6);
    const queue = new EventQueue();
    for (let i = 0; i < 5_000; i++) queue.push(random.below(2 * REACH), target, 0, 0);
    // A hold model: takes one and adds one.
    let last = 0;
    for (let i = 0; i < 50_000; i++) {
      assert.equal(queue.take(Infinity), target);
      assert(queue.time >= last);
      last = queue.time;
      queue.push(last + random.below(2 * REACH), target, 0, 0);
    }
    assert.equal(queue.size, 5_000);
  });

  it('lets an event that never comes wait', () => {
    const queue = new EventQueue();
    queue.push(Infinity, target, 0, 0);
    assert.equal(queue.nextTime, Infinity);
    assert.equal(queue.take(Number.MAX_SAFE_INTEGER), null);
    queue.push(7, target, 0, 1);
    assert.equal(queue.take(Number.MAX_SAFE_INTEGER), target);
    assert.equal(queue.take(Number.MAX_SAFE_INTEGER), null);
    assert.equal(queue.size, 1);
  });
});

describe('the heap of slots', () => {
  it('gives out in the order of (time, order)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 300 }), (drawn) => {
        const heap = new SlotHeap();
        const keys = drawn.map((time, order) => ({ time, order }));
        // Not in the order of `order`: that is what breaks ties.
        for (const [slot, { time, order }] of [...keys.entries()].reverse())
          heap.push(slot, time, order);
        const expected = [...keys].sort((a, b) => a.time - b.time || a.order - b.order);
        for (const { time, order } of expected) {
          assert.equal(heap.topTime, time);
          assert.equal(heap.top, order);
          assert.equal(heap.pop(), order);
        }
        assert.equal(heap.size, 0);
      }),
    );
  });
});
