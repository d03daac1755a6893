/**
 * Which strategies have names here: those of the catalogue, and those that files of somebody else brought.
 *
 * Invariant: names are unique, and what is known stays known for as long as this process or thread lives. A strategy from a
 * file is known by its code too (a hash), so that results of two versions of it are never mixed up.
 */
import { strategyCatalogue } from '../behaviors/index.ts';
import type { StrategyEntry } from '../behaviors/index.ts';
import { LabFault } from './fault.ts';

export type StrategyKind = StrategyEntry['kind'];

export interface KnownStrategy {
  readonly entry: StrategyEntry;
  /** Hash of the file that it came from, and of the files beside it that this one imports; null: our own. */
  readonly code: string | null;
}

const known: KnownStrategy[] = strategyCatalogue.map((entry) => ({ entry, code: null }));

/** Adds all or none. Throws a `LabFault` where a name is taken. */
export function addStrategies(entries: readonly StrategyEntry[], code: string, file: string): void {
  const names = [...known.map(({ entry }) => entry.name)];
  for (const { name } of entries) {
    if (names.includes(name)) {
      const what = `${file}: name: there is a strategy "${name}" already`;
      throw new LabFault('request', what, 'give it another name');
    }
    names.push(name);
  }
  known.push(...entries.map((entry) => ({ entry, code })));
}

/** Names of one kind. A choker that serves a seed just as well is a seed's choker too. */
export function strategyNames(kind: StrategyKind): string[] {
  return known.filter(({ entry }) => plays(entry, kind)).map(({ entry }) => entry.name);
}

/** Null: there is none. */
export function findStrategy(kind: StrategyKind, name: string): KnownStrategy | null {
  return known.find(({ entry }) => plays(entry, kind) && entry.name === name) ?? null;
}

function plays(entry: StrategyEntry, kind: StrategyKind): boolean {
  return entry.kind === kind || (kind === 'seed-choker' && servesSeeds(entry));
}

function servesSeeds(entry: StrategyEntry): boolean {
  return entry.kind === 'choker' && entry.seeds === true;
}
