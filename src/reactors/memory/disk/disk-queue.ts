/**
 * What disks will have done, by instant: everything that is due together happens in one delayed call.
 *
 * Invariants: events happen in the order of their instants, and those of one instant in the order in which they were
 * added, also where the clock fires calls late or out of order; never from inside `add`, nor in the call that added
 * them. A clock that was stopped and runs again takes the queue with it.
 */
import type { DelayedCall, Millis, ReactorTime } from '../../../core/index.ts';

/** Something that will happen once. */
export interface DiskEvent {
  happen(): void;
}

interface Batch {
  readonly due: Millis;
  readonly events: DiskEvent[];
  call: DelayedCall | null;
}

export class DiskQueue {
  readonly #time: ReactorTime;
  /** Earliest first. */
  readonly #batches: Batch[] = [];
  /** The batch that was added to last: most often the next one goes there as well. */
  #last: Batch | null = null;

  constructor(time: ReactorTime) {
    this.#time = time;
  }

  /** The clock that instants are of. */
  now(): Millis {
    return this.#time.now();
  }

  /** When the first of what waits is due, be it late already; Infinity: nothing waits. */
  get earliest(): Millis {
    return this.#batches[0]?.due ?? Infinity;
  }

  /** An instant that has passed means as soon as possible. */
  add(due: Millis, event: DiskEvent): void {
    let batch = this.#last;
    if (batch?.due !== due) {
      batch = this.#batchAt(due);
      this.#last = batch;
    }
    batch.events.push(event);
    if (batch.call?.active !== true) this.#arm(batch);
  }

  #batchAt(due: Millis): Batch {
    let at = this.#batches.length;
    while (at > 0 && this.#batches[at - 1]!.due > due) at--;
    const known = this.#batches[at - 1];
    if (known?.due === due) return known;
    const batch: Batch = { due, events: [], call: null };
    if (at === this.#batches.length) this.#batches.push(batch);
    else this.#batches.splice(at, 0, batch);
    return batch;
  }

  #arm(batch: Batch): void {
    const delay = Math.max(batch.due - this.#time.now(), 0);
    batch.call = this.#time.callLater(delay, () => this.#run(batch));
  }

  #run(batch: Batch): void {
    if (this.#last === batch) this.#last = null;
    const events = this.#batches[0] === batch ? batch.events : this.#eventsUntil(batch);
    if (this.#batches[0] === batch) this.#batches.shift();
    let next = 0;
    try {
      while (next < events.length) events[next++]!.happen();
    } finally {
      // One of them threw, which is somebody's bug: the others must not be lost with it.
      for (; next < events.length; next++) this.add(batch.due, events[next]!);
    }
  }

  /** The clock fired late, or out of order: what should have happened before is not overtaken. */
  #eventsUntil(batch: Batch): DiskEvent[] {
    this.#last = null;
    const batches = this.#batches.splice(0, this.#batches.indexOf(batch) + 1);
    for (const { call } of batches) if (call?.active === true) call.cancel();
    return batches.flatMap(({ events }) => events);
  }
}
