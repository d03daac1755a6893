/**
 * A machine that steps another one and writes down what goes in and what comes out, in order and at once.
 *
 * Invariant: the wrapped machine sees and does exactly what it would do alone; a recording that has ended costs one test
 * per input. Whoever records nothing wraps nothing, and pays nothing.
 */
import type { Machine, Millis, Sink } from '../machine.ts';
import type { JsonObject, TraceCodec } from './trace-format.ts';
import { TraceWriter } from './trace-writer.ts';

/** Passes effects on and writes each. One per recorder: recording a step allocates no closure. */
class Tee<I, O> implements Sink<O> {
  readonly #writer: TraceWriter<I, O>;
  out: Sink<O> | null = null;

  constructor(writer: TraceWriter<I, O>) {
    this.#writer = writer;
  }

  push(effect: O): void {
    this.#writer.effect(effect);
    this.out?.push(effect);
  }
}

export class Recorder<I, O> implements Machine<I, O> {
  readonly writer: TraceWriter<I, O>;
  readonly #machine: Machine<I, O>;
  readonly #tee: Tee<I, O>;

  constructor(machine: Machine<I, O>, writer: TraceWriter<I, O>) {
    this.writer = writer;
    this.#machine = machine;
    this.#tee = new Tee(writer);
  }

  get deadline(): Millis {
    return this.#machine.deadline;
  }

  step(input: I, now: Millis, out: Sink<O>): void {
    const { writer } = this;
    if (!writer.open) {
      this.#machine.step(input, now, out);
      return;
    }
    writer.input(now, input);
    this.#tee.out = out;
    try {
      this.#machine.step(input, now, this.#tee);
    } catch (error) {
      writer.threw(error);
      throw error;
    } finally {
      this.#tee.out = null;
    }
  }
}

/** Records `machine` from its first step on, into `sink`. The header tells how to make the machine again. */
export function recording<I, O>(
  machine: Machine<I, O>,
  sink: Sink<string>,
  codec: TraceCodec<I, O>,
  header: JsonObject,
): Recorder<I, O> {
  return new Recorder(machine, new TraceWriter(sink, codec, header));
}
