/**
 * Behaviors by name, for options and command lines.
 */
import { chokers, disclosures, pickers } from '../../behaviors/index.ts';
import type { Behavior, Choker, Disclosure, PiecePicker } from '../../protocol/index.ts';
import { optionError } from '../errors.ts';

/** WebTorrent's names for two of ours. */
const PICKER_ALIASES: Readonly<Record<string, string>> = { rarest: 'rarest-first' };

export function pickerNamed(given: string | Behavior<PiecePicker>): Behavior<PiecePicker> {
  if (typeof given !== 'string') return given;
  return lookUp('picker', PICKER_ALIASES[given] ?? given, pickers);
}

export function chokerNamed(given: string | Behavior<Choker>): Behavior<Choker> {
  return typeof given === 'string' ? lookUp('choker', given, chokers) : given;
}

/** One and the same for all, so that traces know it by its name. */
export function superSeedingIs(on: boolean): Behavior<Disclosure | null> {
  return disclosures[on ? 'super-seeding' : 'tell-all'];
}

export function pickerNames(): readonly string[] {
  return Object.keys(pickers);
}

export function chokerNames(): readonly string[] {
  return Object.keys(chokers);
}

function lookUp<T>(kind: string, name: string, known: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  throw optionError(`there is no ${kind} "${name}" (there are: ${Object.keys(known).join(', ')})`);
}
