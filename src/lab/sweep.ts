/**
 * A sweep: cells times seed values, run on threads or by the workers of a queue, kept in a folder as they come.
 *
 * Invariant: what the folder has already is not run again, so a sweep that was broken off resumes where it was; the files
 * are the same whatever the number of threads or workers and whoever was faster. Seeds vary slowest, so that what is there at any
 * time can be compared in pairs.
 */
import { LabFault } from './fault.ts';
import type { Cell } from './grid.ts';
import { runTasks } from './pool.ts';
import type { RunTasks } from './pool.ts';
import { ResultsFolder, runName } from './results-folder.ts';
import type { RunTask } from './run-task.ts';

export interface SweepOptions {
  readonly folder: ResultsFolder;
  readonly cells: readonly Cell[];
  readonly seeds: readonly number[];
  readonly jobs?: number;
  /** Who runs them. Default: threads. */
  readonly run?: RunTasks;
  readonly signal?: AbortSignal;
  /** Run what is there already again, and hold it against what was kept (H4). */
  readonly verify?: boolean;
  /** Told after each run that is kept, and once before. */
  readonly progress?: (done: number, all: number) => void;
}

export interface SweepOutcome {
  /** Run now; found in the folder; left undone, since it was broken off. */
  readonly ran: number;
  readonly found: number;
  readonly left: number;
}

/** A run that broke a floor, or a bug. */
export class BrokenRun extends Error {
  readonly law: string;
  readonly seed: number;
  readonly label: string;

  constructor(law: string, detail: string, seed: number, label: string) {
    super(detail);
    this.law = law;
    this.seed = seed;
    this.label = label;
  }
}

/** Rejects with a `BrokenRun` at the first run that fails; what is kept by then stays. */
export async function sweep(options: SweepOptions): Promise<SweepOutcome> {
  const { folder, cells, seeds, jobs, signal, verify = false, progress } = options;
  const run = options.run ?? runTasks;
  if (seeds.length === 0 || cells.length === 0) throw new LabFault('request', 'nothing to run', '');
  const ids: string[] = [];
  for (const cell of cells) ids.push(await folder.keepCell(cell));
  const kept = await folder.runNames();
  const all = seeds.flatMap((seed) => cells.map((cell, i) => ({ seed, cell, id: ids[i]! })));
  // Two cells may come to the same scenario.
  const unique = [...new Map(all.map((each) => [runName(each.id, each.seed), each])).entries()];
  const due = unique.filter(([name]) => verify || !kept.has(name)).map(([, each]) => each);
  const found = unique.length - due.length;
  let ran = 0;
  progress?.(found, unique.length);
  const tasks: RunTask[] = due.map(({ cell, seed }) => ({ scenario: cell.scenario, seed }));
  await run(tasks, {
    ...(jobs === undefined ? {} : { jobs }),
    ...(signal === undefined ? {} : { signal }),
    heard: async ({ record, fault }, index) => {
      const { seed, cell } = due[index]!;
      if (record === null) throw new BrokenRun(fault.law, fault.detail, seed, cell.label);
      await folder.keepRun(record);
      ran++;
      progress?.(found + ran, unique.length);
    },
  });
  return { ran, found, left: due.length - ran };
}
