/**
 * The law of time: order, not duration.
 *
 * On a real clock two calls are never set at the same instant. So deadlines are known only as intervals, from the clocks
 * read before and after each call; what is asserted is what follows from them on any clock.
 */
import type { DelayedCall } from '../../core/index.ts';
import type { TimeLawName } from '../law-name.ts';
import type { LawTable, Scenario } from '../law-table.ts';
import type { WorldHost } from '../reactor-builder.ts';
import type { Stand } from '../stand.ts';

const noop = (): void => undefined;

/** Sets calls that write down their numbers, and waits until `count` of them have. */
class Firing {
  readonly fired: number[] = [];
  readonly #stand: Stand;
  readonly #at: WorldHost;

  constructor(stand: Stand) {
    this.#stand = stand;
    this.#at = stand.newHost();
  }

  set(number: number, delay: number, also: () => void = noop): DelayedCall {
    return this.#at.reactor.callLater(delay, () => {
      this.fired.push(number);
      also();
    });
  }

  now(): number {
    return this.#at.reactor.now();
  }

  all(count: number): Promise<void> {
    return this.#stand.until(() => this.fired.length >= count, `${count} delayed calls`);
  }
}

/** Sets one call per delay and asserts every pair whose order is certain. */
async function orderOf(stand: Stand, delays: readonly number[]): Promise<void> {
  const firing = new Firing(stand);
  const bounds = delays.map((delay, i) => {
    const earliest = firing.now() + delay;
    firing.set(i, delay);
    return [earliest, firing.now() + delay] as const;
  });
  await firing.all(delays.length);
  const place = new Map(firing.fired.map((number, i) => [number, i]));
  const misplaced = (a: number, b: number): boolean => place.get(a)! > place.get(b)!;
  for (let a = 0; a < delays.length; a++) {
    for (let b = 0; b < delays.length; b++) {
      if (a === b || !misplaced(a, b)) continue;
      const setFirst = a < b && delays[a]! <= delays[b]!;
      const certain = setFirst || bounds[a]![1] < bounds[b]![0];
      stand.require(!certain, `call ${a} (${delays[a]!} ms) fired after ${b} (${delays[b]!} ms)`);
    }
  }
}

const inOrder: Scenario = (stand) => orderOf(stand, [40, 5, 25, 0, 15, 5, 1, 30, 0, 10]);

export const timeLaws: LawTable<TimeLawName> = {
  'time: now never goes back': async (stand: Stand) => {
    const { reactor } = stand.newHost();
    let last = reactor.now();
    stand.require(Number.isFinite(last), 'now is not a number');
    const until = last + 5;
    let woken = false;
    reactor.callLater(5, () => (woken = true));
    await stand.until(() => {
      for (let i = 0; i < 100; i++) last = reactor.now(); // judged by the watch
      return woken;
    }, 'a delayed call');
    stand.require(last >= until, 'time did not pass');
  },

  'time: a call fires once': async (stand: Stand) => {
    const firing = new Firing(stand);
    for (let i = 0; i < 20; i++) firing.set(i, i % 3);
    await firing.all(20);
    await stand.calm();
    stand.equal(firing.fired.length, 20, 'calls fired');
  },

  'time: no call fires before its time': async (stand: Stand) => {
    const firing = new Firing(stand); // judged by the watch
    for (let i = 0; i < 20; i++) firing.set(i, i);
    // More than 2^31 milliseconds: where a timer of 32 bits would fire at once.
    const long = [2 ** 31, 2 ** 33, 2 ** 45].map((delay, i) => firing.set(100 + i, delay));
    firing.set(20, 0).reset(30);
    await firing.all(21);
    for (const call of long) call.cancel();
    stand.require(Math.max(...firing.fired) <= 20, 'the longest delay is a short one');
  },

  'time: never fires from inside a call': async (stand: Stand) => {
    const firing = new Firing(stand); // judged by the watch
    for (let i = 0; i < 5; i++) {
      firing.set(i, 0, () => {
        firing.set(5 + i, 0).reset(0);
        firing.set(99, 0).cancel();
      });
    }
    await firing.all(10);
  },

  'time: calls fire in the order of their deadlines': inOrder,

  'time: equal deadlines fire in the order in which they were set': async (stand: Stand) => {
    const firing = new Firing(stand);
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    for (const number of numbers) firing.set(number, 5);
    await firing.all(numbers.length);
    stand.equal(firing.fired, numbers, 'order');
  },

  'time: a cancelled call never fires': async (stand: Stand) => {
    const firing = new Firing(stand);
    const calls = Array.from({ length: 12 }, (_, i) => firing.set(i, i % 4));
    for (let i = 0; i < calls.length; i += 2) {
      calls[i]!.cancel();
      calls[i]!.cancel();
    }
    const emptied = firing.set(50, 1);
    emptied.cancel();
    firing.set(60, 10);
    await firing.all(7);
    await stand.calm();
    const fired = firing.fired.toSorted((a, b) => a - b);
    stand.equal(fired, [1, 3, 5, 7, 9, 11, 60], 'calls fired');
    // One that is due already, by another of the same instant.
    firing.set(70, 5, () => {
      second.cancel();
      third.cancel();
    });
    const second = firing.set(71, 5);
    const third = firing.set(72, 6);
    firing.set(73, 10);
    await firing.all(9);
    stand.equal(firing.fired.slice(7), [70, 73], 'calls fired');
  },

  'time: reset moves a call, behind its equals': async (stand: Stand) => {
    const firing = new Firing(stand);
    const first = firing.set(0, 5);
    firing.set(1, 5);
    const early = firing.set(2, 1000);
    first.reset(5);
    early.reset(0);
    const late = firing.set(4, 0);
    late.reset(30);
    firing.set(3, 20);
    await firing.all(5);
    // 2 was set for at once, 5 ms or less before its neighbours: its place is certain only against the later ones.
    stand.equal(
      firing.fired.filter((number) => number !== 2),
      [1, 0, 3, 4],
      'order',
    );
    stand.require(firing.fired.indexOf(2) < firing.fired.indexOf(3), 'it was not moved forward');
  },

  'time: cancel and reset do nothing to a call that is over': async (stand: Stand) => {
    const firing = new Firing(stand);
    const fired = firing.set(0, 0);
    const cancelled = firing.set(1, 0);
    cancelled.cancel();
    cancelled.reset(0);
    await firing.all(1);
    fired.reset(0);
    fired.cancel();
    fired.reset(1);
    stand.require(!fired.active && !cancelled.active, 'a call that is over is active again');
    firing.set(2, 10);
    await firing.all(2);
    stand.equal(firing.fired, [0, 2], 'calls fired');
  },

  'time: active tells what is to come': async (stand: Stand) => {
    const firing = new Firing(stand);
    let inside: boolean | null = null;
    const call = firing.set(0, 1, () => (inside = call.active));
    const other = firing.set(1, 1);
    stand.require(call.active, 'a call that waits is not active');
    call.reset(2);
    stand.require(call.active, 'a call that was moved is not active');
    other.cancel();
    stand.require(!other.active, 'a cancelled call is active');
    await firing.all(1);
    stand.equal([inside, call.active], [false, false], 'active while and after it fires');
  },

  'time: a call set by a call waits for its turn': async (stand: Stand) => {
    const firing = new Firing(stand);
    let depth = 0;
    const chain = (number: number): void => {
      stand.watch.expect(depth === 0, stand.law, 'a call fired inside another');
      depth++;
      if (number < 20) firing.set(number + 1, 0, () => chain(number + 1));
      depth--;
    };
    firing.set(0, 0, () => chain(0));
    firing.set(-1, 0);
    await firing.all(22);
    stand.equal(firing.fired.slice(0, 3), [0, -1, 1], 'order');
  },

  'time: thousands of calls keep their order': async (stand: Stand) => {
    const delays = Array.from({ length: 700 }, (_, i) => (i * 37) % 50);
    await orderOf(stand, delays);
    const firing = new Firing(stand);
    const count = 5000;
    for (let i = 0; i < count; i++) firing.set(i, Math.floor(i / 100));
    await firing.all(count);
    const late = firing.fired.findIndex((number, i) => number !== i);
    stand.require(late < 0, `call ${late} did not fire in its place`);
  },
};
