/**
 * The grammar of trace lines: how one field is written as JSON and read back, and how fields make records and unions.
 *
 * Types hold the schema to the code: a table that lacks a field of its type does not compile, so nothing that enters or
 * leaves the machine can be forgotten in a trace. Reading judges every value, for a
 * trace comes from a stranger; what does not fit is a `Misfit`, never a throw.
 */
import type { BehaviorNames } from './behavior-names.ts';
import { fromHex, toHex } from './hex.ts';
import { payloadLengthMax } from './payload-book.ts';
import type { PayloadBook } from './payload-book.ts';

/** What fields need beyond their own value. */
export interface TraceContext {
  readonly payloads: PayloadBook;
  readonly behaviors: BehaviorNames;
}

/** Why a line cannot be read. */
export class Misfit {
  readonly wanted: string;
  readonly where: string;
  readonly custom: boolean;

  constructor(wanted: string, where = '', custom = false) {
    this.wanted = wanted;
    this.where = where;
    this.custom = custom;
  }

  /** The same, seen from one level further out. */
  in(key: string): Misfit {
    const where = this.where === '' ? key : `${key}.${this.where}`;
    return new Misfit(this.wanted, where, this.custom);
  }

  get text(): string {
    return this.where === '' ? this.wanted : `"${this.where}": ${this.wanted}`;
  }
}

export interface Field<T> {
  write(value: T, context: TraceContext): unknown;
  read(json: unknown, context: TraceContext): T | Misfit;
}

export type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

/** Any number; JSON has no infinity, so that one is a text. */
export const number: Field<number> = {
  write: (value) => (Number.isFinite(value) ? value : String(value)),
  read: (json) => {
    if (typeof json === 'number') return json;
    if (json === 'Infinity') return Infinity;
    return json === '-Infinity' ? -Infinity : new Misfit('a number is wanted');
  },
};

export const text: Field<string> = {
  write: (value) => value,
  read: (json) => (typeof json === 'string' ? json : new Misfit('a text is wanted')),
};

export const flag: Field<boolean> = {
  write: (value) => value,
  read: (json) => (typeof json === 'boolean' ? json : new Misfit('true or false is wanted')),
};

/** Hexadecimal digits. */
export const bytes: Field<Uint8Array> = {
  write: toHex,
  read: (json) =>
    (typeof json === 'string' ? fromHex(json) : null) ?? new Misfit('hexadecimal bytes are wanted'),
};

/** A block: `[length, hash]`. */
export const payload: Field<Uint8Array> = {
  write: (value, { payloads }) => [value.length, payloads.hash(value)],
  read: (json, { payloads }) => {
    const [length, hash] = Array.isArray(json) ? (json as unknown[]) : [];
    const fits =
      typeof length === 'number' &&
      Number.isInteger(length) &&
      length >= 0 &&
      length <= payloadLengthMax &&
      typeof hash === 'string' &&
      /^[0-9a-f]{16}$/.test(hash);
    return fits ? payloads.standIn(length, hash) : new Misfit('[length, hash] is wanted');
  },
};

/** One of a closed union of texts. The table must have every one of them. */
export function words<T extends string>(all: Readonly<Record<T, true>>): Field<T> {
  const known = new Set<string>(Object.keys(all));
  return {
    write: (value) => value,
    read: (json) =>
      typeof json === 'string' && known.has(json)
        ? (json as T)
        : new Misfit(`one of ${[...known].join(', ')} is wanted`),
  };
}

export function nullable<T>(field: Field<T>): Field<T | null> {
  return {
    write: (value, context) => (value === null ? null : field.write(value, context)),
    read: (json, context) => (json === null ? null : field.read(json, context)),
  };
}

/** A member that may be absent, as it is in traces from before there was one. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    write: (value, context) => (value === undefined ? undefined : field.write(value, context)),
    read: (json, context) => (json === undefined ? undefined : field.read(json, context)),
  };
}

export function list<T>(field: Field<T>): Field<readonly T[]> {
  return {
    write: (value, context) => value.map((item) => field.write(item, context)),
    read: (json, context) => {
      if (!Array.isArray(json)) return new Misfit('a list is wanted');
      const items: T[] = [];
      for (const [i, each] of json.entries()) {
        const item = field.read(each, context);
        if (item instanceof Misfit) return item.in(String(i));
        items.push(item);
      }
      return items;
    },
  };
}

/** An object with these fields; others that it may have are not looked at. */
export function record<T extends object>(fields: Fields<T>): Field<T> {
  const entries = entriesOf(fields);
  return {
    write: (value, context) => writeInto({}, entries, value, context),
    read: (json, context) =>
      isObject(json)
        ? (readFrom({}, entries, json, context) as T | Misfit)
        : new Misfit('an object is wanted'),
  };
}

type Entries = readonly (readonly [string, Field<unknown>])[];
type Draft = Record<string, unknown>;

export function entriesOf(fields: object): Entries {
  return Object.entries<Field<unknown>>(fields as Record<string, Field<unknown>>);
}

export function writeInto(
  draft: Draft,
  entries: Entries,
  value: object,
  context: TraceContext,
): Draft {
  for (const [key, field] of entries) draft[key] = field.write((value as Draft)[key], context);
  return draft;
}

export function readFrom(
  draft: Draft,
  entries: Entries,
  json: Draft,
  context: TraceContext,
): Draft | Misfit {
  for (const [key, field] of entries) {
    const value = field.read(json[key], context);
    if (value instanceof Misfit) return value.in(key);
    if (value !== undefined) draft[key] = value;
  }
  return draft;
}

export function isObject(json: unknown): json is Draft {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
