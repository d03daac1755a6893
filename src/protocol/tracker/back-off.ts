/**
 * How long a tracker that failed is left alone: 15 s, or a minute where the tracker itself said no, doubling with each
 * failure in a row up to an hour, and up to a quarter later by chance, so that a tracker that comes back is not met by
 * everybody at once. What the tracker asks for itself (BEP 31) goes first.
 */
import type { Millis, Random } from '../../core/index.ts';
import type { TrackerFailure } from './announce-query.ts';
import { retryMax, retryMin, retryRefusedMin } from './limits.ts';

/** Milliseconds until the next try; Infinity: never. `failures` in a row, this one included. */
export function backOff(outcome: TrackerFailure, failures: number, random: Random): Millis {
  if (outcome.retryIn !== null) return outcome.retryIn;
  const first = outcome.refused ? retryRefusedMin : retryMin;
  const wait = Math.min(first * (1 << Math.min(failures - 1, 8)), retryMax);
  return wait + random.below(Math.floor(wait / 4) + 1);
}
