/**
 * What a peer plays, by names, and the behaviors that are made from it.
 *
 * Invariant: a strategy that is named in an expanded scenario exists, and its parameters are complete and in range.
 */
import { byState, defaultBehaviors, roundRobin } from '../behaviors/index.ts';
import type { Oracle } from '../behaviors/index.ts';
import type { Behavior, Behaviors, Choker } from '../protocol/index.ts';
import { findStrategy } from './known-strategies.ts';
import type { StrategyKind } from './known-strategies.ts';

/** A strategy as an expanded scenario names it. */
export interface StrategyChoice {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
  /** Of a strategy that a file brought: the hash of its code. */
  readonly code?: string;
}

/** What one peer plays. Null: as the reference does. */
export interface Play {
  readonly whole: StrategyChoice | null;
  readonly picker: StrategyChoice | null;
  readonly choker: StrategyChoice | null;
  readonly seedChoker: StrategyChoice | null;
  readonly pipelining: StrategyChoice | null;
  readonly dialing: StrategyChoice | null;
  readonly disclosure: StrategyChoice | null;
}

/** Fields of `Play`, and the kind that each takes. */
export const playKinds: Readonly<Record<keyof Play, StrategyKind>> = {
  whole: 'whole',
  picker: 'picker',
  choker: 'choker',
  seedChoker: 'seed-choker',
  pipelining: 'pipelining',
  dialing: 'dialing',
  disclosure: 'disclosure',
};

/** The behaviors of a peer that plays so. What it leaves open is the reference's. */
export function behaviorsOf(play: Play, oracle: Oracle | null = null): Partial<Behaviors> {
  const made = (field: keyof Play): unknown => {
    const choice = play[field];
    if (choice === null) return null;
    const known = findStrategy(playKinds[field], choice.name);
    if (known?.code !== (choice.code ?? null)) {
      throw new Error(`strategy "${choice.name}": its file is another one than when this began`);
    }
    return known.entry.make(choice.parameters, oracle);
  };
  // What an entry makes is what its kind says: the catalogue's promise, which its law suite holds.
  const leeching = made('choker') as Behavior<Choker> | null;
  const seeding = made('seedChoker') as Behavior<Choker> | null;
  const whole = (made('whole') as Partial<Behaviors> | null) ?? {};
  const base = whole.choker ?? defaultBehaviors.choker;
  const choker =
    leeching === null && seeding === null
      ? null
      : byState({ leeching: leeching ?? base, seeding: seeding ?? whole.choker ?? roundRobin() });
  return {
    ...whole,
    ...(choker === null ? {} : { choker }),
    ...present('picker', made('picker') as Behaviors['picker'] | null),
    ...present('pipelining', made('pipelining') as Behaviors['pipelining'] | null),
    ...present('dialing', made('dialing') as Behaviors['dialing'] | null),
    ...present('disclosure', made('disclosure') as NonNullable<Behaviors['disclosure']> | null),
  };
}

function present<K extends keyof Behaviors>(
  name: K,
  behavior: Behaviors[K] | null,
): Partial<Behaviors> {
  return behavior === null ? {} : { [name]: behavior };
}
