/**
 * From runs to figures: medians per client and race, the ratios to the best peer, and the tables that a person reads.
 *
 * Owns: the shape of `--json`. Units are in the names: bytes, seconds, MiB per second, CPU-seconds per GiB.
 */
import { availableParallelism, cpus } from 'node:os';
import { ours } from './contestants.ts';
import type { RaceName, Run } from './races.ts';

const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

/** Where and on what a race was held. */
export interface Course {
  readonly race: RaceName;
  readonly place: 'tmpfs' | 'disk';
  readonly bytes: number;
  readonly pieceLength: number;
}

/** Medians of one client in one race. */
export interface Figures {
  readonly client: string;
  readonly rounds: number;
  readonly mebibytesPerSecond: number;
  readonly mebibytesPerSecondMin: number;
  readonly mebibytesPerSecondMax: number;
  readonly cpuSecondsPerGibibyte: number;
  readonly otherCpuSecondsPerGibibyte: number;
  readonly residentMaxMebibytes: number;
  readonly anonymousMaxMebibytes: number;
  /** Ours only, in milliseconds: the worst of the rounds. */
  readonly loopDelayP99: number | null;
}

/** One race, everybody. */
export interface RaceResult extends Course {
  readonly clients: readonly Figures[];
  /** The fastest client that is not ours; null: nobody else took part. */
  readonly bestPeer: string | null;
  /** Our median speed over the best peer's; null: nobody to compare with. */
  readonly ratio: number | null;
  /** Our median CPU per GiB over that of the best peer: less is better. */
  readonly cpuRatio: number | null;
}

/** What `--json` prints. */
export interface LoopbackResult {
  readonly bench: 'loopback';
  readonly machine: string;
  readonly races: readonly RaceResult[];
  /** Of the first course of each race: tmpfs, pieces of 1 MiB. */
  readonly leechRatio: number | null;
  readonly leechCpuRatio: number | null;
  readonly seedRatio: number | null;
  readonly seedCpuRatio: number | null;
  readonly pairRatio: number | null;
  readonly swarmRatio: number | null;
  readonly recheckRatio: number | null;
  /** Receive, SHA-1 and write with no protocol, on the same machine in the same run. */
  readonly floor: { readonly mebibytesPerSecond: number; readonly cpuSecondsPerGibibyte: number };
}

export function raceResult(course: Course, runs: ReadonlyMap<string, readonly Run[]>): RaceResult {
  const clients = [...runs].map(([client, each]) => figures(client, course.bytes, each));
  const mine = clients.find(({ client }) => client === ours);
  const [best] = clients
    .filter(({ client }) => client !== ours)
    .sort((a, b) => b.mebibytesPerSecond - a.mebibytesPerSecond);
  const comparable = mine !== undefined && best !== undefined;
  return {
    ...course,
    clients,
    bestPeer: best?.client ?? null,
    ratio: comparable ? mine.mebibytesPerSecond / best.mebibytesPerSecond : null,
    cpuRatio: comparable ? mine.cpuSecondsPerGibibyte / best.cpuSecondsPerGibibyte : null,
  };
}

export function loopbackResult(
  races: readonly RaceResult[],
  floor: { readonly bytes: number; readonly seconds: number; readonly cpuSeconds: number },
): LoopbackResult {
  const first = (race: RaceName): RaceResult | undefined =>
    races.find((each) => each.race === race);
  return {
    bench: 'loopback',
    machine: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    races,
    leechRatio: first('leech')?.ratio ?? null,
    leechCpuRatio: first('leech')?.cpuRatio ?? null,
    seedRatio: first('seed')?.ratio ?? null,
    seedCpuRatio: first('seed')?.cpuRatio ?? null,
    pairRatio: first('pair')?.ratio ?? null,
    swarmRatio: first('swarm')?.ratio ?? null,
    recheckRatio: first('recheck')?.ratio ?? null,
    floor: {
      mebibytesPerSecond: floor.bytes / mebibyte / floor.seconds,
      cpuSecondsPerGibibyte: floor.cpuSeconds / (floor.bytes / gibibyte),
    },
  };
}

function figures(client: string, bytes: number, runs: readonly Run[]): Figures {
  const speeds = runs.map((run) => bytes / mebibyte / run.seconds);
  const perGibibyte = gibibyte / bytes;
  const delays = runs.flatMap(({ loopDelay }) => (loopDelay === null ? [] : [loopDelay.p99]));
  return {
    client,
    rounds: runs.length,
    mebibytesPerSecond: median(speeds),
    mebibytesPerSecondMin: Math.min(...speeds),
    mebibytesPerSecondMax: Math.max(...speeds),
    cpuSecondsPerGibibyte: median(runs.map((run) => run.cpuSeconds * perGibibyte)),
    otherCpuSecondsPerGibibyte: median(runs.map((run) => run.otherCpuSeconds * perGibibyte)),
    residentMaxMebibytes: median(runs.map((run) => run.residentMax / mebibyte)),
    anonymousMaxMebibytes: median(runs.map((run) => run.anonymousMax / mebibyte)),
    loopDelayP99: delays.length === 0 ? null : Math.max(...delays),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The result for a person. */
export function loopbackReport(result: LoopbackResult): string {
  const { floor } = result;
  return [
    result.machine,
    ...result.races.map(raceTable),
    `floor of a leech (receive, SHA-1, write, no protocol): ${floor.mebibytesPerSecond.toFixed(0)} MiB/s, ` +
      `${floor.cpuSecondsPerGibibyte.toFixed(2)} CPU-s/GiB`,
  ].join('\n\n');
}

function raceTable(race: RaceResult): string {
  const head = [
    '',
    'MiB/s',
    '(min..max)',
    'cpu-s/GiB',
    'others',
    'peak RSS',
    'anon MiB',
    'loop p99',
  ];
  const rows = race.clients.map((row) => [
    row.client,
    row.mebibytesPerSecond.toFixed(0),
    `${row.mebibytesPerSecondMin.toFixed(0)}..${row.mebibytesPerSecondMax.toFixed(0)}`,
    row.cpuSecondsPerGibibyte.toFixed(2),
    row.otherCpuSecondsPerGibibyte.toFixed(2),
    row.residentMaxMebibytes.toFixed(0),
    row.anonymousMaxMebibytes.toFixed(0),
    row.loopDelayP99 === null ? '' : `${row.loopDelayP99.toFixed(1)} ms`,
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]!.length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ');
  const { bytes, pieceLength, place } = race;
  const size = `${bytes / mebibyte} MiB in pieces of ${pieceLength / 1024} KiB, ${place}`;
  const verdict =
    race.ratio === null
      ? []
      : [
          `ours / ${race.bestPeer} (the best peer): ${race.ratio.toFixed(2)} in speed, ` +
            `${race.cpuRatio!.toFixed(2)} in CPU`,
        ];
  return [`${race.race}: ${size}`, line(head), ...rows.map(line), ...verdict].join('\n');
}
