/**
 * Figures for people: bytes in binary units, rates, times, shares.
 */
import prettyBytes from 'pretty-bytes';

export function bytes(count: number): string {
  return prettyBytes(Math.round(count), { binary: true });
}

/** @param perSecond Bytes per second. */
export function rate(perSecond: number): string {
  return `${bytes(perSecond)}/s`;
}

/** A rate beside its limit, where there is one. Bytes per second. */
export function rateOf(perSecond: number, limit: number | null): string {
  return limit === null ? rate(perSecond) : `${rate(perSecond)} of ${rate(limit)}`;
}

/** Two leading units: `2 d 3 h`, `4 min 5 s`, `12 s`; `-` for an unknown time. */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '-';
  let seconds = Math.ceil(milliseconds / 1000);
  const parts: string[] = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0 s' : parts.join(' ');
}

/** A time that has been measured: `0.05 s`, `9.99 s`, from ten seconds on as `duration` has it. */
export function elapsed(milliseconds: number): string {
  return milliseconds < 9995 ? `${(milliseconds / 1000).toFixed(2)} s` : duration(milliseconds);
}

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** Rounded down, so that 100 % means all of it. */
export function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
