/**
 * Rate limits as an application writes them, and as the machine takes them.
 */
import { isRate, rateMax } from '../../protocol/index.ts';
import type { RateLimits } from '../../protocol/index.ts';

/**
 * Payload bytes per second, whole numbers from 1. `null`, `Infinity` or `-1`: no limit. A direction that is left out
 * stays as it is; at first there is no limit.
 */
export interface Limits {
  readonly download?: number | null | undefined;
  readonly upload?: number | null | undefined;
}

export const noLimits: RateLimits = Object.freeze({ download: null, upload: null });

/** Null, or what limits must be. */
export function limitsFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'an object';
  for (const [name, rate] of Object.entries(value)) {
    if (name !== 'download' && name !== 'upload') return `made of download and upload ("${name}")`;
    if (rate === undefined || isNone(rate)) continue;
    if (typeof rate === 'number' && isRate(rate)) continue;
    return `made of bytes per second, whole numbers from 1 to ${rateMax}, or null ("${name}")`;
  }
  return null;
}

/** `before` with what `limits` names. */
export function changedLimits(before: RateLimits, limits: Limits): RateLimits {
  const rate = (given: number | null | undefined, old: number | null): number | null =>
    given === undefined ? old : isNone(given) ? null : given;
  return {
    download: rate(limits.download, before.download),
    upload: rate(limits.upload, before.upload),
  };
}

function isNone(rate: unknown): rate is null {
  return rate === null || rate === Infinity || rate === -1;
}
