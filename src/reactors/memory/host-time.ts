/**
 * The clock of one host, over the clock of the world.
 *
 * Normally both are the same. A frozen host does nothing until it is thawed, and then everything at once, in the
 * order in which it was due. A jump sets the host's clock ahead: what is due by the new time is late, and fires at
 * once. Invariant: `#calls` holds exactly the delayed calls that are active.
 */
import type { DelayedCall, Millis, ReactorTime } from '../../core/index.ts';
import type { VirtualClock } from './clock.ts';
import type { Due, Micros } from './event-queue.ts';
import type { Faults } from './faults.ts';

class MemoryCall implements DelayedCall, Due {
  readonly #time: HostTime;
  readonly #call: () => void;
  /** By the world's clock. */
  at: Micros = 0;
  /** Events of an earlier setting are ignored. */
  #version = 0;
  active = true;

  constructor(time: HostTime, call: () => void) {
    this.#time = time;
    this.#call = call;
  }

  set(clock: VirtualClock, at: Micros): void {
    this.at = at;
    clock.at(at, this, 0, ++this.#version);
  }

  reset(delay: Millis): void {
    if (this.active) this.#time.set(this, delay);
  }

  cancel(): void {
    if (!this.active) return;
    this.active = false;
    this.#time.forget(this);
  }

  due(_kind: number, version: number): void {
    if (!this.active || version !== this.#version) return;
    if (this.#time.frozen) {
      this.#time.hold(this);
      return;
    }
    this.active = false;
    this.#time.forget(this);
    this.#call();
  }
}

export class HostTime implements ReactorTime {
  readonly #clock: VirtualClock;
  readonly #host: number;
  readonly #faults: Faults | null;
  readonly #calls = new Set<MemoryCall>();
  /** Due while the host was frozen, in order. */
  readonly #held: MemoryCall[] = [];
  #ahead: Millis = 0;
  #frozen = false;
  #stopped = false;

  constructor(clock: VirtualClock, host: number, faults: Faults | null) {
    this.#clock = clock;
    this.#host = host;
    this.#faults = faults;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  /** Delayed calls that wait. */
  get pending(): number {
    return this.#calls.size;
  }

  now(): Millis {
    return this.#clock.now / 1000 + this.#ahead;
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    const delayed = new MemoryCall(this, call);
    if (this.#stopped) delayed.active = false;
    else {
      this.#calls.add(delayed);
      this.set(delayed, delay);
    }
    return delayed;
  }

  /** Sets the host's clock ahead by `by`. */
  jump(by: Millis): void {
    this.#ahead += by;
    const micros = Math.round(by * 1000);
    const waiting = [...this.#calls].sort((a, b) => a.at - b.at);
    for (const call of waiting) {
      call.set(this.#clock, Math.max(call.at - micros, this.#clock.now));
    }
  }

  freeze(): void {
    this.#frozen = true;
  }

  /** Whatever was due meanwhile fires now. */
  thaw(): void {
    this.#frozen = false;
    for (const call of this.#held) if (call.active) call.set(this.#clock, this.#clock.now);
    this.#held.length = 0;
  }

  /** Cancels everything; nothing fires any more. */
  stop(): void {
    this.#stopped = true;
    for (const call of [...this.#calls]) call.cancel();
  }

  /** The host restarts after a stop. */
  restart(): void {
    this.#stopped = false;
    this.#frozen = false;
    this.#held.length = 0;
  }

  /** @internal */
  set(call: MemoryCall, delay: Millis): void {
    const late = this.#faults?.timer(this.#host) ?? 0;
    // Upwards: a call that came a fraction early would only be set again, for ever.
    const micros = Math.ceil(Math.max(delay + late, 0) * 1000);
    call.set(this.#clock, this.#clock.now + micros);
  }

  /** @internal */
  forget(call: MemoryCall): void {
    this.#calls.delete(call);
  }

  /** @internal */
  hold(call: MemoryCall): void {
    this.#held.push(call);
  }
}
