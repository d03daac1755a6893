/** Time across the bridge: reactors on schedulers, and schedulers on reactors, in the same strict order. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  asyncScheduler,
  interval,
  queueScheduler,
  Subscription,
  take,
  VirtualTimeScheduler,
} from 'rxjs';
import type { SchedulerLike } from 'rxjs';
import type { DelayedCall, ReactorTime } from '../../../src/core/index.ts';
import { reactorTimeOf, schedulerOf } from '../../../src/reactors/rx/index.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** What a call does when it fires: sets, moves or cancels others. */
interface Deed {
  readonly type: 'set' | 'reset' | 'cancel';
  readonly which: number;
  readonly delay: number;
}

const delay = fc.oneof(
  fc.constantFrom(0, 1, 5),
  fc.integer({ min: 0, max: 40 }).map((n) => n / 8),
  fc.double({ min: 0, max: 9, noNaN: true }),
);
const deed: fc.Arbitrary<Deed> = fc.record({
  type: fc.constantFrom('set', 'set', 'reset', 'cancel'),
  which: fc.nat(30),
  delay,
});
/** The first list is done at once, each further one by the next call that fires. */
const play = fc.array(fc.array(deed, { maxLength: 6 }), { minLength: 2, maxLength: 12 });

/** What fired when, in order. */
function perform(
  lists: readonly (readonly Deed[])[],
  time: ReactorTime,
  run: () => void,
): string[] {
  const log: string[] = [];
  const calls: DelayedCall[] = [];
  let next = 0;
  const act = (): void => {
    for (const { type, which, delay: after } of lists[next++] ?? []) {
      if (type === 'set') {
        const id = calls.length;
        const fire = (): void => {
          log.push(`${id} at ${time.now()}`);
          act();
        };
        calls.push(time.callLater(after, fire));
      } else if (calls.length > 0) {
        const call = calls[which % calls.length]!;
        if (type === 'reset') call.reset(after);
        else call.cancel();
      }
    }
  };
  act();
  run();
  log.push(`active: ${calls.map(({ active }) => active).join()}`);
  return log;
}

/** Rounds delays down to whole milliseconds, as hosts do, but for the first: it is early, and swaps neighbours. */
function coarseScheduler(clock: ManualClock): SchedulerLike {
  return {
    now: () => clock.now(),
    schedule: <T>(work: (this: never, state: T) => void, after = 0, state?: T) => {
      const call = clock.callLater(after > 0 ? Math.max(1, Math.floor(after)) : 0, () =>
        work.call(undefined as never, state as T),
      );
      return new Subscription(() => call.cancel());
    },
  };
}

describe('time from a scheduler', () => {
  it('is the reactor itself after a round trip: same order, same fractions', () => {
    let fired = 0;
    fc.assert(
      fc.property(play, (lists) => {
        const [plain, below] = [new ManualClock(), new ManualClock()];
        const expected = perform(lists, plain, () => plain.advance(1000));
        const there = reactorTimeOf(schedulerOf(below));
        assert.deepEqual(
          perform(lists, there, () => below.advance(1000)),
          expected,
        );
        assert.deepEqual(below.counts.callLater, plain.counts.callLater);
        fired += expected.length - 1;
      }),
    );
    assert.ok(fired > 100, `only ${fired} calls fired`);
  });

  it('fires by (deadline, sequence) on virtual time', () => {
    fc.assert(
      fc.property(play, (lists) => {
        const plain = new ManualClock();
        const scheduler = new VirtualTimeScheduler();
        assert.deepEqual(
          perform(lists, reactorTimeOf(scheduler), () => scheduler.flush()),
          perform(lists, plain, () => plain.advance(1000)),
        );
      }),
    );
  });

  it('fires by (deadline, sequence), and never early, on a scheduler that rounds', () => {
    let order = 0;
    fc.assert(
      fc.property(fc.array(delay, { minLength: 2, maxLength: 30 }), (delays) => {
        const clock = new ManualClock();
        const time = reactorTimeOf(coarseScheduler(clock));
        const fired: number[] = [];
        delays.forEach((after, i) => {
          time.callLater(after, () => {
            assert.ok(time.now() >= after, 'early');
            fired.push(i);
          });
        });
        // In small steps: the coarse scheduler asks again for what is left of a unit.
        for (let i = 0; i < 200; i++) clock.advance(0.125);
        const sorted = delays.map((after, i) => [Math.max(after, 0), i] as const);
        sorted.sort(([a, i], [b, j]) => a - b || i - j);
        assert.deepEqual(
          fired,
          sorted.map(([, i]) => i),
        );
        order += fired.length;
      }),
    );
    assert.ok(order > 200);
  });

  it('takes a delay below 0 for none, and never runs virtual time backwards', () => {
    const scheduler = new VirtualTimeScheduler();
    const clock = new ManualClock();
    for (const [source, run] of [
      [scheduler, () => scheduler.flush()],
      [schedulerOf(clock), () => clock.advance(9)],
    ] as const) {
      const time = reactorTimeOf(source);
      const fired: number[] = [];
      time.callLater(5, () => time.callLater(-3, () => fired.push(time.now())));
      time.callLater(5, () => fired.push(time.now()));
      run();
      assert.deepEqual(fired, [5, 5]);
    }
  });

  it('keeps its place among the other calls and actions of the same instant', () => {
    const clock = new ManualClock();
    const scheduler = schedulerOf(clock);
    const time = reactorTimeOf(scheduler);
    const order: string[] = [];
    const note = (what: string) => () => order.push(what);
    time.callLater(5, note('ours'));
    clock.callLater(5, note('below'));
    scheduler.schedule(note('an action'), 5);
    const moved = time.callLater(1, note('ours, moved'));
    clock.callLater(5, note('below again'));
    moved.reset(5);
    clock.advance(5);
    assert.deepEqual(order, ['ours', 'below', 'an action', 'below again', 'ours, moved']);
    assert.equal(clock.counts.reset, 1, 'a reset is a reset below');
  });

  it('goes on from where it was when the clock is set back', () => {
    const clock = new ManualClock(1_000_000);
    const time = reactorTimeOf(coarseScheduler(clock));
    const fired: number[] = [];
    time.callLater(10, () => fired.push(time.now()));
    clock.advance(4);
    assert.equal(time.now(), 1_000_004);
    clock.jump(0);
    assert.equal(time.now(), 1_000_004);
    clock.advance(2_000_000);
    assert.equal(fired.length, 1);
    assert.ok(fired[0]! >= 1_000_010, 'early');
    assert.ok(time.now() >= 3_000_000, 'time stands still');
  });

  it('asks no host for a timer beyond 2^31 - 1 milliseconds', () => {
    const asked: number[] = [];
    const clock = new ManualClock();
    const inner = coarseScheduler(clock);
    const time = reactorTimeOf({
      now: () => inner.now(),
      schedule: (work: never, after = 0, state?: never) => {
        asked.push(after);
        return inner.schedule(work, after, state);
      },
    });
    let fired = 0;
    time.callLater(2 ** 33, () => fired++);
    time.callLater(Infinity, () => assert.fail('never means never'));
    clock.advance(2 ** 33 - 1);
    assert.equal(fired, 0);
    clock.advance(1);
    assert.equal(fired, 1);
    assert.ok(asked.length > 3 && asked.every((after) => after < 2 ** 31), asked.join());
  });

  it('never fires from inside a call, on a scheduler that runs work at once', async () => {
    const time = reactorTimeOf(queueScheduler);
    let inside = true;
    await new Promise<void>((resolve) => {
      time.callLater(0, () => {
        assert.ok(!inside);
        resolve();
      });
      inside = false;
    });
    const always: SchedulerLike = {
      now: () => 0,
      schedule: (work: (this: never, state: never) => void) => {
        work.call(undefined as never, undefined as never);
        return Subscription.EMPTY;
      },
    };
    assert.throws(() => reactorTimeOf(always).callLater(0, () => undefined), /has no time/);
  });

  it('keeps equal deadlines in order on the timers of the host', async () => {
    const time = reactorTimeOf(asyncScheduler);
    const order: number[] = [];
    await new Promise<void>((resolve) => {
      for (let i = 0; i < 50; i++) time.callLater(i % 2 === 0 ? 2 : 2.5, () => order.push(i));
      time.callLater(4, resolve);
    });
    // The clock may tick between any two: certain is only the order of those with the same delay.
    const evens = order.filter((i) => i % 2 === 0);
    const odds = order.filter((i) => i % 2 === 1);
    for (const list of [evens, odds]) {
      assert.deepEqual(
        list,
        list.toSorted((x, y) => x - y),
      );
      assert.equal(list.length, 25);
    }
  });

  it('fires nothing after stop, and gives its actions back', () => {
    const clock = new ManualClock();
    for (const scheduler of [schedulerOf(clock), coarseScheduler(clock)]) {
      const time = reactorTimeOf(scheduler);
      const call = time.callLater(1, () => assert.fail('fired'));
      time.callLater(2, () => assert.fail('fired'));
      time.stop();
      assert.deepEqual([call.active, clock.pending], [false, 0]);
      assert.equal(time.callLater(0, () => assert.fail('fired')).active, false);
      clock.advance(10);
    }
  });
});

describe('a scheduler from a reactor', () => {
  it('runs operators on the clock of the reactor', () => {
    const clock = new ManualClock();
    const heard: number[] = [];
    interval(2.5, schedulerOf(clock))
      .pipe(take(3))
      .subscribe(() => heard.push(clock.now()));
    clock.advance(100);
    assert.deepEqual([heard, clock.pending], [[2.5, 5, 7.5], 0]);
  });

  it('hands an error of its work to the reactor, and runs that action no more', () => {
    const clock = new ManualClock();
    let runs = 0;
    const action = schedulerOf(clock).schedule(function () {
      runs++;
      this.schedule(undefined, 1);
      throw new Error('ours');
    }, 1);
    assert.throws(() => clock.advance(5), /ours/);
    clock.advance(5);
    assert.deepEqual([runs, action.closed, clock.pending], [1, true, 0]);
  });

  it('moves an action that waits, and forgets one that is unsubscribed', () => {
    const clock = new ManualClock();
    const heard: string[] = [];
    const scheduler = schedulerOf(clock);
    const moved = scheduler.schedule<string>((state) => heard.push(state), 1, 'early');
    moved.schedule('late', 3);
    scheduler.schedule(() => heard.push('never'), 2).unsubscribe();
    const never = scheduler.schedule(() => heard.push('infinite'), 2);
    never.schedule(undefined, Infinity);
    clock.advance(2);
    assert.deepEqual(heard, []);
    clock.advance(1);
    assert.deepEqual(heard, ['late']);
    assert.equal(clock.pending, 0);
  });
});
