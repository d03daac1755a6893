/**
 * The timer queue: expire one and set one, at a steady number of timers; and moving timers on. The peer is an array
 * kept sorted by binary search and `splice`.
 */
import { createRandom, TimerQueue } from '../../src/core/index.ts';
import { type Bench, measure, type Row, type Work } from './bench.ts';

/** Delays drawn beforehand: drawing is not what is measured. */
const delays = Float64Array.from(
  { length: 4_096 },
  (() => {
    const random = createRandom(1);
    return () => random.below(120_000);
  })(),
);

function delay(i: number): number {
  return delays[i & 4_095]!;
}

interface Timer {
  readonly id: number;
  at: number;
}

/** Latest first, so that the earliest is popped. */
class SortedArray {
  readonly #timers: Timer[] = [];

  set(id: number, at: number): Timer {
    const timer = { id, at };
    this.#timers.splice(this.#place(at), 0, timer);
    return timer;
  }

  move(timer: Timer, at: number): void {
    let index = this.#place(timer.at);
    while (this.#timers[index] !== timer) index += 1;
    this.#timers.splice(index, 1);
    timer.at = at;
    this.#timers.splice(this.#place(at), 0, timer);
  }

  pop(): Timer {
    return this.#timers.pop()!;
  }

  /** The first index whose timer is not later than `at`. */
  #place(at: number): number {
    let [low, high] = [0, this.#timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timers[middle]!.at > at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function hold(size: number): Work {
  const queue = new TimerQueue<'t'>();
  for (let i = 0; i < size; i++) queue.set('t', i, delay(i));
  return (count) => {
    let done = 0;
    let now = 0;
    const again = (_: 't', id: number): void => {
      done += 1;
      queue.set('t', id, now + delay(done) + 1);
    };
    while (done < count) {
      now = queue.deadline;
      queue.expire(now, again);
    }
    return done;
  };
}

function holdSorted(size: number): Work {
  const queue = new SortedArray();
  for (let i = 0; i < size; i++) queue.set(i, delay(i));
  return (count) => {
    for (let i = 0; i < count; i++) {
      const { id, at } = queue.pop();
      queue.set(id, at + delay(i) + 1);
    }
    return count;
  };
}

function move(size: number): Work {
  const queue = new TimerQueue<'t'>();
  const handles = Array.from({ length: size }, (_, i) => queue.set('t', i, delay(i)));
  return (count) => {
    for (let i = 0; i < count; i++) queue.move(handles[i % size]!, delay(i * 7));
    return count;
  };
}

function moveSorted(size: number): Work {
  const queue = new SortedArray();
  const timers = Array.from({ length: size }, (_, i) => queue.set(i, delay(i)));
  return (count) => {
    for (let i = 0; i < count; i++) queue.move(timers[i % size]!, delay(i * 7));
    return count;
  };
}

export const bench: Bench = {
  name: 'timer-queue',
  run: () => {
    const rows: Row[] = [];
    for (const size of [100, 1_000, 10_000]) {
      const sorted = holdSorted(size);
      rows.push(measure(`expire and set, ${size} timers`, hold(size), ['sorted array', sorted]));
    }
    for (const size of [100, 1_000]) {
      rows.push(measure(`move, ${size} timers`, move(size), ['sorted array', moveSorted(size)]));
    }
    return rows;
  },
};
