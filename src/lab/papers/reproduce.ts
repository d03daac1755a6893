/**
 * Runs a paper and says what came of it. H1 and H3 are judged within every run; H4 here: the first run is run twice.
 */
import { BrokenRun } from '../sweep.ts';
import { runTasks } from '../pool.ts';
import type { RunRecord } from '../run-record.ts';
import type { RunTask } from '../run-task.ts';
import { fluid } from './fluid.ts';
import { h2 } from './h2.ts';
import { l1 } from './l1.ts';
import { l2 } from './l2.ts';
import { o1 } from './o1.ts';
import { o2 } from './o2.ts';
import { o3 } from './o3.ts';
import { o4 } from './o4.ts';
import type { Criterion, Findings, Paper } from './paper.ts';
import { q1 } from './q1.ts';
import { q2 } from './q2.ts';
import { t1 } from './t1.ts';
import { t2 } from './t2.ts';

export const papers: readonly Paper[] = [fluid, h2, o1, o2, o3, o4, q1, q2, l1, l2, t1, t2];

export interface ReproduceOptions {
  readonly quick: boolean;
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, all: number) => void;
}

export interface Reproduction extends Findings {
  readonly paper: Paper;
  readonly runs: number;
  /** Label, seed value and trace hash of the first run of each kind. */
  readonly traces: readonly (readonly [label: string, seed: number, traceHash: string])[];
  readonly passed: boolean;
}

/** Null: it was broken off. Rejects with a `BrokenRun` where a floor was broken. */
export async function reproduce(
  paper: Paper,
  options: ReproduceOptions,
): Promise<Reproduction | null> {
  const { quick, jobs, signal, progress } = options;
  const plan = paper.plan(quick);
  const tasks = plan.flatMap(({ label, scenario, seeds, change }) =>
    seeds.map((seed) => {
      const task: RunTask = {
        scenario,
        seed,
        ...(change === undefined ? {} : { change: change(seed) }),
      };
      return { label, task };
    }),
  );
  const all = [...tasks, tasks[0]!];
  const records: RunRecord[] = [];
  let done = 0;
  await runTasks(
    all.map(({ task }) => task),
    {
      ...(jobs === undefined ? {} : { jobs }),
      ...(signal === undefined ? {} : { signal }),
      heard: ({ record, fault }, index) => {
        const { label, task } = all[index]!;
        if (record === null) throw new BrokenRun(fault.law, fault.detail, task.seed, label);
        records[index] = record;
        progress?.(++done, all.length);
      },
    },
  );
  if (done < all.length) return null;
  const again = records.pop()!;
  const runsOf = (label: string): RunRecord[] =>
    tasks.flatMap((each, index) => (each.label === label ? [records[index]!] : []));
  const findings = paper.judge(runsOf, quick);
  const criteria = [sameTrace(records[0]!, again), ...findings.criteria];
  return {
    ...findings,
    criteria,
    paper,
    runs: tasks.length,
    traces: plan.map(({ label }) => {
      const { seed, traceHash } = runsOf(label)[0]!;
      return [label, seed, traceHash];
    }),
    passed: criteria.every(({ pass, required }) => pass || !required),
  };
}

function sameTrace(once: RunRecord, again: RunRecord): Criterion {
  const same = JSON.stringify(once) === JSON.stringify(again) ? 1 : 0;
  return {
    what: 'H4: the same run twice',
    wanted: '1',
    got: same,
    pass: same === 1,
    required: true,
  };
}
