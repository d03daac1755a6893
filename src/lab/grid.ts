/**
 * From one scenario to many: settings by path, and all combinations of several. Pure.
 *
 * A path names a field of the expanded scenario, as `population.0.play.picker` or `tracker.peers`; what comes of it is
 * checked by the same schema as a file.
 */
import { LabFault } from './fault.ts';
import { expandScenario } from './scenario-schema.ts';
import type { LabScenario } from './scenario.ts';

export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

/** One field and the values that it takes in turn. */
export interface Axis {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** Two plays that meet in a tournament, and how. */
export interface Pairing {
  readonly meeting: Meeting;
  readonly a: string;
  /** The same as `a` where all play it. */
  readonly b: string;
}

export type Meeting = 'performance' | 'robustness' | 'aggressiveness' | 'invasion';

/** A scenario of a sweep. */
export interface Cell {
  readonly label: string;
  readonly settings: readonly Setting[];
  readonly scenario: LabScenario;
  /** Absent: it is of no tournament. Several: of a small swarm, one in ten and one in a hundred are the same one. */
  readonly pairings?: readonly Pairing[];
}

/** Most combinations of one sweep. */
export const cellsMax = 10_000;

/** `a.b=1`: the path, and its value as JSON, or as a word. */
export function readSetting(word: string): Setting {
  const axis = readAxis(word);
  if (axis.values.length === 1) return { path: axis.path, value: axis.values[0] };
  throw new LabFault('request', `${word}: one value is needed here`, 'several values: --grid');
}

/** `a.b=1,2,3`. Commas within brackets or quotes divide nothing. */
export function readAxis(word: string): Axis {
  const at = word.indexOf('=');
  if (at < 1 || at === word.length - 1) {
    const how = 'write path=value, as in population.0.play.picker=random';
    throw new LabFault('request', `${word}: this is no setting`, how);
  }
  return { path: word.slice(0, at), values: divide(word.slice(at + 1)).map(valueOf) };
}

/** Every combination, the first axis slowest. No axis: the scenario itself. */
export function cellsOf(scenario: LabScenario, axes: readonly Axis[]): Cell[] {
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > cellsMax) {
    throw new LabFault(
      'request',
      `--grid: ${count} combinations; at most ${cellsMax}`,
      'take fewer',
    );
  }
  let combinations: Setting[][] = [[]];
  for (const { path, values } of axes) {
    combinations = combinations.flatMap((before) =>
      values.map((value) => [...before, { path, value }]),
    );
  }
  return combinations.map((settings) => ({
    label: labelOf(settings, axes),
    settings,
    scenario: withSettings(scenario, settings),
  }));
}

/** Throws a `LabFault` that names the path. */
export function withSettings(scenario: LabScenario, settings: readonly Setting[]): LabScenario {
  if (settings.length === 0) return scenario;
  const copy = structuredClone(scenario) as unknown as Record<string, unknown>;
  for (const { path, value } of settings) set(copy, path, value);
  return expandScenario(copy, null);
}

function set(root: Record<string, unknown>, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop()!;
  let at: unknown = root;
  for (const part of parts) at = fieldOf(at, part, path);
  if (Array.isArray(at)) {
    fieldOf(at, last, path);
    at[Number(last)] = value;
  } else if (at !== null && typeof at === 'object') {
    Object.defineProperty(at, last, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else throw unknownPath(path, last, []);
}

function fieldOf(at: unknown, part: string, path: string): unknown {
  if (at !== null && typeof at === 'object' && Object.hasOwn(at, part)) {
    return (at as Record<string, unknown>)[part];
  }
  throw unknownPath(path, part, at !== null && typeof at === 'object' ? Object.keys(at) : []);
}

function unknownPath(path: string, part: string, allowed: readonly string[]): LabFault {
  const what =
    allowed.length === 0 ? 'there is nothing below it' : `allowed are ${allowed.join(', ')}`;
  return new LabFault('scenario', `${path}: there is no "${part}"; ${what}`, 'check the path');
}

/** As short as tells them apart: the last part of a path where no other path ends so. */
function labelOf(settings: readonly Setting[], axes: readonly Axis[]): string {
  const last = (path: string): string => path.slice(path.lastIndexOf('.') + 1);
  return settings
    .map(({ path, value }) => {
      const alone = axes.filter((axis) => last(axis.path) === last(path)).length === 1;
      return `${alone ? last(path) : path}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join(' ');
}

function divide(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]!;
    if (letter === '"') quoted = !quoted;
    else if (!quoted && '[{'.includes(letter)) depth++;
    else if (!quoted && ']}'.includes(letter)) depth--;
    else if (letter === ',' && depth === 0 && !quoted) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
