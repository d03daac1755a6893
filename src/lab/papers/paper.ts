/**
 * A published result as a test: what is run, what the paper or its simulator says, and whether ours agrees. Pure.
 *
 * Invariant: a criterion is stated before the runs are made and never bent to them. Where we differ, the criterion fails
 * or, if it is one that only looks on (`required: false`), the difference stands in the table.
 */
import type { Change } from '../draw-run.ts';
import type { RunRecord } from '../run-record.ts';
import type { LabScenario } from '../scenario.ts';

export interface PaperRuns {
  readonly label: string;
  readonly scenario: LabScenario;
  readonly seeds: readonly number[];
  /** One peer plays something else than its scenario says. */
  readonly change?: (seed: number) => Change;
}

export interface Criterion {
  readonly what: string;
  /** As `at least 0.93`. */
  readonly wanted: string;
  readonly got: number;
  readonly pass: boolean;
  /** False: told, not judged. */
  readonly required: boolean;
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
  /** `quick`: seconds instead of minutes. */
  plan(quick: boolean): readonly PaperRuns[];
  /** `runsOf` gives the runs of a label, by seed. */
  judge(runsOf: (label: string) => readonly RunRecord[], quick: boolean): Findings;
}

export function atLeast(what: string, got: number, bound: number, required = true): Criterion {
  return { what, wanted: `at least ${bound}`, got, pass: got >= bound, required };
}

export function atMost(what: string, got: number, bound: number, required = true): Criterion {
  return { what, wanted: `at most ${bound}`, got, pass: got <= bound, required };
}

/** Within `share` of `target`. */
export function near(
  what: string,
  got: number,
  target: number,
  share: number,
  required = true,
): Criterion {
  const wanted = `${Number(target.toPrecision(4))} ± ${Math.round(share * 100)} %`;
  return { what, wanted, got, pass: Math.abs(got - target) <= share * Math.abs(target), required };
}

/** `1..count`. */
export function firstSeeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}
