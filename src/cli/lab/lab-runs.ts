/**
 * `swarmwright lab run`, `sweep`, `plan` and `schema`: what runs replications, or says how to.
 */
import {
  ResultsFolder,
  cellsOf,
  collect,
  defaultJobs,
  labScenarioJsonSchema,
  readAxis,
  readSetting,
  sweep,
  withSettings,
} from '../../lab/index.ts';
import type { BrokenRun, Cell } from '../../lab/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { count } from '../figures.ts';
import { Interrupts } from '../interrupts.ts';
import type { Streams } from '../report.ts';
import { quoted } from '../sim-order.ts';
import { SimProgress } from '../sim-progress.ts';
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
  const left = await sweepCells(await ResultsFolder.create(words.output), cells, words, streams);
  return left > 0 ? EXIT.interrupted : EXIT.done;
}

/** Runs a sweep with its progress shown, and makes the tables. Returns how many runs Ctrl-C has left undone. */
export async function sweepCells(
  folder: ResultsFolder,
  cells: readonly Cell[],
  words: Pick<LabWords, 'seeds' | 'jobs' | 'verify'>,
  streams: Streams,
): Promise<number> {
  const { seeds, jobs = defaultJobs(), verify = false } = words;
  const interrupts = new Interrupts(() => streams.stderr.write('stopping: what is done is kept\n'));
  const progress = new SimProgress(streams, false);
  try {
    const outcome = await sweep({
      folder,
      cells,
      seeds,
      jobs,
      verify,
      signal: interrupts.signal,
      progress: (done, all) => progress.show(done / all, `${done} of ${all} runs`),
    });
    progress.end();
    const { ran, found, left } = outcome;
    const runs = ran + found > 0 ? await collect(folder) : 0;
    streams.stderr.write(
      `${count(ran, 'run', 'runs')}, ${found} found, ${left} left; ${folder.path} has ${runs}\n`,
    );
    return left;
  } finally {
    progress.end();
    interrupts.release();
  }
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
  const scenario = withSettings(await scenarioFrom(path), words.set.map(readSetting));
  return cellsOf(scenario, words.grid.map(readAxis));
}

function runCommand(path: string, words: LabWords, seed: number, more: readonly string[]): string {
  const settings = [...words.set, ...more].flatMap((each) => ['--set', quoted(each)]);
  const parts = ['swarmwright lab run', quoted(path), ...settings, '--seed', String(seed)];
  return [...parts, '-o', quoted(words.output)].join(' ');
}
