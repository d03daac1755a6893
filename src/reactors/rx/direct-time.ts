/**
 * Time from a scheduler that keeps strict order by itself: every delayed call is one action of it.
 *
 * Such are RxJS's virtual time and a reactor's own clock. Nothing is gathered here, because a list of our own with one
 * action for its head would move our calls behind others that are due at the same instant.
 *
 * Invariant: `#calls` holds exactly the calls that are active.
 */
import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import { assert } from '../../core/index.ts';
import type { DelayedCall, Millis } from '../../core/index.ts';
import { ReactorScheduler } from './reactor-scheduler.ts';
import type { StoppableTime } from './stoppable-time.ts';

class DirectCall implements DelayedCall {
  active = false;
  readonly #time: DirectTime;
  readonly #call: () => void;
  #action: Subscription | null = null;

  constructor(time: DirectTime, call: () => void) {
    this.#time = time;
    this.#call = call;
  }

  start(delay: Millis): void {
    assert(!Number.isNaN(delay), 'rx time: a delay is a number');
    this.active = true;
    this.#action = this.#time.schedule(this, this.#action, Math.max(delay, 0));
  }

  reset(delay: Millis): void {
    if (this.active) this.start(delay);
  }

  cancel(): void {
    if (!this.active) return;
    this.active = false;
    this.#action?.unsubscribe();
    this.#time.forget(this);
  }

  fire(): void {
    if (!this.active) return;
    this.active = false;
    this.#time.forget(this);
    this.#call();
  }
}

/** @internal Use `reactorTimeOf`. */
export class DirectTime implements StoppableTime {
  readonly #scheduler: SchedulerLike;
  readonly #calls = new Set<DirectCall>();
  #stopped = false;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  now(): Millis {
    return this.#scheduler.now();
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    const delayed = new DirectCall(this, call);
    if (this.#stopped) return delayed;
    this.#calls.add(delayed);
    delayed.start(delay);
    return delayed;
  }

  stop(): void {
    this.#stopped = true;
    for (const call of [...this.#calls]) call.cancel();
  }

  /** Makes or moves the action of a call. */
  schedule(call: DirectCall, earlier: Subscription | null, delay: Millis): Subscription | null {
    const scheduler = this.#scheduler;
    if (scheduler instanceof ReactorScheduler) {
      if (earlier === null) return scheduler.schedule(() => call.fire(), delay);
      (earlier as SchedulerAction<undefined>).schedule(undefined, delay);
      return earlier;
    }
    // Virtual actions are not moved but copied, copy upon copy: a new one is cheaper.
    earlier?.unsubscribe();
    return delay === Infinity ? null : scheduler.schedule(() => call.fire(), delay);
  }

  forget(call: DirectCall): void {
    this.#calls.delete(call);
  }
}
