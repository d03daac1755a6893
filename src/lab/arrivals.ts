/**
 * When peers come: each arrival process drawn to a list of moments. Pure: a `Random` in, seconds out.
 *
 * Common random numbers: the moments depend on the process and its stream alone, never on what those who come play.
 */
import type { Random } from '../core/index.ts';
import { exponential } from './exponential.ts';
import { LabFault } from './fault.ts';
import type { Arrivals, Holding } from './scenario.ts';

export interface Arrival {
  /** Seconds. */
  readonly at: number;
  readonly holds: Holding;
}

/** Most arrivals of one replication. */
export const arrivalsMax = 100_000;

/** All arrivals of all processes, in the order of time; of equal ones, in the order of the processes. */
export function drawArrivals(processes: readonly Arrivals[], random: Random): Arrival[] {
  const all = processes.flatMap((process, index) =>
    moments(process, random.fork(`process ${index}`)).map((at) => ({
      at: process.from + at,
      holds: process.holds,
    })),
  );
  if (all.length > arrivalsMax) {
    throw new LabFault(
      'scenario',
      `arrivals: ${all.length} peers come; at most ${arrivalsMax} may`,
      'lower a rate, a count or a time',
    );
  }
  return all.sort((a, b) => a.at - b.at);
}

function moments(process: Arrivals, random: Random): number[] {
  switch (process.type) {
    case 'flash-crowd': {
      const { count, rate } = process;
      return Array.from({ length: count }, (_, i) => (rate === null ? 0 : (i + 1) / rate));
    }
    case 'poisson': {
      const times: number[] = [];
      const { rate, lasts } = process;
      for (let at = exponential(random) / rate; at < lasts; at += exponential(random) / rate) {
        times.push(at);
        if (times.length > arrivalsMax) break;
      }
      return times;
    }
    case 'decay': {
      const { count, tau } = process;
      const times = Array.from({ length: count }, () => tau * exponential(random));
      return times.sort((a, b) => a - b);
    }
    case 'trace':
      return [...process.times];
    default:
      process satisfies never;
      return [];
  }
}
