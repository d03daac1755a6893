/**
 * What the catalogue says of one strategy: its name, its claim, where it comes from, its parameters, and how to make it.
 *
 * Invariant: `make` gets numbers by name; those that are absent get their defaults, and one that is unknown or out of its
 * range is refused with a line that names it. A factory may be used for any number of torrents.
 */
import type {
  Behavior,
  Behaviors,
  Choker,
  Dialing,
  Disclosure,
  PiecePicker,
  Pipelining,
} from '../protocol/index.ts';
import type { Oracle } from './pickers/oracle-rarest.ts';

export interface StrategyParameter {
  readonly name: string;
  /** `ms`, `pieces`, `peers`, `1` for a pure number. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

/** Numbers by name. */
export type StrategyNumbers = Readonly<Record<string, number>>;

interface Entry<Kind extends string, Made> {
  /** Unique in the catalogue. `-like`: it rests on memory of its paper, or on its abstract. */
  readonly name: string;
  readonly kind: Kind;
  /** One line. */
  readonly claim: string;
  /** A paper, a BEP or a program. */
  readonly source: string;
  readonly parameters: readonly StrategyParameter[];
  /** Names of laws of its kind that it breaks by intent; absent: none. */
  readonly breaks?: readonly string[];
  /**
   * Throws a `RangeError` for a number that is unknown or out of range. `oracle`: for those who claim to know the whole swarm;
   * only a simulation has one.
   */
  make(numbers?: StrategyNumbers, oracle?: Oracle | null): Made;
}

/** A whole picker: it finishes what it began, and ends in endgame unless it says otherwise. */
export type PickerEntry = Entry<'picker', Behavior<PiecePicker>>;
/** For leeching. `seeds`: it serves a seed just as well. */
export type ChokerEntry = Entry<'choker', Behavior<Choker>> & { readonly seeds?: boolean };
/** For seeding. */
export type SeedChokerEntry = Entry<'seed-choker', Behavior<Choker>>;
export type PipeliningEntry = Entry<'pipelining', Behavior<Pipelining>>;
export type DialingEntry = Entry<'dialing', Behavior<Dialing>>;
/** What peers are told that we have. */
export type DisclosureEntry = Entry<'disclosure', Behavior<Disclosure | null>>;
/** Replaces several behaviors at once. */
export type WholeEntry = Entry<'whole', Partial<Behaviors>>;

export type StrategyEntry =
  | PickerEntry
  | ChokerEntry
  | SeedChokerEntry
  | PipeliningEntry
  | DialingEntry
  | DisclosureEntry
  | WholeEntry;

/** `[unit, least, most, default]` */
export type Range = readonly [unit: string, min: number, max: number, byDefault: number];

/** What an entry is written down as. */
interface Draft<Kind extends string, Names extends string, Made> {
  readonly name: string;
  readonly kind: Kind;
  readonly claim: string;
  readonly source: string;
  readonly parameters: Readonly<Record<Names, Range>>;
  readonly breaks?: readonly string[];
  readonly seeds?: boolean;
  make(numbers: Readonly<Record<Names, number>>, oracle: Oracle | null): Made;
}

/** An entry whose `make` fills in defaults and holds every number to its range. */
export function strategy<Kind extends string, Names extends string, Made>(
  draft: Draft<Kind, Names, Made>,
): Entry<Kind, Made> & { readonly seeds?: boolean } {
  const ranges = Object.entries<Range>(draft.parameters);
  const parameters = ranges.map(([name, [unit, min, max, byDefault]]) => {
    return { name, unit, min, max, default: byDefault };
  });
  return {
    ...draft,
    parameters,
    make: (given = {}, oracle = null) => {
      const found = fill(draft.name, parameters, given);
      return draft.make(found, oracle);
    },
  };
}

function fill(
  strategyName: string,
  parameters: readonly StrategyParameter[],
  given: StrategyNumbers,
): StrategyNumbers {
  const numbers: Record<string, number> = {};
  for (const { name, default: byDefault } of parameters) numbers[name] = byDefault;
  for (const [name, value] of Object.entries(given)) {
    const known = parameters.find((each) => each.name === name);
    if (known === undefined) {
      const names = parameters.map((each) => each.name).join(', ') || 'none';
      throw new RangeError(
        `strategy "${strategyName}" has no parameter "${name}" (it has: ${names})`,
      );
    }
    if (!(value >= known.min && value <= known.max)) {
      const range = `${known.min} to ${known.max} (${known.unit})`;
      throw new RangeError(`strategy "${strategyName}": ${name} is ${range}, not ${value}`);
    }
    numbers[name] = value;
  }
  return numbers;
}
