/**
 * Every strategy that a user or an experiment can name: the one place where names become behaviors.
 *
 * Invariant: names are unique over all kinds, and every entry works with its defaults. Chooses nothing: what a torrent does
 * when nobody chose is `defaults.ts`.
 */
import { chokerEntries } from './catalogue/chokers.ts';
import { disclosureEntries } from './catalogue/disclosures.ts';
import { dialingEntries, pipeliningEntries, wholeEntries } from './catalogue/others.ts';
import { pickerEntries } from './catalogue/pickers.ts';
import { seedChokerEntries } from './catalogue/seed-chokers.ts';
import type { StrategyEntry } from './strategy-entry.ts';

/** By kind, the reference of each kind first. */
export const strategyCatalogue: readonly StrategyEntry[] = [
  ...pickerEntries,
  ...chokerEntries,
  ...seedChokerEntries,
  ...pipeliningEntries,
  ...dialingEntries,
  ...disclosureEntries,
  ...wholeEntries,
];

/** Null: there is none of this name. */
export function strategyNamed(name: string): StrategyEntry | null {
  return strategyCatalogue.find((entry) => entry.name === name) ?? null;
}
