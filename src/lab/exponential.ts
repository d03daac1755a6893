/**
 * Waiting times by chance, with comparisons and additions alone: the same on every engine, since no logarithm is asked.
 */
import type { Random } from '../core/index.ts';

const STEPS = 0x40000000;

/** In [0, 1), in steps of 2^-30. */
export function uniform(random: Random): number {
  return random.below(STEPS) / STEPS;
}

/**
 * An exponential deviate of mean 1. Von Neumann's method: the length of the first falling run of uniform draws is odd
 * with probability e^-u, where u is its first; each run that is even adds 1.
 */
export function exponential(random: Random): number {
  for (let whole = 0; ; whole++) {
    const first = uniform(random);
    let last = first;
    let length = 1;
    for (let next = uniform(random); next < last; next = uniform(random)) {
      last = next;
      length++;
    }
    if (length % 2 === 1) return whole + first;
  }
}
