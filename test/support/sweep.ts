/**
 * Sweeps over seeds inside the test suite: in threads, each with the guards of this process, so that a pure room that
 * asks for time or chance throws there too.
 */
import { availableParallelism } from 'node:os';
import { replayCommand } from '../../src/cli/sim/sim-order.ts';
import { SweepPool } from '../../src/cli/sim/sweep-pool.ts';
import { noChanges, Sweep } from '../../src/sim/index.ts';
import type { SimOrder } from '../../src/sim/index.ts';

/** What a sweep runs where nobody says: everything drawn from the seed. */
export const drawnOrder: SimOrder = {
  source: { type: 'named', name: 'drawn' },
  changes: noChanges,
  promises: false,
};

export interface SweepSeedsOptions {
  /** Threads. Default: one per core. */
  readonly jobs?: number;
  /** Default: `drawnOrder`. */
  readonly order?: SimOrder;
  /** Default: false. */
  readonly keepGoing?: boolean;
}

/** Runs the seeds `from` to `to`, both included, up to the first failure. */
export async function sweepSeeds(
  from: number,
  to: number,
  options: SweepSeedsOptions = {},
): Promise<Sweep> {
  const { jobs = availableParallelism(), order = drawnOrder, keepGoing = false } = options;
  const sweep = new Sweep({ from, to, keepGoing });
  const imports = [new URL('guards.js', import.meta.url).href];
  await new SweepPool({ order, sweep, jobs, imports }).run();
  return sweep;
}

/** What went wrong, with the command that runs it again; empty: nothing did. For drawn scenarios. */
export function failureReport(sweep: Sweep): string {
  const lines: string[] = [];
  for (const failures of sweep.failuresByKind().values()) {
    const { seed, detail, stack } = failures[0]!;
    const seeds = failures.map((failure) => failure.seed).join(' ');
    const replay = replayCommand('drawn', { shrink: true }, seed);
    lines.push(`seed ${seed}: ${detail} (seeds ${seeds})`, `  replay: ${replay}`, stack ?? '');
  }
  return lines.join('\n').trimEnd();
}
