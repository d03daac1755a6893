/**
 * Monotonic time and delayed calls over one `setTimeout`.
 *
 * Invariant: `#calls` is sorted by (due, order), next one last; the timer is never later than the next call.
 * Node rounds each timer to whole milliseconds on its own, which can swap neighbours; one timer over our own list
 * cannot. Pushing a call back leaves the timer where it is: it fires early, does nothing and is set again, so that
 * a driver may reset its deadline after every step for the price of a splice.
 */
import { assert } from '../../core/index.ts';
import type { DelayedCall, Millis, ReactorTime } from '../../core/index.ts';

/** The longest delay `setTimeout` takes. */
const TIMER_MAX = 2 ** 31 - 1;

class NodeCall implements DelayedCall {
  due: Millis = 0;
  order = 0;
  active = false;
  readonly call: () => void;
  readonly #time: NodeTime;

  constructor(time: NodeTime, call: () => void) {
    this.#time = time;
    this.call = call;
  }

  /** Does nothing for a call that was cancelled or has fired. */
  reset(delay: Millis): void {
    if (this.active) this.#time.schedule(this, delay);
  }

  cancel(): void {
    if (this.active) this.#time.remove(this);
  }
}

/** Time for a reactor on Node: `performance.now()`, and delayed calls in the order of their deadlines. */
export class NodeTime implements ReactorTime {
  readonly #calls: NodeCall[] = [];
  #order = 0;
  #timer: NodeJS.Timeout | null = null;
  #timerDue = Infinity;
  #stopped = false;

  now(): Millis {
    return performance.now();
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    const entry = new NodeCall(this, call);
    if (!this.#stopped) this.schedule(entry, delay);
    return entry;
  }

  /** Cancels everything; calls set later never fire. */
  stop(): void {
    this.#stopped = true;
    for (const call of this.#calls) call.active = false;
    this.#calls.length = 0;
    this.#arm();
  }

  /** Puts a call in its place, new or moved; the last to be set of equal deadlines fires last. */
  schedule(call: NodeCall, delay: Millis): void {
    assert(!Number.isNaN(delay), 'a delay is a number');
    if (call.active) this.#calls.splice(this.#placeOf(call.due, call.order), 1);
    call.due = this.now() + Math.max(0, delay);
    call.order = ++this.#order;
    call.active = true;
    this.#calls.splice(this.#placeOf(call.due, call.order), 0, call);
    this.#arm();
  }

  remove(call: NodeCall): void {
    this.#calls.splice(this.#placeOf(call.due, call.order), 1);
    call.active = false;
    if (this.#calls.length === 0) this.#arm();
  }

  /** Index of (due, order) in the list, which descends. */
  #placeOf(due: Millis, order: number): number {
    let low = 0;
    let high = this.#calls.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#calls[middle]!;
      if (other.due > due || (other.due === due && other.order > order)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #arm(): void {
    const due = this.#calls.at(-1)?.due ?? Infinity;
    if (this.#timer !== null && this.#timerDue <= due && due !== Infinity) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerDue = due;
    if (due === Infinity) return;
    const delay = Math.min(Math.max(1, Math.ceil(due - this.now())), TIMER_MAX);
    this.#timer = setTimeout(this.#fire, delay);
  }

  readonly #fire = (): void => {
    this.#timer = null;
    // Calls that these calls set belong to the next turn, whatever their delay: nobody can starve the loop.
    const limit = this.now();
    const orderMax = this.#order;
    try {
      for (;;) {
        const next = this.#calls.at(-1);
        if (next === undefined || next.due > limit || next.order > orderMax) break;
        this.#calls.pop();
        next.active = false;
        next.call();
      }
    } finally {
      this.#arm();
    }
  };
}
