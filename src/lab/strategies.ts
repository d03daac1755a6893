/**
 * Which strategies have names, and what each one is made from. The one door of the lab to the room of behaviors.
 *
 * Invariant: a strategy that is named in an expanded scenario exists, and its parameters are complete and in range.
 */
import { byState, defaultBehaviors, roundRobin, strategyCatalogue } from '../behaviors/index.ts';
import type { Oracle, StrategyEntry } from '../behaviors/index.ts';
import type { Behavior, Behaviors, Choker } from '../protocol/index.ts';

export type StrategyKind = StrategyEntry['kind'];

/** A strategy as an expanded scenario names it. */
export interface StrategyChoice {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
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

/** Names of one kind. A choker that serves a seed just as well is a seed's choker too. */
export function strategyNames(kind: StrategyKind): string[] {
  return strategyCatalogue.filter((each) => plays(each, kind)).map(({ name }) => name);
}

export function findStrategy(kind: StrategyKind, name: string): StrategyEntry | null {
  return strategyCatalogue.find((each) => plays(each, kind) && each.name === name) ?? null;
}

function plays(entry: StrategyEntry, kind: StrategyKind): boolean {
  return entry.kind === kind || (kind === 'seed-choker' && servesSeeds(entry));
}

function servesSeeds(entry: StrategyEntry): boolean {
  return entry.kind === 'choker' && entry.seeds === true;
}

/** The behaviors of a peer that plays so. What it leaves open is the reference's. */
export function behaviorsOf(play: Play, oracle: Oracle | null = null): Partial<Behaviors> {
  const made = (field: keyof Play): unknown => {
    const choice = play[field];
    if (choice === null) return null;
    return findStrategy(playKinds[field], choice.name)!.make(choice.parameters, oracle);
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
