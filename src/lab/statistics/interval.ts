/**
 * Means with how far they can be trusted: confidence intervals by Student's t, paired differences, effect sizes, Holm.
 *
 * Invariant: one observation has a mean and no interval; an interval is never made up.
 */
import { mean, quantile, sampleStandardDeviation } from './describe.ts';
import { criticalT, tailOfT } from './student.ts';

export interface Estimate {
  /** Observations. */
  readonly n: number;
  readonly mean: number;
  /** Ends of the 95 % confidence interval; null: fewer than two observations. */
  readonly low: number | null;
  readonly high: number | null;
}

export interface PairedTest extends Estimate {
  /** Two-sided, of the paired t test; null: fewer than two pairs, or none differs. */
  readonly p: number | null;
  /** Mean difference through its standard deviation (Cohen's d of paired samples); null: as `p`. */
  readonly effect: number | null;
}

const TAIL = 0.05;

/** Of the mean. `values` holds one at least. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const middle = mean([...values]);
  if (n < 2) return { n, mean: middle, low: null, high: null };
  const half = (criticalT(TAIL, n - 1) * sampleStandardDeviation([...values])) / Math.sqrt(n);
  return { n, mean: middle, low: middle - half, high: middle + half };
}

/** Of the mean of `differences`, each between two runs with the same random numbers. */
export function pairedTest(differences: readonly number[]): PairedTest {
  const base = estimate(differences);
  if (base.n < 2) return { ...base, p: null, effect: null };
  const deviation = sampleStandardDeviation([...differences]);
  // Nothing varies: either nothing differs at all, or all pairs differ alike, beyond any doubt.
  if (deviation === 0) return { ...base, p: base.mean === 0 ? null : 0, effect: null };
  const t = (base.mean * Math.sqrt(base.n)) / deviation;
  return { ...base, p: tailOfT(Math.abs(t), base.n - 1), effect: base.mean / deviation };
}

/** Holm's step-down correction: what each p value is worth among the others. Null stays null. */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const ranked = ps
    .flatMap((p, index) => (p === null ? [] : [{ p, index }]))
    .sort((a, b) => a.p - b.p || a.index - b.index);
  const adjusted: (number | null)[] = ps.map(() => null);
  let least = 0;
  for (const [rank, { p, index }] of ranked.entries()) {
    least = Math.max(least, Math.min(1, p * (ranked.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}

/** Of any statistic, by resampling `values` (percentile bootstrap): for quantiles and ratios. */
export function bootstrap(
  values: readonly number[],
  statistic: (sample: number[]) => number,
  random: { below(n: number): number },
  rounds = 1000,
): { readonly low: number; readonly high: number } | null {
  if (values.length < 2) return null;
  const drawn = Array.from({ length: rounds }, () =>
    statistic(values.map(() => values[random.below(values.length)]!)),
  );
  return { low: quantile(drawn, TAIL / 2), high: quantile(drawn, 1 - TAIL / 2) };
}
