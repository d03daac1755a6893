/**
 * A reactor's clock as an RxJS scheduler, so that operators (`interval`, `delay`, `timeout`, ...) run on it, virtual
 * time included.
 *
 * Invariant: each `schedule` is one delayed call of the reactor, and each rescheduling of a waiting action one `reset`,
 * with the delay as it was given. So actions fire in the reactor's own strict order, among its other delayed calls and
 * deliveries, and a run on the lab's clock is the same run with or without RxJS.
 */
import { Subscription } from 'rxjs';
import type { SchedulerAction, SchedulerLike } from 'rxjs';
import type { DelayedCall, Millis, ReactorTime } from '../../core/index.ts';

type Work<T> = (this: SchedulerAction<T>, state: T) => void;

class ReactorAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #time: ReactorTime;
  readonly #work: Work<T>;
  #state: T | undefined;
  #call: DelayedCall | null = null;

  constructor(time: ReactorTime, work: Work<T>) {
    super();
    this.#time = time;
    this.#work = work;
  }

  /** Runs `delay` from now (instead, if it waits already). An infinite delay is never. */
  schedule(state?: T, delay: Millis = 0): Subscription {
    if (this.closed) return this;
    this.#state = state;
    const waiting = this.#call?.active === true;
    if (delay === Infinity) this.#call?.cancel();
    else if (waiting) this.#call?.reset(Math.max(delay, 0));
    else this.#call = this.#time.callLater(Math.max(delay, 0), () => this.#run());
    return this;
  }

  override unsubscribe(): void {
    if (this.closed) return;
    this.#call?.cancel();
    super.unsubscribe();
  }

  #run(): void {
    try {
      // What was scheduled without a state takes none.
      this.#work.call(this, this.#state as T);
    } catch (error) {
      this.unsubscribe();
      throw error;
    }
  }
}

/** A `SchedulerLike` over a reactor's time. See `schedulerOf`. */
export class ReactorScheduler implements SchedulerLike {
  readonly #time: ReactorTime;

  constructor(time: ReactorTime) {
    this.#time = time;
  }

  /** Milliseconds by the reactor's clock, whose origin is arbitrary. */
  now(): Millis {
    return this.#time.now();
  }

  /** As `SchedulerLike`; what it returns is the action itself, so that its owner may schedule it anew. */
  schedule<T>(work: Work<T>, delay: Millis = 0, state?: T): SchedulerAction<T> {
    const action = new ReactorAction<T>(this.#time, work);
    action.schedule(state, delay);
    return action;
  }
}

/**
 * The clock of a reactor for RxJS: `interval(1000, schedulerOf(reactor))`. Delays are exact, fractions included; what is
 * due at the same instant runs in the order in which it was scheduled. Work that throws is unsubscribed, and the error
 * goes on to the reactor.
 */
export function schedulerOf(time: ReactorTime): ReactorScheduler {
  return new ReactorScheduler(time);
}
