/**
 * Time from a scheduler that promises no order: our own queue of delayed calls, and one action for its head.
 *
 * `asyncScheduler` gives each action a timer of the host, which rounds and may swap neighbours, and it reads a clock
 * that people set. Here calls fire by (deadline, sequence) and never early, and a clock that is set back goes on from
 * where it was. A deadline that is pushed back leaves the action alone: it comes early, fires nothing and is set again.
 *
 * Invariant: outside of a turn the action is due no later than the head of the queue. A scheduler that runs work from
 * inside `schedule` (`queueScheduler` with no delay) is asked again for a millisecond later: nobody is called back from
 * inside a call.
 */
import type { SchedulerLike, Subscription } from 'rxjs';
import { assert, TimerQueue } from '../../core/index.ts';
import type { DelayedCall, Millis } from '../../core/index.ts';
import type { StoppableTime } from './stoppable-time.ts';

/** The longest delay that the timers of hosts take. */
const delayMax = 2 ** 31 - 1;

class QueuedCall implements DelayedCall {
  active = true;
  id = 0;
  handle = 0;
  readonly call: () => void;
  readonly #time: QueuedTime;

  constructor(time: QueuedTime, call: () => void) {
    this.#time = time;
    this.call = call;
  }

  reset(delay: Millis): void {
    if (this.active) this.#time.move(this, delay);
  }

  cancel(): void {
    if (this.active) this.#time.remove(this);
  }
}

/** @internal Use `reactorTimeOf`. */
export class QueuedTime implements StoppableTime {
  readonly #scheduler: SchedulerLike;
  readonly #queue = new TimerQueue<'call'>();
  readonly #calls = new Map<number, QueuedCall>();
  #nextId = 0;
  #action: Subscription | null = null;
  #armedFor: Millis = Infinity;
  #arming = false;
  #ranInside = false;
  #firing = false;
  /** What the scheduler's clock said last, and how far it was set back in all. */
  #read = -Infinity;
  #setBack: Millis = 0;
  #stopped = false;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  now(): Millis {
    const read = this.#scheduler.now();
    if (read < this.#read) this.#setBack += this.#read - read;
    this.#read = read;
    return read + this.#setBack;
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    const delayed = new QueuedCall(this, call);
    if (this.#stopped) {
      delayed.active = false;
      return delayed;
    }
    delayed.id = this.#nextId++;
    delayed.handle = this.#queue.set('call', delayed.id, this.now() + Math.max(delay, 0));
    this.#calls.set(delayed.id, delayed);
    this.#arm();
    return delayed;
  }

  move(delayed: QueuedCall, delay: Millis): void {
    this.#queue.move(delayed.handle, this.now() + Math.max(delay, 0));
    this.#arm();
  }

  remove(delayed: QueuedCall): void {
    delayed.active = false;
    this.#queue.cancel(delayed.handle);
    this.#calls.delete(delayed.id);
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    for (const call of [...this.#calls.values()]) this.remove(call);
  }

  #arm(): void {
    if (this.#firing) return;
    const { deadline } = this.#queue;
    if (deadline === Infinity || deadline < this.#armedFor) this.#disarm();
    if (deadline === Infinity || this.#action !== null) return;
    this.#armedFor = deadline;
    const delay = Math.min(Math.max(deadline - this.now(), 0), delayMax);
    if (this.#schedule(delay) && this.#schedule(Math.max(delay, 1))) {
      assert(false, 'rx time: a scheduler that runs all work at once has no time');
    }
  }

  /** True: the work ran from inside the call, which does not count. */
  #schedule(delay: Millis): boolean {
    this.#ranInside = false;
    this.#arming = true;
    try {
      this.#action = this.#scheduler.schedule(() => this.#fire(), delay);
    } finally {
      this.#arming = false;
    }
    return this.#hasRun();
  }

  /** The field as it is now: the compiler does not know that scheduling may have changed it. */
  #hasRun(): boolean {
    return this.#ranInside;
  }

  #disarm(): void {
    this.#action?.unsubscribe();
    this.#action = null;
    this.#armedFor = Infinity;
  }

  #fire(): void {
    if (this.#arming) {
      this.#ranInside = true;
      return;
    }
    this.#action = null;
    this.#armedFor = Infinity;
    this.#firing = true;
    try {
      // What these calls set waits for the next turn, whatever its delay: nobody can starve the host.
      this.#queue.expire(this.now(), (_, id) => this.#call(id));
    } finally {
      this.#firing = false;
      this.#arm();
    }
  }

  #call(id: number): void {
    const delayed = this.#calls.get(id)!;
    this.#calls.delete(id);
    delayed.active = false;
    delayed.call();
  }
}
