/**
 * One replication as a thread is asked for it and answers: plain data both ways.
 *
 * Decided by the task alone: which thread runs it, where and after what makes no difference.
 */
import { Violation } from '../sim/index.ts';
import { drawRun } from './draw-run.ts';
import type { Change } from './draw-run.ts';
import type { RunRecord } from './run-record.ts';
import { runReplication } from './run-replication.ts';
import type { LabScenario } from './scenario.ts';

export interface RunTask {
  readonly scenario: LabScenario;
  readonly seed: number;
  /** One peer plays something else; absent: none does. */
  readonly change?: Change;
}

export type RunAnswer =
  | { readonly record: RunRecord; readonly fault: null }
  /** A floor that was broken (`H1`), or `bug`. */
  | { readonly record: null; readonly fault: { readonly law: string; readonly detail: string } };

export default function runTask({ scenario, seed, change }: RunTask): RunAnswer {
  try {
    return { record: runReplication(drawRun(scenario, seed, change)), fault: null };
  } catch (error) {
    const law = error instanceof Violation ? error.law : 'bug';
    const detail = error instanceof Error ? error.message : String(error);
    return { record: null, fault: { law, detail } };
  }
}
