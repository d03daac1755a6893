/**
 * Behaviors by name, for options and command lines.
 */
import { chokers, pickers } from '../behaviors/index.ts';
import type { Behavior, Choker, PiecePicker } from '../protocol/index.ts';
import { optionError } from './errors.ts';

/** WebTorrent's names for two of ours. */
const PICKER_ALIASES: Readonly<Record<string, string>> = { rarest: 'rarest-first' };

export function pickerNamed(given: string | Behavior<PiecePicker>): Behavior<PiecePicker> {
  if (typeof given !== 'string') return given;
  return lookUp('picker', PICKER_ALIASES[given] ?? given, pickers);
}

export function chokerNamed(given: string | Behavior<Choker>): Behavior<Choker> {
  return typeof given === 'string' ? lookUp('choker', given, chokers) : given;
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
