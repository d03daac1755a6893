/**
 * A `Machine` made of one function: for tests of what carries machines.
 *
 * Notices when it is entered twice or its clock goes backwards, which no driver may do (laws 1 and 2).
 */
import type { Effect, Input, Machine, Millis, Sink } from '../../src/core/index.ts';

export type TextInput = Input<string, string>;
export type TextEffect = Effect<string, string>;

export class ScriptedMachine implements Machine<TextInput, TextEffect> {
  deadline: Millis = Infinity;
  /** The inputs that were stepped, with their times. */
  readonly steps: { readonly now: Millis; readonly input: TextInput }[] = [];
  readonly #behave: (input: TextInput, out: Sink<TextEffect>, now: Millis) => void;
  #stepping = false;
  violations = 0;

  constructor(behave: (input: TextInput, out: Sink<TextEffect>, now: Millis) => void) {
    this.#behave = behave;
  }

  step(input: TextInput, now: Millis, out: Sink<TextEffect>): void {
    if (this.#stepping || now < (this.steps.at(-1)?.now ?? -Infinity)) this.violations += 1;
    this.#stepping = true;
    this.steps.push({ now, input });
    try {
      this.#behave(input, out, now);
    } finally {
      this.#stepping = false;
    }
  }
}
