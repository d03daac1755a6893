/**
 * When the user of the reactor may be called: never from inside a call of theirs, never from inside another call-back.
 *
 * Streams are synchronous: a `next` of ours may come back as bytes before it returns. What comes while nobody may be
 * called waits, in order, and is told by the call-back that is running, when it is over; where none is running, by a
 * delayed call of no delay. A network that keeps the law of reactors by itself never makes anybody wait, so it costs no
 * turn, and what it tells is heard at the same instant.
 *
 * Invariant: while anything waits nothing overtakes it.
 */
import type { DelayedCall, ReactorTime } from '../../core/index.ts';

export class Turns {
  readonly #time: ReactorTime;
  #waiting: (() => void)[] = [];
  /** Calls of the user into the reactor that have not returned. */
  #calls = 0;
  #telling = false;
  #tick: DelayedCall | null = null;
  #stopped = false;

  constructor(time: ReactorTime) {
    this.#time = time;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** The user has called us; `leave` follows. */
  enter(): void {
    this.#calls++;
  }

  leave(): void {
    this.#calls--;
  }

  /** Whether the user may be called now. True: `end` must follow. False: hand it to `later`. */
  begin(): boolean {
    if (this.#telling || this.#calls > 0 || this.#waiting.length > 0 || this.#stopped) return false;
    this.#telling = true;
    return true;
  }

  /** The user has returned. */
  end(): void {
    this.#telling = false;
    if (this.#waiting.length > 0) this.#tellWaiting();
  }

  /** Tells as soon as the user may be called. */
  later(tell: () => void): void {
    if (this.#stopped) return;
    this.#waiting.push(tell);
    if (!this.#telling) this.#setTick();
  }

  /** Nothing is told any more. */
  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
    this.#tick?.cancel();
    this.#tick = null;
  }

  #setTick(): void {
    this.#tick ??= this.#time.callLater(0, () => {
      this.#tick = null;
      this.#tellWaiting();
    });
  }

  /** Tells what waits now; what this brings waits for the next turn, so that no two streams can starve the host. */
  #tellWaiting(): void {
    this.#telling = true;
    let told = 0;
    try {
      for (const { length } = this.#waiting; told < length && !this.#isStopped();) {
        this.#waiting[told++]!();
      }
    } finally {
      this.#telling = false;
      this.#waiting.splice(0, told);
      if (this.#waiting.length > 0) this.#setTick();
    }
  }

  /** The field as it is now: the compiler does not know that telling may have changed it. */
  #isStopped(): boolean {
    return this.#stopped;
  }
}
