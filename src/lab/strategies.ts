/**
 * Which strategies have names, and what each one is made from. The one door of the lab to the room of behaviors.
 *
 * Invariant: a strategy that is named in an expanded scenario exists, and its parameters are complete and in range.
 */
import { byState, chokers, defaultBehaviors, pickers, roundRobin } from '../behaviors/index.ts';
import type { Behavior, Behaviors, Choker } from '../protocol/index.ts';

export type StrategyKind = 'picker' | 'choker' | 'seed-choker' | 'pipelining' | 'dialing' | 'whole';

export interface StrategyParameter {
  readonly name: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export interface StrategyEntry {
  readonly name: string;
  readonly kind: StrategyKind;
  readonly parameters: readonly StrategyParameter[];
  /** The behavior; of a `whole` one, all the behaviors that it sets. */
  make(parameters: Readonly<Record<string, number>>): unknown;
}

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
}

/** Fields of `Play`, and the kind that each takes. */
export const playKinds: Readonly<Record<keyof Play, StrategyKind>> = {
  whole: 'whole',
  picker: 'picker',
  choker: 'choker',
  seedChoker: 'seed-choker',
  pipelining: 'pipelining',
  dialing: 'dialing',
};

const none: readonly StrategyParameter[] = [];

const catalogue: readonly StrategyEntry[] = [
  ...Object.entries(pickers).map(([name, picker]) => entry(name, 'picker', picker)),
  ...Object.entries(chokers).map(([name, choker]) => entry(name, 'choker', choker)),
  entry('round-robin', 'seed-choker', roundRobin()),
];

function entry(name: string, kind: StrategyKind, behavior: unknown): StrategyEntry {
  return { name, kind, parameters: none, make: () => behavior };
}

/** Names of one kind. */
export function strategyNames(kind: StrategyKind): string[] {
  return catalogue.filter((each) => each.kind === kind).map(({ name }) => name);
}

export function findStrategy(kind: StrategyKind, name: string): StrategyEntry | null {
  return catalogue.find((each) => each.kind === kind && each.name === name) ?? null;
}

/** The behaviors of a peer that plays so. What it leaves open is the reference's. */
export function behaviorsOf(play: Play): Partial<Behaviors> {
  const made = (field: keyof Play): unknown => {
    const choice = play[field];
    if (choice === null) return null;
    return findStrategy(playKinds[field], choice.name)!.make(choice.parameters);
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
  };
}

function present<K extends keyof Behaviors>(
  name: K,
  behavior: Behaviors[K] | null,
): Partial<Behaviors> {
  return behavior === null ? {} : { [name]: behavior };
}
