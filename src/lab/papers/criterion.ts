/**
 * The one rule by which every paper is judged: what was measured, with its 95 % interval, against what was to come out.
 *
 * A criterion holds where the mean lies in the wanted range. It fails where the whole interval lies outside: then chance does not
 * explain it. In between it is open: these seeds cannot tell, which is no success and no refutation. What is exact (a floor, a
 * count, a hash) has no interval and cannot be open; nor can what was measured once, or not at all, which fails. Pure.
 *
 * Invariant: the bound is stated before the runs are made and never bent to them. So that the rule can fail, what is judged
 * by interval is run with `SEEDS_LEAST` seeds at least.
 */
import { statisticsRandom } from '../draw-run.ts';
import { median } from '../statistics/describe.ts';
import { bootstrap, estimate } from '../statistics/interval.ts';

/** With fewer, Student's t makes an interval that nothing lies outside of (12.7 standard errors of two, 2.8 of five). */
export const SEEDS_LEAST = 5;

/** A figure with how far it can be trusted. */
export interface Measured {
  readonly value: number;
  /** Ends of the 95 % confidence interval; null: it is exact, or was measured once. */
  readonly low: number | null;
  readonly high: number | null;
}

export type Verdict = 'holds' | 'open' | 'fails';

export interface Criterion {
  readonly what: string;
  /** As `at least 0.93`. */
  readonly wanted: string;
  readonly got: Measured;
  readonly verdict: Verdict;
  /** False: told, not judged. */
  readonly required: boolean;
}

/** No value: not a number, which fails. */
export function meanOf(values: readonly number[]): Measured {
  if (values.length === 0 || values.some(Number.isNaN)) return exact(NaN);
  const { mean: value, low, high } = estimate(values);
  return { value, low, high };
}

/** With a bootstrapped interval. No value: not a number, which fails. */
export function medianOf(values: readonly number[]): Measured {
  if (values.length === 0 || values.some(Number.isNaN)) return exact(NaN);
  const range = bootstrap(values, median, statisticsRandom());
  return { value: median([...values]), low: range?.low ?? null, high: range?.high ?? null };
}

export function exact(value: number): Measured {
  return { value, low: null, high: null };
}

export function atLeast(what: string, got: Measured, bound: number, required = true): Criterion {
  return judged(what, got, { low: bound, high: Infinity }, `at least ${bound}`, required);
}

export function atMost(what: string, got: Measured, bound: number, required = true): Criterion {
  return judged(what, got, { low: -Infinity, high: bound }, `at most ${bound}`, required);
}

/** Within `share` of `target`. */
export function near(
  what: string,
  got: Measured,
  target: number,
  share: number,
  required = true,
): Criterion {
  const slack = share * Math.abs(target);
  const wanted = `${Number(target.toPrecision(4))} ± ${Math.round(share * 100)} %`;
  return judged(what, got, { low: target - slack, high: target + slack }, wanted, required);
}

/** No further than `slack` from zero, either way. */
export function within(what: string, got: Measured, slack: number, required = true): Criterion {
  return judged(what, got, { low: -slack, high: slack }, `0 ± ${slack}`, required);
}

function judged(
  what: string,
  got: Measured,
  range: { readonly low: number; readonly high: number },
  wanted: string,
  required: boolean,
): Criterion {
  const { value, low, high } = got;
  const inside = value >= range.low && value <= range.high;
  const reaches = low !== null && high !== null && low <= range.high && high >= range.low;
  return { what, wanted, got, verdict: inside ? 'holds' : reaches ? 'open' : 'fails', required };
}
