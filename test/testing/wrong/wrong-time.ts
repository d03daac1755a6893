/** Reactors with a wrong idea of time. */
import { row } from './row.ts';
import type { WrongReactor } from './row.ts';
import { twist, twistCalls } from './twist.ts';
import type { Wrong } from './twist.ts';

/** Runs all calls of one delay when the last of them is due, the last one first. */
const lastInFirstOut: Wrong = twist((right) => {
  const waiting = new Map<number, { calls: (() => void)[]; due: number }>();
  return {
    callLater(delay, call) {
      const group = waiting.get(delay) ?? { calls: [], due: 0 };
      waiting.set(delay, group);
      group.calls.push(call);
      return right.callLater(delay, () => {
        if (++group.due < group.calls.length) return;
        waiting.delete(delay);
        for (const each of group.calls.toReversed()) each();
      });
    },
  };
});

/** Forgets where a call belongs when a thousand are waiting. */
const overfull: Wrong = twist((right) => {
  let waiting = 0;
  return {
    callLater: (delay, call) => {
      waiting++;
      const late = waiting > 1000 && waiting % 100 === 0 ? 30 : 0;
      return right.callLater(delay + late, () => {
        waiting--;
        call();
      });
    },
  };
});

/** A clock that stumbles now and then. */
const stumbling: Wrong = twist((right) => {
  let count = 0;
  return { now: () => right.now() - (++count % 7 === 0 ? 100 : 0) };
});

export const timeRows: readonly WrongReactor[] = [
  row('a clock that stumbles', 'time: now never goes back', stumbling),
  row(
    'calls that fire twice',
    'time: a call fires once',
    twist((right) => ({
      callLater: (delay, call) =>
        right.callLater(delay, () => {
          call();
          call();
        }),
    })),
  ),
  row(
    'calls three milliseconds early',
    'time: no call fires before its time',
    twist((right) => ({
      callLater: (delay, call) => right.callLater(Math.max(0, delay - 3), call),
    })),
  ),
  row(
    'delays of 32 bits',
    'time: no call fires before its time',
    twist((right) => ({
      callLater: (delay, call) => right.callLater(delay >= 2 ** 31 ? 1 : delay, call),
    })),
  ),
  row(
    'no delay, no waiting',
    'time: never fires from inside a call',
    twist((right) => ({
      callLater: (delay, call) => {
        if (delay > 0) return right.callLater(delay, call);
        call();
        return { active: false, reset: () => undefined, cancel: () => undefined };
      },
    })),
  ),
  row(
    'short delays that take long',
    'time: calls fire in the order of their deadlines',
    twist((right) => ({
      callLater: (delay, call) => right.callLater(delay === 5 ? 60 : delay, call),
    })),
  ),
  row(
    'the last of equals first',
    'time: equal deadlines fire in the order in which they were set',
    lastInFirstOut,
  ),
  row(
    'a cancel that comes too late',
    'time: a cancelled call never fires',
    twistCalls(() => ({ cancel: () => undefined })),
  ),
  row(
    'a reset that adds to what was left',
    'time: reset moves a call, behind its equals',
    twistCalls((right) => ({ reset: (delay) => right.reset(delay + 60) })),
  ),
  row(
    'a reset without effect',
    'time: no call fires before its time',
    twistCalls(() => ({ reset: () => undefined })),
  ),
  row(
    'calls that stay active',
    'time: active tells what is to come',
    twistCalls(() => ({ active: true })),
  ),
  row(
    'calls that come to life again',
    'time: cancel and reset do nothing to a call that is over',
    twistCalls(() => ({ active: true })),
  ),
  row('calls that jump the queue', 'time: a call set by a call waits for its turn', lastInFirstOut),
  row('a queue that fails when it is long', 'time: thousands of calls keep their order', overfull),
];
