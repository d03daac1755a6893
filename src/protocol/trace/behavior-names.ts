/**
 * Behaviors by name. A trace cannot hold a function: it holds the name under which a program knows it, and whoever
 * replays brings a table with the same names.
 */
import type { Behaviors } from '../torrent/behavior.ts';

export type BehaviorKind = keyof Behaviors;

/** One of a kind. */
type Known<K extends BehaviorKind> = NonNullable<Behaviors[K]>;

export type BehaviorTables = {
  readonly [K in BehaviorKind]: ReadonlyMap<string, Known<K>>;
};

/** The name of what is in no table. */
export const CUSTOM = 'custom';

export const behaviorKinds: readonly BehaviorKind[] = [
  'picker',
  'choker',
  'pipelining',
  'dialing',
  'bans',
  'disclosure',
];

export class BehaviorNames {
  readonly #tables: BehaviorTables;
  readonly #custom: Partial<Behaviors>;

  /** `custom`: what stands for `custom` when a trace is replayed. */
  constructor(tables: BehaviorTables, custom: Partial<Behaviors> = {}) {
    this.#tables = tables;
    this.#custom = custom;
  }

  /** The first name under which it is known, or `custom`. */
  nameOf<K extends BehaviorKind>(kind: K, behavior: Known<K>): string {
    for (const [name, known] of this.#tables[kind]) if (known === behavior) return name;
    return CUSTOM;
  }

  find<K extends BehaviorKind>(kind: K, name: string): Known<K> | null {
    if (name === CUSTOM) return this.#custom[kind] ?? null;
    return this.#tables[kind].get(name) ?? null;
  }
}
