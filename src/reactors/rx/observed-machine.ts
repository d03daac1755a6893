/**
 * A machine that notes its steps while somebody listens, and tells them when it is asked to.
 *
 * Invariant: nobody is called from inside `step`. Steps are told once, in order, each one whole.
 */
import { Subject } from 'rxjs';
import type { Machine, Millis, Sink } from '../../core/index.ts';
import type { MachineStep } from './machine-run.ts';

/** Keeps what passes. */
class Tee<O> implements Sink<O> {
  effects: O[] = [];
  out: Sink<O> = this.effects;

  push(effect: O): void {
    this.effects.push(effect);
    this.out.push(effect);
  }
}

/** @internal Use `rxDriver`. */
export class ObservedMachine<I, O> implements Machine<I, O> {
  readonly inputs$: Subject<I> = new Subject<I>();
  readonly effects$: Subject<O> = new Subject<O>();
  readonly steps$: Subject<MachineStep<I, O>> = new Subject<MachineStep<I, O>>();
  readonly #inner: Machine<I, O>;
  readonly #tee = new Tee<O>();
  readonly #noted: MachineStep<I, O>[] = [];
  #telling = false;

  constructor(inner: Machine<I, O>) {
    this.#inner = inner;
  }

  get deadline(): Millis {
    return this.#inner.deadline;
  }

  step(input: I, now: Millis, out: Sink<O>): void {
    if (!this.inputs$.observed && !this.effects$.observed && !this.steps$.observed) {
      this.#inner.step(input, now, out);
      return;
    }
    const tee = this.#tee;
    const effects: O[] = [];
    tee.effects = effects;
    tee.out = out;
    // Noted first: of a step that throws, the listeners learn what went in.
    this.#noted.push({ now, input, effects });
    this.#inner.step(input, now, tee);
  }

  /** Tells what was noted. A listener may bring further steps, which are told too. */
  tell(): void {
    if (this.#telling || this.#noted.length === 0) return;
    this.#telling = true;
    for (let i = 0; i < this.#noted.length; i++) {
      const step = this.#noted[i]!;
      this.steps$.next(step);
      this.inputs$.next(step.input);
      if (this.effects$.observed) for (const effect of step.effects) this.effects$.next(effect);
    }
    this.#noted.length = 0;
    this.#telling = false;
  }

  fail(error: unknown): void {
    this.steps$.error(error);
    this.inputs$.error(error);
    this.effects$.error(error);
  }

  end(): void {
    this.steps$.complete();
    this.inputs$.complete();
    this.effects$.complete();
  }
}
