/**
 * How long a tracker may make us wait, and how little (S-41, F-14): whatever number it sends, the next announce is due
 * between a minute and a day from now.
 */
import type { Millis } from '../../core/index.ts';
import { intervalDefault, intervalMax, intervalMin } from './limits.ts';

/** Milliseconds of an interval in seconds; `otherwise` where the tracker named none. */
export function clampInterval(seconds: number | null, otherwise: Millis = intervalDefault): Millis {
  if (seconds === null) return otherwise;
  return Math.min(Math.max(seconds * 1_000, intervalMin), intervalMax);
}
