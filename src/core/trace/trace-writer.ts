/**
 * Writes a trace line by line: the header, then inputs and effects as they come, then one line that says that nothing is
 * missing. Owns the order and the counts; where the lines go is the sink's affair, what they say the codec's.
 */
import type { Millis, Sink } from '../machine.ts';
import { TRACE_MARK, TRACE_VERSION } from './trace-format.ts';
import type { JsonObject, TraceCodec } from './trace-format.ts';

export class TraceWriter<I, O> {
  readonly #sink: Sink<string>;
  readonly #codec: TraceCodec<I, O>;
  #open = true;
  #inputs = 0;
  #effects = 0;

  /** Writes the header at once. `sink` takes lines without their ends. */
  constructor(sink: Sink<string>, codec: TraceCodec<I, O>, header: JsonObject) {
    this.#sink = sink;
    this.#codec = codec;
    sink.push(JSON.stringify({ [TRACE_MARK]: TRACE_VERSION, ...header }));
  }

  /** False: nothing more is written. */
  get open(): boolean {
    return this.#open;
  }

  input(now: Millis, input: I): void {
    if (!this.#open) return;
    this.#inputs++;
    this.#sink.push(this.#codec.writeInput(now, input));
  }

  effect(effect: O): void {
    if (!this.#open) return;
    this.#effects++;
    this.#sink.push(this.#codec.writeEffect(effect));
  }

  /** The machine threw: a bug, and the most interesting line of its trace. */
  threw(error: unknown): void {
    if (this.#open) this.#sink.push(threwLine(error));
  }

  /** The recording is over and whole. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#sink.push(JSON.stringify({ end: true, inputs: this.#inputs, effects: this.#effects }));
  }

  /** Nothing more can be written: the sink is broken. */
  abandon(): void {
    this.#open = false;
  }
}

/** The line for what `step` threw. Only the message: a stack would differ between two builds. */
export function threwLine(error: unknown): string {
  return JSON.stringify({ threw: error instanceof Error ? error.message : String(error) });
}
