/**
 * Two sets of runs against each other, in pairs with the same random numbers. Pure.
 *
 * Invariant: only seed values that both have are compared, so that a difference is the strategy's and not that of the
 * arrivals; all numbers of one comparison are corrected together (Holm), since whoever looks at fifteen finds something.
 */
import { LabFault } from './fault.ts';
import { metricNames, metricsOf } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import type { RunRecord } from './run-record.ts';
import { estimate, holm, pairedTest } from './statistics/interval.ts';
import type { Estimate, PairedTest } from './statistics/interval.ts';

export interface Difference {
  readonly metric: keyof Metrics;
  readonly a: Estimate;
  readonly b: Estimate;
  /** B less A, in pairs. */
  readonly difference: PairedTest;
  /** The p value, corrected for all metrics of this comparison; null: nothing can be said. */
  readonly holm: number | null;
}

export interface Comparison {
  /** Seed values that both have. */
  readonly seeds: readonly number[];
  /** Metrics that mean something in one pair at least. */
  readonly differences: readonly Difference[];
}

export function compareRuns(
  a: readonly RunRecord[],
  b: readonly RunRecord[],
  metrics: readonly (keyof Metrics)[] = metricNames,
): Comparison {
  const others = new Map(b.map((record) => [record.seed, record]));
  const pairs = a.flatMap((record) => {
    const other = others.get(record.seed);
    return other === undefined ? [] : [[metricsOf(record), metricsOf(other)] as const];
  });
  const seeds = a.map(({ seed }) => seed).filter((seed) => others.has(seed));
  if (pairs.length === 0) {
    throw new LabFault(
      'request',
      'A and B have no seed in common',
      'run both with the same --seeds',
    );
  }
  const tested = metrics.flatMap((metric) => {
    const both = pairs.flatMap(([left, right]) => {
      const x = left[metric];
      const y = right[metric];
      return x === null || y === null ? [] : [[x, y] as const];
    });
    if (both.length === 0) return [];
    return [
      {
        metric,
        a: estimate(both.map(([x]) => x)),
        b: estimate(both.map(([, y]) => y)),
        difference: pairedTest(both.map(([x, y]) => y - x)),
      },
    ];
  });
  const corrected = holm(tested.map(({ difference }) => difference.p));
  return { seeds, differences: tested.map((each, i) => ({ ...each, holm: corrected[i]! })) };
}
