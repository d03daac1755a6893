/**
 * `swarmwright lab` on the command line: its commands, options and help. Parsing only; the lab itself is loaded when it
 * is asked for, so that it costs the other commands nothing.
 */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { exitCodeHelp } from '../exit-codes.ts';
import { countWord } from '../words.ts';
import type {
  CompareWords,
  LabWords,
  ReproduceWords,
  TournamentWords,
  WorkerWords,
} from './lab-words.ts';

/** More threads than any machine has cores only cost memory. */
const JOBS_MAX = 512;
const SEED_MAX = 0x7fffffff;
const SEEDS_MAX = 100_000;

export function defineLab(lab: Command, { streams, ended }: CommandContext): void {
  lab.addHelpText('after', exitCodeHelp());
  const out = [
    '-o, --output <folder>',
    'where results go; what is there is never overwritten',
  ] as const;
  const set = ['--set <path=value>', 'a field of the scenario; may be repeated'] as const;
  const strategies = [
    '--strategies <file>',
    'a module with strategies of your own; may be repeated (docs/write-a-strategy.md)',
  ] as const;
  const jobs = ['--jobs <count>', 'threads; results do not depend on them'] as const;
  const queue = ['--queue <url>', 'let workers do it, over a Redis: redis://host:6379'] as const;

  lab
    .command('run')
    .description('one replication of a scenario')
    .argument('<scenario>', 'a scenario file; swarmwright lab schema prints what it may hold')
    .requiredOption(...out)
    .option('--seed <number>', 'what decides everything', seedWord, 1)
    .option(...set, listWord, [])
    .option(...strategies, listWord, [])
    .option('--verify', 'run it again where it is there already, and hold the two together')
    .action(async (scenario: string, words: LabWords) => {
      const { labRun } = await import('./lab-runs.ts');
      ended(await labRun(scenario, words, streams));
    });
  lab
    .command('sweep')
    .description(
      'many replications: a grid of settings times seeds, on all cores; resumes for free',
    )
    .argument('<scenario>', 'a scenario file')
    .requiredOption(...out)
    .requiredOption(
      '--seeds <A..B>',
      'seeds, both ends included, or a list: 1..30 or 1,2,7',
      seedsWord,
    )
    .option('--grid <path=a,b,c>', 'values of a field; may be repeated', listWord, [])
    .option(...set, listWord, [])
    .option(...strategies, listWord, [])
    .option(...jobs, jobsWord)
    .option(...queue)
    .option('--verify', 'run again what is there already, and hold the two together')
    .action(async (scenario: string, words: LabWords) => {
      const { labSweep } = await import('./lab-runs.ts');
      ended(await labSweep(scenario, words, streams));
    });
  lab
    .command('worker')
    .description('take runs off a queue and do them, until Ctrl-C; on any machine')
    .requiredOption('--queue <url>', 'a Redis: redis://[[user]:password@]host[:port][/database]')
    .option(...strategies, listWord, [])
    .option(...jobs, jobsWord)
    .action(async (words: WorkerWords) => {
      const { labWorker } = await import('./lab-worker.ts');
      ended(await labWorker(words, streams));
    });
  lab
    .command('plan')
    .description('the runs of a sweep as commands, one a line: for GNU parallel, xargs or Slurm')
    .argument('<scenario>', 'a scenario file')
    .requiredOption(...out)
    .requiredOption('--seeds <A..B>', 'seeds, as for sweep', seedsWord)
    .option('--grid <path=a,b,c>', 'values of a field; may be repeated', listWord, [])
    .option(...set, listWord, [])
    .option(...strategies, listWord, [])
    .action(async (scenario: string, words: LabWords) => {
      const { labPlan } = await import('./lab-runs.ts');
      ended(await labPlan(scenario, words, streams));
    });
  lab
    .command('collect')
    .description('make the tables of a results folder (CSV and NDJSON)')
    .argument('<folder>')
    .action(async (folder: string) => {
      const { labCollect } = await import('./lab-figures.ts');
      ended(await labCollect(folder, streams));
    });
  lab
    .command('compare')
    .description('B less A in pairs of equal seeds: 95 % intervals, effect sizes, Holm')
    .argument('<a>', 'FOLDER, or FOLDER#CELL')
    .argument('<b>')
    .option('--json', 'one line of JSON on stdout')
    .action(async (a: string, b: string, words: CompareWords) => {
      const { labCompare } = await import('./lab-figures.ts');
      ended(await labCompare(a, b, words, streams));
    });
  lab
    .command('report')
    .description('one HTML file with all figures')
    .argument('<folder>')
    .option('-o, --output <file>', 'default: report.html in the folder')
    .action(async (folder: string, words: { readonly output?: string }) => {
      const { labReport } = await import('./lab-figures.ts');
      ended(await labReport(folder, words.output, streams));
    });
  lab
    .command('tournament')
    .description('strategies against each other: performance, robustness, aggressiveness, invasion')
    .argument('<scenario>', 'the swarm that they meet in')
    .requiredOption(...out)
    .requiredOption(
      '--plays <a,b,c>',
      'what is played, as choker=round-robin or picker=random',
      listWord,
      [],
    )
    .requiredOption('--seeds <A..B>', 'seeds, as for sweep', seedsWord)
    .option(...strategies, listWord, [])
    .option(...jobs, jobsWord)
    .option(...queue)
    .action(async (scenario: string, words: TournamentWords) => {
      const { labTournament } = await import('./lab-tournament.ts');
      ended(await labTournament(scenario, words, streams));
    });
  lab
    .command('counterfactual')
    .description('the same run twice: as it is, and with one peer playing something else')
    .argument('<scenario>', 'a scenario file')
    .requiredOption('--peer <number>', 'which of those who come, from 0', peerNumber)
    .requiredOption('--play <kind=name>', 'what it plays instead; may be repeated', listWord, [])
    .option('--seeds <A..B>', 'seeds, as for sweep', seedsWord, [1])
    .option(...set, listWord, [])
    .option(...strategies, listWord, [])
    .option(...jobs, jobsWord)
    .option('--json', 'one line of JSON on stdout')
    .action(async (scenario: string, words: LabWords) => {
      const { labCounterfactual } = await import('./lab-counterfactual.ts');
      ended(await labCounterfactual(scenario, words, streams));
    });
  lab
    .command('reproduce')
    .description('published results, run again: a table beside the reference, pass or fail')
    .argument('<name>', 'a name that reproduce list shows, or all')
    .addOption(
      new Option('--size <size>', 'of swarms and files: seconds, minutes, or an hour of work')
        .choices(['quick', 'middle', 'full'])
        .default('full'),
    )
    .option('--quick', 'the same as --size quick')
    .option('--seeds <A..B>', "seeds, as for sweep, instead of the paper's own", seedsWord)
    .option('-o, --output <folder>', 'keep the runs there, and take those that are there')
    .option(...jobs, jobsWord)
    .option('--json', 'one line of JSON for each on stdout')
    .action(async (name: string, words: ReproduceWords) => {
      const { labReproduce } = await import('./lab-reproduce.ts');
      ended(await labReproduce(name, words, streams));
    });
  lab
    .command('schema')
    .description('the JSON schema of scenario files')
    .action(async () => {
      const { labSchema } = await import('./lab-runs.ts');
      ended(await labSchema(streams));
    });
}

function listWord(word: string, before: readonly string[]): readonly string[] {
  return [...before, word];
}

function seedWord(word: string): number {
  const seed = /^\d{1,10}$/.test(word) ? Number(word) : NaN;
  if (seed <= SEED_MAX) return seed;
  throw new InvalidArgumentError(`a seed is a whole number from 0 to ${SEED_MAX}`);
}

function peerNumber(word: string): number {
  if (/^\d{1,6}$/.test(word)) return Number(word);
  throw new InvalidArgumentError('a peer is a whole number from 0');
}

function jobsWord(word: string): number {
  const jobs = countWord(word);
  if (jobs <= JOBS_MAX) return jobs;
  throw new InvalidArgumentError(`at most ${JOBS_MAX}`);
}

/** `1..30`, `7`, or `1,2,7`. */
function seedsWord(word: string): number[] {
  const seeds = word.split(',').flatMap((part) => {
    const [from, to, more] = part.split('..');
    if (more !== undefined) throw new InvalidArgumentError('a range is two seeds, as 1..30');
    const first = seedWord(from ?? '');
    const last = to === undefined ? first : seedWord(to);
    if (first > last) throw new InvalidArgumentError('it ends before it begins');
    if (last - first >= SEEDS_MAX) throw new InvalidArgumentError(`at most ${SEEDS_MAX} seeds`);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(seeds)];
}
