/**
 * Starts processes that hunt one planted bug each, a few at a time.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Mutant } from '../mutants/catalogue.ts';
import type { Patch } from './mutant-hook.ts';
import type { MutantOrder, MutantReport } from './mutant-report.ts';

/** A process that takes longer hangs: far above what a busy machine needs. */
const PATIENCE = 300_000;

/** Where the compiled file of a mutant is. */
export function compiledUrl(file: string): URL {
  return new URL(`../../src/${file}.js`, import.meta.url);
}

function patchOf({ file, find, replace }: Mutant): Patch {
  return { url: compiledUrl(file).href, find, replace };
}

/** Runs those of the menu with the planted bug; `mutant` null: without one. Never rejects. */
export function hunt(
  mutant: Mutant | null,
  runs: readonly number[],
  untilFound: boolean,
): Promise<MutantReport> {
  const order: MutantOrder = { patch: mutant && patchOf(mutant), runs, untilFound };
  const child = fork(fileURLToPath(new URL('./mutant-run.js', import.meta.url)), [], {
    execArgv: [],
  });
  return new Promise((resolve) => {
    let report: MutantReport | null = null;
    const watchdog = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    child.once('message', (message) => {
      report = message as MutantReport;
    });
    child.once('exit', (code, signal) => {
      clearTimeout(watchdog);
      resolve(report ?? { problem: `it ended with ${signal ?? code ?? 'nothing'}` });
    });
    child.send(order);
  });
}

/** Does all jobs, `lanes` at a time, begun in order. */
export async function inLanes<J>(
  lanes: number,
  jobs: readonly J[],
  work: (job: J) => Promise<void>,
): Promise<void> {
  const queue = jobs.values();
  const lane = async (): Promise<void> => {
    for (const job of queue) await work(job);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
