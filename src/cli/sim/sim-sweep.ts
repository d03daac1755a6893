/**
 * `swarmwright sim --seeds A..B`: a sweep over seeds on many threads, and what it has found.
 *
 * The first failure ends it, unless it is to keep going. Ctrl-C ends it too: what is done by then is told. It also fails
 * where it never met a fault that its plan promises, and where many drawn seeds never reached what they should.
 */
import { availableParallelism } from 'node:os';
import { missedFaults, scenarioOf, Sweep, sometimesSeedsMin } from '../../sim/index.ts';
import type { SeedFailure } from '../../sim/index.ts';
import { CommandError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { count, duration } from '../output/figures.ts';
import { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';
import { lawBroken, shrinkFailure } from './sim-failure.ts';
import type { SmallFailure } from './sim-failure.ts';
import { replayCommand } from './sim-order.ts';
import type { SeedRange, SimTask, SimWords } from './sim-order.ts';
import { SimProgress } from './sim-progress.ts';
import { SweepPool } from './sweep-pool.ts';
import { sweepJson, sweepText } from './sweep-summary.ts';

/** A seed that takes longer is told of, once. Milliseconds. */
const SLOW_SEED = 60_000;

export async function simSweep(
  task: SimTask,
  range: SeedRange,
  words: SimWords,
  streams: Streams,
): Promise<ExitCode> {
  const sweep = new Sweep({ ...range, keepGoing: words.keepGoing === true });
  const began = performance.now();
  const interrupts = new Interrupts(() => streams.stderr.write('stopping\n'));
  if (words.json !== true) {
    const threads = count(jobsOf(words), 'thread', 'threads');
    streams.stderr.write(`sweeping ${range.from}..${range.to} on ${threads}\n`);
  }
  await runAll(task, sweep, words, streams, interrupts.signal).finally(() => interrupts.release());
  const replayOf = (failure: SeedFailure): string => replayCommand(task.name, words, failure.seed);
  const told = {
    sweep,
    missing: missing(task, sweep),
    jobs: jobsOf(words),
    milliseconds: performance.now() - began,
    replayOf,
  };
  if (words.json !== true) streams.stdout.write(sweepText(told));
  const first = sweep.failures[0];
  const small = first === undefined ? null : await makeSmall(task, first, words, streams);
  if (words.json === true) streams.stdout.write(jsonLine(sweepJson(told, small)));
  if (first !== undefined) throw lawBroken(first, replayOf(first), small);
  if (interrupts.signal.aborted) return EXIT.interrupted;
  if (told.missing.length > 0) throw unreached(told.missing);
  return EXIT.done;
}

async function runAll(
  { order }: SimTask,
  sweep: Sweep,
  words: SimWords,
  streams: Streams,
  signal: AbortSignal,
): Promise<void> {
  const progress = new SimProgress(streams, words.json === true);
  const began = performance.now();
  let done = 0;
  let failed = 0;
  let slow = -1;
  const pool = new SweepPool({
    order,
    sweep,
    jobs: jobsOf(words),
    signal,
    heard: ({ failure }) => {
      done++;
      if (failure !== null) failed++;
    },
  });
  const total = sweep.to - sweep.from + 1;
  const look = (): void => {
    const now = performance.now();
    const speed = (done * 1000) / Math.max(1, now - began);
    const failures = failed === 0 ? '' : `  ${count(failed, 'failure', 'failures')}`;
    progress.show(done / total, `${done} of ${total} seeds  ${speed.toFixed(1)}/s${failures}`);
    const slowest = pool.slowest;
    if (slowest === null || slowest.seed === slow || now - slowest.since < SLOW_SEED) return;
    slow = slowest.seed;
    progress.say(`seed ${slow} has been running for ${duration(now - slowest.since)}`);
  };
  const timer = setInterval(look, 200);
  try {
    await pool.run();
  } finally {
    clearInterval(timer);
    progress.end();
  }
}

async function makeSmall(
  { order }: SimTask,
  failure: SeedFailure,
  words: SimWords,
  streams: Streams,
): Promise<SmallFailure | null> {
  if (words.keepGoing === true) return null;
  const scenario = scenarioOf({ ...order, promises: true }, failure.seed);
  return shrinkFailure(scenario, failure, words, streams);
}

/** What the sweep ought to have met. */
function missing({ order }: SimTask, sweep: Sweep): string[] {
  const { tally } = sweep;
  if (!sweep.isOver || sweep.failures.length > 0) return [];
  const { faults } = scenarioOf({ ...order, promises: true }, sweep.from);
  const promised = missedFaults(faults, tally.injected);
  const { source, changes } = order;
  const isDrawn = source.type === 'named' && source.name === 'drawn' && changes.faults === null;
  if (!isDrawn || tally.seeds < sometimesSeedsMin) return promised;
  return [...promised, ...tally.neverReached, ...tally.neverInjected];
}

function jobsOf({ jobs }: SimWords): number {
  return jobs ?? availableParallelism();
}

function unreached(names: readonly string[]): CommandError {
  return new CommandError(
    EXIT.unreached,
    'UNREACHED',
    `no law was broken, but the sweep never met: ${names.join(', ')}`,
    'take more seeds, or find out what keeps it from happening',
  );
}
