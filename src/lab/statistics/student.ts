/**
 * Student's t distribution: its two-sided tail, and the point where the tail is so much. What `simple-statistics` lacks.
 *
 * The tail is the regularised incomplete beta function, by Lentz' method for its continued fraction (Abramowitz and
 * Stegun 26.5.8 and 26.7); good to 1e-10 for 1 degree of freedom and more.
 */
import { assert } from '../../core/index.ts';
import { gammaln } from 'simple-statistics';

const TINY = 1e-300;
const EPSILON = 1e-14;
const STEPS_MAX = 500;

/** The probability of |t| being at least so much. */
export function tailOfT(t: number, degrees: number): number {
  assert(degrees >= 1, 'student: there is one degree of freedom at least');
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** The t beyond which, on both sides together, lies `tail` (0 to 1). */
export function criticalT(tail: number, degrees: number): number {
  assert(tail > 0 && tail < 1, 'student: a tail is between 0 and 1');
  let low = 0;
  let high = 1;
  while (tailOfT(high, degrees) > tail) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (tailOfT(middle, degrees) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(
    gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log(1 - x),
  );
  if (x < (a + 1) / (a + b + 2)) return (front * fraction(x, a, b)) / a;
  return 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= STEPS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return result;
}
