/**
 * What an expanded scenario is called where results are kept: a hash of all of it.
 *
 * Invariant: the same scenario has the same id on any machine, however its file ordered the fields; the name that
 * people gave it does not count, so that a renamed experiment finds its results again.
 */
import { TraceHash } from '../core/index.ts';
import type { LabScenario } from './scenario.ts';

/** 16 hexadecimal digits. */
export function cellId(scenario: LabScenario): string {
  const hash = new TraceHash();
  hash.mixText(canonical({ ...scenario, name: '' }));
  return hash.digest();
}

/** JSON with the fields of every object in alphabetical order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`);
  return `{${fields.join(',')}}`;
}
