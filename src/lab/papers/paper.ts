/**
 * A published result as a test: what is run, what the paper or its simulator says, and whether ours agrees. Pure.
 *
 * Where we differ, the criterion fails or, if it is one that only looks on (`required: false`), the difference stands in the
 * table.
 */
import type { Change } from '../draw-run.ts';
import type { RunRecord } from '../run-record.ts';
import type { LabScenario } from '../scenario.ts';
import type { Criterion } from './criterion.ts';

/** `full`: as the paper has it, or as near as minutes allow. `middle`: a fourth to a tenth of the work. `quick`: seconds. */
export type Size = 'quick' | 'middle' | 'full';

export const sizes: readonly Size[] = ['quick', 'middle', 'full'];

export interface PaperRuns {
  readonly label: string;
  readonly scenario: LabScenario;
  readonly seeds: readonly number[];
  /** One peer plays something else than its scenario says. */
  readonly change?: (seed: number) => Change;
}

export interface PaperTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Findings {
  readonly table: PaperTable;
  readonly criteria: readonly Criterion[];
  /** Where ours differs from the reference, and why that may be; empty: nowhere. */
  readonly remarks: readonly string[];
}

export interface Paper {
  /** As `lab reproduce NAME` has it. */
  readonly name: string;
  readonly title: string;
  readonly source: string;
  plan(size: Size): readonly PaperRuns[];
  /** `runsOf` gives the runs of a label, by seed. */
  judge(runsOf: (label: string) => readonly RunRecord[], size: Size): Findings;
}

/** `1..count`. */
export function firstSeeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
