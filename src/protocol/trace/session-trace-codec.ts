/**
 * One session's inputs and effects as lines of a trace, and back.
 *
 * Keeps a book of payload, so that every recording and every replay has a codec of its own. Unknown keys are passed
 * over when reading; what is missing or of the wrong kind is told with its place.
 */
import type { JsonObject, Millis, TraceCodec, Unreadable } from '../../core/index.ts';
import type { SessionInput } from '../session/session.ts';
import type { SessionEffect } from '../session/turn.ts';
import type { BehaviorNames } from './behavior-names.ts';
import { effect as effectField } from './effect-fields.ts';
import { Misfit } from './field.ts';
import type { TraceContext } from './field.ts';
import { input as inputField } from './input-fields.ts';
import { PayloadBook } from './payload-book.ts';

export class SessionTraceCodec implements TraceCodec<SessionInput, SessionEffect> {
  readonly #payloads = new PayloadBook();
  readonly #context: TraceContext;

  constructor(behaviors: BehaviorNames) {
    this.#context = { payloads: this.#payloads, behaviors };
  }

  writeInput(now: Millis, input: SessionInput): string {
    this.#payloads.turn();
    if (input.type === 'read-done' && input.data !== null) this.#payloads.keep(input.data);
    return JSON.stringify(inputField.writeTo({ at: now }, input, this.#context));
  }

  writeEffect(effect: SessionEffect): string {
    return JSON.stringify(effectField.write(effect, this.#context));
  }

  readInput(line: JsonObject): { readonly now: Millis; readonly input: SessionInput } | Unreadable {
    const now = line['at'];
    if (typeof now !== 'number') return { code: 'bad-line', detail: '"at": a number is wanted' };
    const input = inputField.read(line, this.#context);
    return input instanceof Misfit ? unreadable(input) : { now, input };
  }

  /** A block of zeros that is written with this hash (16 hexadecimal digits). */
  standIn(length: number, hash: string): Uint8Array {
    return this.#payloads.standIn(length, hash);
  }

  /** For tools that look at traces: replay writes effects and reads none. */
  readEffect(line: JsonObject): SessionEffect | Unreadable {
    const effect = effectField.read(line, this.#context);
    return effect instanceof Misfit ? unreadable(effect) : effect;
  }
}

export function unreadable(misfit: Misfit): Unreadable {
  return { code: misfit.custom ? 'custom-behavior' : 'bad-line', detail: misfit.text };
}
