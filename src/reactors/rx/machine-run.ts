/**
 * One machine inside a stream: inputs come in, steps go out, and its deadline is an action of a scheduler.
 *
 * Invariant: `step` is never entered twice, and a step is told whole before the next begins: what the listener of a step
 * feeds back waits in `#queue`. The delayed call is due at the machine's deadline or earlier; an early one costs a look
 * at the clock. After the end, whichever it is, no call is left.
 */
import { Subscription } from 'rxjs';
import type { Observer, Subscriber } from 'rxjs';
import type { DelayedCall, Machine, Millis } from '../../core/index.ts';
import type { StoppableTime } from './stoppable-time.ts';

/** What a machine hears when its deadline has come. */
export interface Timeout {
  readonly type: 'timeout';
}

/** One step of a machine: what went in, when, and all that came out. */
export interface MachineStep<out I, out O> {
  /** By the clock that the machine sees. */
  readonly now: Millis;
  readonly input: I;
  /** In the order they were pushed. */
  readonly effects: readonly O[];
}

const TIMEOUT: Timeout = Object.freeze({ type: 'timeout' });

/** @internal Use `runMachine` or `stepsOf`. */
export class MachineRun<I, O> extends Subscription implements Observer<I> {
  readonly #machine: Machine<I | Timeout, O>;
  readonly #time: StoppableTime;
  readonly #steps: Subscriber<MachineStep<I | Timeout, O>>;
  readonly #queue: I[] = [];
  #now: Millis;
  #stepping = false;
  /** The source has completed; what waits is stepped first. */
  #completed = false;
  #call: DelayedCall | null = null;
  #armedFor: Millis = Infinity;

  constructor(
    make: (now: Millis) => Machine<I | Timeout, O>,
    time: StoppableTime,
    steps: Subscriber<MachineStep<I | Timeout, O>>,
  ) {
    super();
    this.#time = time;
    this.#steps = steps;
    this.#now = time.now();
    this.#machine = make(this.#now);
    this.add(() => time.stop());
    this.#arm();
  }

  next(input: I): void {
    if (this.closed || this.#completed) return;
    this.#queue.push(input);
    if (!this.#stepping) this.#stepAll();
  }

  error(error: unknown): void {
    if (this.closed) return;
    this.unsubscribe();
    this.#steps.error(error);
  }

  complete(): void {
    this.#completed = true;
    if (!this.#stepping) this.#end();
  }

  #stepAll(): void {
    this.#stepping = true;
    try {
      for (let i = 0; i < this.#queue.length && !this.closed; i++) this.#step(this.#queue[i]!);
    } catch (error) {
      this.error(error);
    } finally {
      this.#queue.length = 0;
      this.#stepping = false;
    }
    if (this.closed) return;
    if (this.#completed) this.#end();
    else this.#arm();
  }

  #step(input: I | Timeout): void {
    const now = this.#time.now();
    if (now > this.#now) this.#now = now;
    const effects: O[] = [];
    this.#machine.step(input, this.#now, effects);
    this.#steps.next({ now: this.#now, input, effects });
  }

  #arm(): void {
    const { deadline } = this.#machine;
    if (deadline >= this.#armedFor && deadline < Infinity) return;
    if (deadline === this.#armedFor) return;
    this.#armedFor = deadline;
    if (deadline === Infinity) {
      this.#call?.cancel();
      return;
    }
    const delay = Math.max(deadline - this.#now, 0);
    if (this.#call?.active === true) this.#call.reset(delay);
    else this.#call = this.#time.callLater(delay, () => this.#wake());
  }

  #wake(): void {
    this.#armedFor = Infinity;
    this.#now = Math.max(this.#now, this.#time.now());
    if (this.#machine.deadline > this.#now) {
      this.#arm();
      return;
    }
    this.#stepping = true;
    try {
      this.#step(TIMEOUT);
    } catch (error) {
      this.error(error);
    } finally {
      this.#stepping = false;
    }
    if (!this.closed) this.#stepAll();
  }

  #end(): void {
    if (this.closed) return;
    this.unsubscribe();
    this.#steps.complete();
  }
}
