/**
 * Runs a paper and says what came of it. H1 and H3 are judged within every run; H4 here: the first run is run
 * twice, also where it was kept: what another engine left behind is found out.
 */
import { runTasks } from '../pool.ts';
import type { RunRecord } from '../run-record.ts';
import type { RunTask } from '../run-task.ts';
import { BrokenRun } from '../sweep.ts';
import { atLeast, exact } from './criterion.ts';
import type { Criterion } from './criterion.ts';
import { fluid } from './fluid.ts';
import { h2 } from './h2.ts';
import { KeptRuns } from './kept-runs.ts';
import { l1 } from './l1.ts';
import { l2 } from './l2.ts';
import { o1 } from './o1.ts';
import { o2 } from './o2.ts';
import { o3 } from './o3.ts';
import { o4 } from './o4.ts';
import type { Findings, Paper, PaperRuns, Size } from './paper.ts';
import { q1 } from './q1.ts';
import { q2 } from './q2.ts';
import { t1 } from './t1.ts';
import { t2 } from './t2.ts';

export const papers: readonly Paper[] = [fluid, h2, o1, o2, o3, o4, q1, q2, l1, l2, t1, t2];

export interface ReproduceOptions {
  readonly size: Size;
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  /** A folder in which runs are kept, and from which those that are there are taken. Absent: none. */
  readonly keep?: string;
  /** Seed values instead of the paper's own. */
  readonly seeds?: readonly number[];
  readonly progress?: (done: number, all: number) => void;
}

/** One run of a paper, as it is cited. */
export interface Trace {
  readonly label: string;
  readonly seed: number;
  /** Of the expanded scenario. */
  readonly cell: string;
  readonly traceHash: string;
}

export interface Reproduction extends Findings {
  readonly paper: Paper;
  /** Of Swarmwright. */
  readonly version: string;
  /** Of every run, by label and seed. */
  readonly traces: readonly Trace[];
  readonly passed: boolean;
}

/** One run that a paper asks for; null: nowhere kept. */
interface Wanted {
  readonly label: string;
  readonly task: RunTask;
  readonly kept: KeptRuns | null;
}

/** Null: it was broken off. Rejects with a `BrokenRun` where a floor was broken. */
export async function reproduce(
  paper: Paper,
  options: ReproduceOptions,
): Promise<Reproduction | null> {
  const { size, keep, progress } = options;
  const plan = paper
    .plan(size)
    .map((runs) => (options.seeds === undefined ? runs : { ...runs, seeds: options.seeds }));
  const wanted = await wantedBy(paper.name, plan, keep ?? null);
  const records = wanted.map(({ kept, task }) => kept?.find(task.seed) ?? null);
  const due = wanted.flatMap((each, index) =>
    records[index] === null ? [{ ...each, index }] : [],
  );
  // H4: the first one once more, after all others, whoever ran it first.
  const all = [...due, { ...wanted[0]!, index: wanted.length }];
  let done = 0;
  await runTasks(
    all.map(({ task }) => task),
    {
      ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      heard: async ({ record, fault }, place) => {
        const { label, task, kept, index } = all[place]!;
        if (record === null) throw new BrokenRun(fault.law, fault.detail, task.seed, label);
        records[index] = record;
        if (index < wanted.length) await kept?.keep(record);
        done++;
        progress?.(wanted.length - due.length + done, wanted.length + 1);
      },
    },
  );
  if (done < all.length) return null;
  const again = records.pop()!;
  const runsOf = (label: string): RunRecord[] =>
    wanted.flatMap((each, index) => (each.label === label ? [records[index]!] : []));
  const findings = paper.judge(runsOf, size);
  const criteria = [sameTrace(records[0]!, again), ...findings.criteria];
  return {
    ...findings,
    criteria,
    paper,
    version: again.version,
    traces: wanted.map(({ label }, index) => {
      const { seed, cell, traceHash } = records[index]!;
      return { label, seed, cell, traceHash };
    }),
    passed: criteria.every(({ verdict, required }) => verdict !== 'fails' || !required),
  };
}

/** Seeds vary slowest, so that what is there at any time can be compared in pairs. */
async function wantedBy(
  paper: string,
  plan: readonly PaperRuns[],
  keep: string | null,
): Promise<Wanted[]> {
  const wanted: (Wanted & { readonly rank: number })[] = [];
  for (const runs of plan) {
    const { label, scenario, seeds, change } = runs;
    const kept = keep === null ? null : await KeptRuns.open(keep, paper, runs);
    for (const [rank, seed] of seeds.entries()) {
      const changed = change === undefined ? {} : { change: change(seed) };
      wanted.push({ label, rank, kept, task: { scenario, seed, ...changed } });
    }
  }
  return wanted.sort((a, b) => a.rank - b.rank);
}

function sameTrace(once: RunRecord, again: RunRecord): Criterion {
  const same = JSON.stringify(once) === JSON.stringify(again) ? 1 : 0;
  return atLeast('H4: the same run twice', exact(same), 1);
}
