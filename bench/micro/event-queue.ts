/**
 * The event queue of the virtual clock in the hold model: take the earliest event, add another one, at a steady number
 * of pending events. The peer is one binary heap over the same slots; what differs is the wheel in front of it.
 */
import { createRandom } from '../../src/core/index.ts';
import { EventQueue } from '../../src/reactors/memory/event-queue.ts';
import type { Due, Micros } from '../../src/reactors/memory/event-queue.ts';
import { SlotHeap } from '../../src/reactors/memory/slot-heap.ts';
import { type Bench, measure, type Row, type Work } from './bench.ts';

/** Microseconds ahead, as a swarm asks for them: what happens at once, ways and segments, time-outs. */
const delays = Float64Array.from(
  { length: 65_536 },
  (() => {
    const random = createRandom(1);
    return () => {
      const kind = random.below(50);
      if (kind < 3) return 0;
      if (kind === 3) return 1_000_000 + random.below(11_000_000);
      return 1_000 + random.below(400_000);
    };
  })(),
);

const target: Due = { due: () => undefined };

interface Queue {
  readonly time: Micros;
  push(time: Micros, target: Due, kind: number, arg: number): void;
  take(until: Micros): Due | null;
}

/** The same contract over one heap. */
class HeapQueue implements Queue {
  readonly #heap = new SlotHeap();
  readonly #targets: (Due | null)[] = [];
  readonly #kinds: number[] = [];
  readonly #args: number[] = [];
  readonly #free: number[] = [];
  #order = 0;
  time: Micros = 0;
  kind = 0;
  arg = 0;

  push(time: Micros, party: Due, kind: number, arg: number): void {
    const slot = this.#free.pop() ?? this.#targets.length;
    this.#targets[slot] = party;
    this.#kinds[slot] = kind;
    this.#args[slot] = arg;
    this.#heap.push(slot, time, this.#order++);
  }

  take(until: Micros): Due | null {
    if (this.#heap.size === 0 || this.#heap.topTime > until) return null;
    this.time = this.#heap.topTime;
    const slot = this.#heap.pop();
    this.kind = this.#kinds[slot]!;
    this.arg = this.#args[slot]!;
    const party = this.#targets[slot]!;
    this.#targets[slot] = null;
    this.#free.push(slot);
    return party;
  }
}

function hold(queue: Queue, size: number): Work {
  let draws = 0;
  const delay = (): number => delays[draws++ & 65_535]!;
  for (let i = 0; i < size; i++) queue.push(delay(), target, 0, i);
  return (count) => {
    for (let i = 0; i < count; i++) {
      const party = queue.take(Infinity)!;
      queue.push(queue.time + delay(), party, 1, i);
    }
    return count;
  };
}

export const bench: Bench = {
  name: 'event-queue',
  run: () =>
    [1_000, 10_000, 100_000, 1_000_000].map((size): Row => {
      const title = `take and add, ${size.toLocaleString('en')} pending`;
      return measure(title, hold(new EventQueue(), size), [
        'binary heap',
        hold(new HeapQueue(), size),
      ]);
    }),
};
