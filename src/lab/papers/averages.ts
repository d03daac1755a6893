/**
 * Means over runs, for tables and criteria. Pure.
 */
import { metricsOf, rowsOf } from '../metrics.ts';
import type { Metrics } from '../metrics.ts';
import type { RunRecord } from '../run-record.ts';
import { mean } from '../statistics/describe.ts';
import { estimate } from '../statistics/interval.ts';

/** Of a metric over runs, of one class of links or of all; NaN: it means nothing in any of them. */
export function meanMetric(
  runs: readonly RunRecord[],
  metric: keyof Metrics,
  network?: string,
): number {
  return averageOf(valuesOf(runs, metric, network));
}

export function averageOf(values: readonly number[]): number {
  return values.length === 0 ? NaN : mean([...values]);
}

/** With its interval, for a table. */
export function cellText(
  runs: readonly RunRecord[],
  metric: keyof Metrics,
  network?: string,
): string {
  return intervalText(valuesOf(runs, metric, network));
}

export function intervalText(values: readonly number[]): string {
  if (values.length === 0) return '-';
  const { mean: middle, high } = estimate(values);
  const digits = Math.abs(middle) >= 100 ? 0 : 3;
  const half = high === null ? '' : ` ± ${(high - middle).toFixed(digits)}`;
  return `${middle.toFixed(digits)}${half}`;
}

function valuesOf(
  runs: readonly RunRecord[],
  metric: keyof Metrics,
  network: string | undefined,
): number[] {
  const select = network === undefined ? {} : { network };
  return runs.flatMap((run) => metricsOf(run, rowsOf(run, select))[metric] ?? []);
}
