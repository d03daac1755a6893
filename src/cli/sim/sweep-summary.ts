/**
 * What is told of a sweep: a page for people, an object for programs (docs/sim.md has its fields).
 */
import { faultLabels, sometimesNames } from '../../sim/index.ts';
import type { SeedFailure, Sweep } from '../../sim/index.ts';
import { count, elapsed } from '../output/figures.ts';
import { printable } from '../output/printable.ts';
import type { SmallFailure } from './sim-failure.ts';
import { countRows, row, smallJson, total } from './sim-summary.ts';

export interface ToldSweep {
  readonly sweep: Sweep;
  /** What it ought to have met and has not. */
  readonly missing: readonly string[];
  readonly jobs: number;
  /** Of this machine's time. */
  readonly milliseconds: number;
  readonly replayOf: (failure: SeedFailure) => string;
}

/** Failing seeds shown of one kind; all are in the JSON. */
const SEEDS_SHOWN = 10;
const HOUR = 3_600_000;

export function sweepText({ sweep, jobs, milliseconds, replayOf }: ToldSweep): string {
  const { tally } = sweep;
  const { neverReached, neverInjected, neverJudged } = tally;
  const speed = (tally.seeds / Math.max(1, milliseconds)) * 1000;
  const laws = [...tally.judged].filter(([, times]) => times > 0);
  const threads = count(jobs, 'thread', 'threads');
  const lines = [
    `seeds ${sweep.from}..${sweep.to}: ${verdict(sweep)}`,
    row('seeds', `${tally.seeds} in ${elapsed(milliseconds)}, ${speed.toFixed(1)}/s, ${threads}`),
    row('time', `${hours(tally.time)} swarm-hours, ${hours(tally.peerTime)} peer-hours`),
    row('work', `${tally.events} events, ${tally.steps} steps of honest machines`),
    row('judged', `${count(laws.length, 'law', 'laws')}, ${total(tally.judged.values())} times`),
    ...never('judged', neverJudged),
    ...countRows('injected', [...tally.injected]),
    row('', `${faultLabels.length - neverInjected.length} of ${faultLabels.length} faults`),
    ...never('injected', neverInjected),
    ...countRows('reached', [...tally.reached]),
    row('', `${sometimesNames.length - neverReached.length} of ${sometimesNames.length} moments`),
    ...never('reached', neverReached),
    row('sweepHash', sweep.hash),
    ...failureLines(sweep, replayOf),
  ];
  return `${lines.join('\n')}\n`;
}

export function sweepJson(
  { sweep, missing, jobs, milliseconds, replayOf }: ToldSweep,
  small: SmallFailure | null,
): object {
  const { tally } = sweep;
  return {
    type: 'sweep',
    from: sweep.from,
    to: sweep.to,
    whole: sweep.isOver,
    seeds: tally.seeds,
    failures: sweep.failures.map((failure) => ({ ...failure, replay: replayOf(failure) })),
    small: small === null ? null : smallJson(small),
    sweepHash: sweep.hash,
    time: tally.time,
    peerTime: tally.peerTime,
    events: tally.events,
    steps: tally.steps,
    injected: Object.fromEntries(tally.injected),
    neverInjected: tally.neverInjected,
    reached: Object.fromEntries(tally.reached),
    neverReached: tally.neverReached,
    judged: Object.fromEntries(tally.judged),
    missing,
    jobs,
    milliseconds: Math.round(milliseconds),
    seedsPerSecond: (tally.seeds / Math.max(1, milliseconds)) * 1000,
  };
}

function verdict(sweep: Sweep): string {
  const { failures, isOver } = sweep;
  if (failures.length > 0) return count(failures.length, 'seed fails', 'seeds fail');
  return isOver ? 'no law is broken' : 'broken off; no law is broken so far';
}

function failureLines(sweep: Sweep, replayOf: ToldSweep['replayOf']): string[] {
  const lines: string[] = [];
  for (const failures of sweep.failuresByKind().values()) {
    const first = failures[0]!;
    const seeds = failures.slice(0, SEEDS_SHOWN).map(({ seed }) => seed);
    const more = failures.length > seeds.length ? ' ...' : '';
    lines.push(
      row(first.law, `${count(failures.length, 'seed', 'seeds')}: ${seeds.join(' ')}${more}`),
      row('', `seed ${first.seed}: ${printable(first.detail)}`),
      row('', replayOf(first)),
    );
  }
  return lines;
}

function never(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [row('', `never ${what}: ${names.join(', ')}`)];
}

function hours(milliseconds: number): string {
  return (milliseconds / HOUR).toFixed(1);
}
