/**
 * From the words of `swarmwright sim` to what is to be run, and from there to the command that runs it again.
 *
 * Every mistake is found here, before anything runs: a scenario that is none, a plan that does not fit, words that
 * contradict each other.
 */
import { readFile } from 'node:fs/promises';
import {
  faultPlans,
  namedScenarios,
  parseScenario,
  readScenario,
  scenarioOf,
  seedMax,
} from '../../sim/index.ts';
import type { Fidelity, ReactorKind, ScenarioChanges, SimOrder } from '../../sim/index.ts';
import { CommandError, usageError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';

export interface SeedRange {
  readonly from: number;
  readonly to: number;
}

/** The options as the parser gives them. */
export interface SimWords {
  readonly seed?: number;
  readonly seeds?: SeedRange;
  readonly peers?: number;
  readonly faults?: string;
  readonly fidelity?: Fidelity;
  readonly reactor?: ReactorKind;
  readonly jobs?: number;
  readonly keepGoing?: boolean;
  readonly shrink: boolean;
  readonly out?: string;
  readonly json?: boolean;
  readonly schema?: boolean;
  readonly list?: boolean;
}

export interface SimTask {
  readonly order: SimOrder;
  /** The scenario as the person named it. */
  readonly name: string;
  /** The seed value of a single run. */
  readonly seed: number;
  /** The law that the scenario file says it breaks; null: it says none. */
  readonly law: string | null;
}

const usualScenario = 'drawn';

export async function simTask(name: string | undefined, words: SimWords): Promise<SimTask> {
  contradictions(words);
  const source = await sourceOf(name ?? usualScenario);
  const { faults, fidelity = null, reactor = null, peers = null } = words;
  const changes: ScenarioChanges = {
    peers,
    faults: faults === undefined ? null : faultPlans[faults]!,
    fidelity,
    reactor,
  };
  const order: SimOrder = { source: source.source, changes, promises: words.seeds === undefined };
  const seed = words.seeds?.from ?? words.seed ?? source.seed ?? 1;
  const { fault } = parseScenario(scenarioOf(order, seed));
  if (fault !== null) throw usageError(oneLine(fault), 'change the options, or the scenario');
  return { order, name: name ?? usualScenario, seed, law: source.law };
}

/** The one command that runs this seed again. */
export function replayCommand(name: string, words: SimWords, seed: number): string {
  const { peers, faults, fidelity, reactor } = words;
  const options = { seed, peers, faults, fidelity, reactor };
  const said = Object.entries(options).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option}`, String(value)],
  );
  const scenario = name === usualScenario ? [] : [quoted(name)];
  return ['swarmwright sim', ...scenario, ...said].join(' ');
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function contradictions(words: SimWords): void {
  const { seed, seeds, jobs, keepGoing, shrink, out, faults } = words;
  const refuse = (what: string): never => {
    throw usageError(what, 'see swarmwright sim --help');
  };
  if (seeds === undefined) {
    if (jobs !== undefined) refuse('--jobs needs --seeds');
    if (keepGoing === true) refuse('--keep-going needs --seeds');
  } else if (seed !== undefined) refuse('--seed and --seeds exclude each other');
  if (Math.max(seed ?? 0, seeds?.to ?? 0) > seedMax) refuse(`a seed is at most ${seedMax}`);
  if (faults !== undefined && !Object.hasOwn(faultPlans, faults)) {
    refuse(`there is no fault plan "${faults}": ${Object.keys(faultPlans).join(', ')}`);
  }
  if (out !== undefined && !shrink) refuse('--out and --no-shrink exclude each other');
}

interface Source {
  readonly source: SimOrder['source'];
  readonly seed: number | null;
  readonly law: string | null;
}

async function sourceOf(name: string): Promise<Source> {
  if (Object.hasOwn(namedScenarios, name)) {
    return { source: { type: 'named', name }, seed: null, law: null };
  }
  const { file, fault } = readScenario(await textOf(name));
  if (file === null) {
    throw new CommandError(
      EXIT.badScenario,
      'BAD_SCENARIO',
      `${name}: ${oneLine(fault)}`,
      'swarmwright sim --schema prints what a scenario may hold',
    );
  }
  const { scenario, seed, law } = file;
  return { source: { type: 'given', scenario }, seed, law };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const what = missing ? 'no such file, and no scenario of that name' : 'cannot be read';
    const names = Object.keys(namedScenarios).join(', ');
    const advice = missing
      ? `a JSON file, or one of ${names}`
      : 'check the path and its permissions';
    const code = missing ? 'SWARMWRIGHT_FILE_MISSING' : 'SWARMWRIGHT_FILE_UNREADABLE';
    throw new CommandError(EXIT.read, code, `${path}: ${what}`, advice);
  }
}

function oneLine(fault: string): string {
  return fault.split('\n').join('; ');
}
