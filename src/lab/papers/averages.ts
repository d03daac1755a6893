/**
 * Figures of each run, for tables and criteria. Pure.
 */
import { metricsOf, rowsOf } from '../metrics.ts';
import type { Metrics } from '../metrics.ts';
import type { RunRecord } from '../run-record.ts';
import { estimate } from '../statistics/interval.ts';

/** Of one class of links or one group; neither: of all who came. */
export interface Some {
  readonly network?: string;
  readonly group?: string;
}

/** A metric of each run; not a number where it means nothing in it. */
export function each(runs: readonly RunRecord[], metric: keyof Metrics, some: Some = {}): number[] {
  return runs.map((run) => metricsOf(run, rowsOf(run, some))[metric] ?? NaN);
}

/** A metric over the runs in which it means something, with its interval, for a table. */
export function cellText(
  runs: readonly RunRecord[],
  metric: keyof Metrics,
  some: Some = {},
): string {
  return intervalText(each(runs, metric, some));
}

export function intervalText(values: readonly number[]): string {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return '-';
  const { mean: middle, high } = estimate(known);
  const digits = Math.abs(middle) >= 100 ? 0 : 3;
  const half = high === null ? '' : ` ± ${(high - middle).toFixed(digits)}`;
  return `${middle.toFixed(digits)}${half}`;
}

/** What `of` makes of each pair of two lists of the same seeds. */
export function inPairs(
  a: readonly number[],
  b: readonly number[],
  of: (a: number, b: number) => number,
): number[] {
  return a.map((one, i) => of(one, b[i] ?? NaN));
}

export function averageOf(values: readonly number[]): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
