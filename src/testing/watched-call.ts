/**
 * A delayed call under watch: fires once, never early, never after it was cancelled, never inside a call.
 */
import type { DelayedCall, Millis, Reactor } from '../core/index.ts';
import type { Watch } from './watch.ts';

/** Milliseconds: sums of a clock and a delay are rounded, so what is nearer is one instant. */
const rounding = 1e-6;

/** What a watched reactor tells its watched parts. */
export interface WatchedHome {
  readonly watch: Watch;
  /** The reactor was stopped: whatever is told from now on is a breach. */
  readonly stopped: boolean;
}

/** A `DelayedCall` that checks its reactor. */
export class WatchedCall implements DelayedCall {
  readonly #inner: DelayedCall;
  readonly #reactor: Reactor;
  readonly #watch: Watch;
  #state: 'waiting' | 'cancelled' | 'fired' = 'waiting';
  /** Not before this, by the reactor's own clock. */
  #due: Millis;

  constructor(reactor: Reactor, home: WatchedHome, delay: Millis, call: () => void) {
    const { watch } = home;
    this.#reactor = reactor;
    this.#watch = watch;
    this.#due = reactor.now() + delay;
    this.#inner = watch.ask(() =>
      reactor.callLater(delay, () => {
        if (home.stopped) watch.breach('reactor: after stop nothing fires', 'a delayed call fired');
        else if (this.#mayFire()) call();
      }),
    );
  }

  get active(): boolean {
    return this.#inner.active;
  }

  reset(delay: Millis): void {
    if (this.#state === 'waiting') this.#due = this.#reactor.now() + delay;
    this.#watch.call(() => this.#inner.reset(delay));
  }

  cancel(): void {
    if (this.#state === 'waiting') this.#state = 'cancelled';
    this.#watch.call(() => this.#inner.cancel());
  }

  #mayFire(): boolean {
    const watch = this.#watch;
    watch.expect(!watch.insideCall, 'time: never fires from inside a call', 'a call fired inside');
    watch.expect(
      this.#state !== 'cancelled',
      'time: a cancelled call never fires',
      'it was cancelled, and fired',
    );
    watch.expect(this.#state !== 'fired', 'time: a call fires once', 'it fired again');
    const now = this.#reactor.now();
    watch.expect(
      now >= this.#due - rounding,
      'time: no call fires before its time',
      `fired at ${now}, due at ${this.#due}`,
    );
    if (this.#state !== 'waiting') return false;
    this.#state = 'fired';
    return true;
  }
}
