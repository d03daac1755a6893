/**
 * A `ReactorTime` that the test moves: nothing passes by itself.
 *
 * Equal deadlines fire in the order in which they were set; a call set while others fire waits for its own time, also
 * inside one `advance`. Counts what was asked of it, so that a test can tell re-arming from leaving alone.
 */
import type { DelayedCall, Millis, ReactorTime } from '../../src/core/index.ts';

/** Most calls in one `advance`: more is a loop. */
const firedMax = 100_000;

interface Entry {
  at: Millis;
  order: number;
  active: boolean;
  readonly call: () => void;
}

export class ManualClock implements ReactorTime {
  #now: Millis;
  #order = 0;
  #entries: Entry[] = [];
  /** How often `callLater`, `reset` and `cancel` were called. */
  readonly counts = { callLater: 0, reset: 0, cancel: 0, now: 0 };

  constructor(start: Millis = 0) {
    this.#now = start;
  }

  now(): Millis {
    this.counts.now += 1;
    return this.#now;
  }

  /** Calls that have not fired. */
  get pending(): number {
    return this.#entries.length;
  }

  /** When the next call fires, or Infinity. */
  get next(): Millis {
    return this.#first()?.at ?? Infinity;
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    this.counts.callLater += 1;
    const entry: Entry = { at: this.#now + delay, order: this.#order++, active: true, call };
    this.#entries.push(entry);
    return {
      get active(): boolean {
        return entry.active;
      },
      reset: (again) => {
        this.counts.reset += 1;
        entry.at = this.#now + again;
        entry.order = this.#order++;
      },
      cancel: () => {
        this.counts.cancel += 1;
        this.#remove(entry);
      },
    };
  }

  /** Lets `time` pass and fires what falls due, each at its own time. */
  advance(time: Millis): void {
    const end = this.#now + time;
    let fired = 0;
    for (let entry = this.#first(); entry !== null && entry.at <= end; entry = this.#first()) {
      this.#remove(entry);
      this.#now = Math.max(this.#now, entry.at);
      if (++fired > firedMax) throw new Error('manual clock: a timer is set again for ever');
      entry.call();
    }
    this.#now = end;
  }

  /** Sets the time without firing anything, also backwards: a broken clock. */
  jump(to: Millis): void {
    this.#now = to;
  }

  /** Fires the next call now, before its time: a timer that runs fast. */
  fireEarly(): void {
    const entry = this.#first();
    if (entry === null) return;
    this.#remove(entry);
    entry.call();
  }

  #first(): Entry | null {
    let first: Entry | null = null;
    for (const entry of this.#entries) {
      if (first === null || entry.at < first.at) first = entry;
      else if (entry.at === first.at && entry.order < first.order) first = entry;
    }
    return first;
  }

  #remove(entry: Entry): void {
    entry.active = false;
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}
