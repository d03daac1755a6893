/**
 * The clock of one host, over the clock of the world.
 *
 * Normally both are the same. A frozen host does nothing until it is thawed, and then everything at once, in the
 * order in which it was due. A jump sets the host's clock ahead: what is due by the new time is late, and fires at
 * once. Invariant: the list from `#first` holds exactly the delayed calls that are active.
 */
import type { DelayedCall, Millis, ReactorTime } from '../../core/index.ts';
import type { VirtualClock } from './clock.ts';
import type { Due, Micros } from './event-queue.ts';
import type { Faults } from './faults.ts';

/** What was due while the host was frozen. */
interface Deferred {
  readonly target: Due;
  readonly kind: number;
  readonly arg: number;
}

class MemoryCall implements DelayedCall, Due {
  readonly #time: HostTime;
  readonly #call: () => void;
  /** By the world's clock; before now where the host's clock has jumped over it. */
  at: Micros = 0;
  /** The how manieth setting of its host this was: equal deadlines keep their order over a jump. */
  setting = 0;
  /** Its neighbours in the list of calls that wait. */
  before: MemoryCall | null = null;
  behind: MemoryCall | null = null;
  /** Events of an earlier setting are ignored. */
  #version = 0;
  active = true;

  constructor(time: HostTime, call: () => void) {
    this.#time = time;
    this.#call = call;
  }

  set(clock: VirtualClock, at: Micros): void {
    this.at = at;
    clock.at(Math.max(at, clock.now), this, 0, ++this.#version);
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
      this.#time.defer(this, 0, version);
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
  #first: MemoryCall | null = null;
  #pending = 0;
  /** Due while the host was frozen, in order. */
  readonly #deferred: Deferred[] = [];
  #settings = 0;
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
    return this.#pending;
  }

  now(): Millis {
    return this.#clock.now / 1000 + this.#ahead;
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    const delayed = new MemoryCall(this, call);
    if (this.#stopped) delayed.active = false;
    else {
      this.#add(delayed);
      this.set(delayed, delay);
    }
    return delayed;
  }

  /** Sets the host's clock ahead by `by`. */
  jump(by: Millis): void {
    this.#ahead += by;
    const micros = Math.round(by * 1000);
    const waiting = this.#waiting().sort((a, b) => a.at - b.at || a.setting - b.setting);
    for (const call of waiting) call.set(this.#clock, call.at - micros);
  }

  freeze(): void {
    this.#frozen = true;
  }

  /** Whatever was due meanwhile fires now. */
  thaw(): void {
    this.#frozen = false;
    for (const { target, kind, arg } of this.#deferred) {
      this.#clock.at(this.#clock.now, target, kind, arg);
    }
    this.#deferred.length = 0;
  }

  /** Tells `target` when the host is thawed: it is due, and the host frozen. */
  defer(target: Due, kind: number, arg: number): void {
    this.#deferred.push({ target, kind, arg });
  }

  /** Cancels everything; nothing fires any more. */
  stop(): void {
    this.#stopped = true;
    this.#deferred.length = 0;
    for (const call of this.#waiting()) call.cancel();
  }

  /** The host restarts after a stop. */
  restart(): void {
    this.#stopped = false;
    this.#frozen = false;
    this.#deferred.length = 0;
  }

  /** @internal */
  set(call: MemoryCall, delay: Millis): void {
    const late = this.#faults?.timer(this.#host) ?? 0;
    // Upwards: a call that came a fraction early would only be set again, for ever.
    const micros = Math.ceil(Math.max(delay + late, 0) * 1000);
    call.setting = this.#settings++;
    call.set(this.#clock, this.#clock.now + micros);
  }

  /** @internal */
  forget(call: MemoryCall): void {
    if (call.before === null) this.#first = call.behind;
    else call.before.behind = call.behind;
    if (call.behind !== null) call.behind.before = call.before;
    this.#pending--;
  }

  #add(call: MemoryCall): void {
    call.behind = this.#first;
    if (this.#first !== null) this.#first.before = call;
    this.#first = call;
    this.#pending++;
  }

  /** In the order in which they were made. */
  #waiting(): MemoryCall[] {
    const calls: MemoryCall[] = [];
    for (let call = this.#first; call !== null; call = call.behind) calls.push(call);
    return calls.reverse();
  }
}
