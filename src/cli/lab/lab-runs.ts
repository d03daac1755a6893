/**
 * `swarmwright lab run`, `sweep`, `plan` and `schema`: what runs replications, or says how to.
 */
import {
  ResultsFolder,
  cellsOf,
  collect,
  defaultJobs,
  labScenarioJsonSchema,
  loadStrategies,
  openLabQueue,
  readAxis,
  readSetting,
  sweep,
  withSettings,
} from '../../lab/index.ts';
import type { BrokenRun, Cell, LabQueue } from '../../lab/index.ts';
import { usageError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { count } from '../output/figures.ts';
import { Interrupts } from '../interrupts.ts';
import type { Streams } from '../output/report.ts';
import { quoted } from '../sim/sim-order.ts';
import { SimProgress } from '../sim/sim-progress.ts';
import { scenarioFrom, withComplaints } from './lab-faults.ts';
import type { LabWords } from './lab-words.ts';

export async function labSchema(streams: Streams): Promise<ExitCode> {
  streams.stdout.write(`${JSON.stringify(labScenarioJsonSchema(), null, 2)}\n`);
  return Promise.resolve(EXIT.done);
}

export async function labRun(path: string, words: LabWords, streams: Streams): Promise<ExitCode> {
  return labSweep(path, { ...words, seeds: [words.seed], grid: [], jobs: 1 }, streams);
}

export async function labSweep(path: string, words: LabWords, streams: Streams): Promise<ExitCode> {
  const again = ({ seed, label }: BrokenRun): string =>
    `run ${runCommand(path, words, seed, [])}${label === '' ? '' : ` with ${label}`}, and report it`;
  return withComplaints(() => sweepAll(path, words, streams), again);
}

async function sweepAll(path: string, words: LabWords, streams: Streams): Promise<ExitCode> {
  const cells = await cellsFrom(path, words);
  const left = await sweepCells(words.output, cells, words, streams);
  return left > 0 ? EXIT.interrupted : EXIT.done;
}

/** Runs a sweep with its progress shown, and makes the tables. Returns how many runs Ctrl-C has left undone. */
export async function sweepCells(
  path: string,
  cells: readonly Cell[],
  words: Pick<LabWords, 'seeds' | 'jobs' | 'queue' | 'verify'>,
  streams: Streams,
): Promise<number> {
  const { seeds, jobs = defaultJobs(), verify = false } = words;
  const progress = new SimProgress(streams, false);
  const queue = await queueFrom(words, (line) => progress.say(line));
  const interrupts = new Interrupts(() => progress.say('stopping: what is done is kept'));
  try {
    const folder = await ResultsFolder.create(path);
    const outcome = await sweep({
      folder,
      cells,
      seeds,
      jobs,
      ...(queue === null ? {} : { run: queue.run }),
      verify,
      signal: interrupts.signal,
      progress: (done, all) => progress.show(done / all, `${done} of ${all} runs`),
    });
    progress.end();
    const { ran, found, left } = outcome;
    const runs = ran + found > 0 ? await collect(folder) : 0;
    progress.say(
      `${count(ran, 'run', 'runs')}, ${found} found, ${left} left; ${folder.path} has ${runs}`,
    );
    return left;
  } finally {
    progress.end();
    interrupts.release();
    await queue?.close();
  }
}

/** Null: threads of this process do it. */
async function queueFrom(
  { queue, jobs }: Pick<LabWords, 'queue' | 'jobs'>,
  told: (line: string) => void,
): Promise<LabQueue | null> {
  if (queue === undefined) return null;
  if (jobs !== undefined) {
    throw usageError('--jobs says nothing with --queue', 'give it to swarmwright lab worker');
  }
  return openLabQueue(queue, told);
}

export async function labPlan(path: string, words: LabWords, streams: Streams): Promise<ExitCode> {
  return withComplaints(async () => {
    for (const seed of words.seeds) {
      for (const { settings } of await cellsFrom(path, words)) {
        const more = settings.map(
          ({ path: field, value }) =>
            `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
        );
        streams.stdout.write(`${runCommand(path, words, seed, more)}\n`);
      }
    }
    return EXIT.done;
  });
}

async function cellsFrom(path: string, words: LabWords): Promise<Cell[]> {
  await loadStrategies(words.strategies);
  const scenario = withSettings(await scenarioFrom(path), words.set.map(readSetting));
  return cellsOf(scenario, words.grid.map(readAxis));
}

function runCommand(path: string, words: LabWords, seed: number, more: readonly string[]): string {
  const settings = [...words.set, ...more].flatMap((each) => ['--set', quoted(each)]);
  const strategies = words.strategies.flatMap((file) => ['--strategies', quoted(file)]);
  const parts = [
    'swarmwright lab run',
    quoted(path),
    ...strategies,
    ...settings,
    '--seed',
    String(seed),
  ];
  return [...parts, '-o', quoted(words.output)].join(' ');
}
