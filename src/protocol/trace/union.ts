/**
 * Discriminated unions on `type`, as every input, effect, message, command and event is one: a table of fields for each
 * variant. The compiler wants a row for every variant and a field for every member of it.
 */
import { entriesOf, isObject, Misfit, readFrom, writeInto } from './field.ts';
import type { Field, Fields, TraceContext } from './field.ts';

interface Tagged {
  readonly type: string;
}

/** The variant of `U` whose `type` may be `T`. */
type Variant<U, T> = U extends { readonly type: infer K } ? (T extends K ? U : never) : never;

export type Variants<U extends Tagged> = {
  readonly [T in U['type']]: Fields<Omit<Variant<U, T>, 'type'>>;
};

export class Union<U extends Tagged> implements Field<U> {
  readonly #tag: string;
  readonly #variants = new Map<string, ReturnType<typeof entriesOf>>();

  /** `tag`: the key under which a line has the `type`. */
  constructor(variants: Variants<U>, tag = 'type') {
    this.#tag = tag;
    for (const [type, fields] of Object.entries<object>(variants)) {
      this.#variants.set(type, entriesOf(fields));
    }
  }

  write(value: U, context: TraceContext): Record<string, unknown> {
    return this.writeTo({}, value, context);
  }

  /** Adds the fields to `draft`, behind what it has. */
  writeTo(
    draft: Record<string, unknown>,
    value: U,
    context: TraceContext,
  ): Record<string, unknown> {
    draft[this.#tag] = value.type;
    return writeInto(draft, this.#variants.get(value.type)!, value, context);
  }

  read(json: unknown, context: TraceContext): U | Misfit {
    if (!isObject(json)) return new Misfit('an object is wanted');
    const type = json[this.#tag];
    const entries = typeof type === 'string' ? this.#variants.get(type) : undefined;
    if (entries === undefined) return new Misfit('nothing that we know').in(this.#tag);
    return readFrom({ type }, entries, json, context) as U | Misfit;
  }
}
