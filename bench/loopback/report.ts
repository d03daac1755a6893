/**
 * From runs to figures: medians per client, the ratio to the best peer, and the table that a person reads.
 *
 * Owns: the shape of `--json`. Units are in the names: bytes, seconds, MiB per second, CPU-seconds per GiB.
 */
import { availableParallelism, cpus } from 'node:os';

/** One leech, once. */
export interface LoopbackRun {
  readonly client: string;
  /** From 0. */
  readonly round: number;
  readonly seconds: number;
  readonly leechCpuSeconds: number;
  readonly seedCpuSeconds: number;
  /** Bytes; mapped files count too (libtorrent maps what it downloads). */
  readonly residentMax: number;
  /** Bytes; sampled every 100 ms. */
  readonly anonymousMax: number;
}

/** Medians of one client. */
export interface LoopbackFigures {
  readonly client: string;
  readonly mebibytesPerSecond: number;
  readonly mebibytesPerSecondMin: number;
  readonly mebibytesPerSecondMax: number;
  readonly cpuSecondsPerGibibyte: number;
  readonly seedCpuSecondsPerGibibyte: number;
  readonly residentMaxMebibytes: number;
  readonly anonymousMaxMebibytes: number;
}

/** What `--json` prints. */
export interface LoopbackResult {
  readonly bench: 'loopback';
  readonly machine: string;
  readonly bytes: number;
  readonly pieceLength: number;
  readonly rounds: number;
  readonly clients: readonly LoopbackFigures[];
  /** The fastest client that is not ours. */
  readonly bestPeer: string;
  /** Our median speed over the best peer's. */
  readonly ratio: number;
  /** Our median CPU per GiB over the best peer's: less is better. */
  readonly cpuRatio: number;
  readonly runs: readonly LoopbackRun[];
}

const ours = 'swarmwright';
const mebibyte = 1024 * 1024;
const gibibyte = 1024 * mebibyte;

export function summarise(measured: {
  readonly bytes: number;
  readonly pieceLength: number;
  readonly runs: readonly LoopbackRun[];
}): LoopbackResult {
  const { bytes, pieceLength, runs } = measured;
  const names = [...new Set(runs.map((run) => run.client))].sort(
    (a, b) => Number(b === ours) - Number(a === ours),
  );
  const clients = names.map((client) =>
    figures(
      client,
      bytes,
      runs.filter((run) => run.client === client),
    ),
  );
  const mine = clients.find(({ client }) => client === ours)!;
  const [best] = clients
    .filter(({ client }) => client !== ours)
    .sort((a, b) => b.mebibytesPerSecond - a.mebibytesPerSecond);
  return {
    bench: 'loopback',
    machine: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    bytes,
    pieceLength,
    rounds: runs.length / clients.length,
    clients,
    bestPeer: best!.client,
    ratio: mine.mebibytesPerSecond / best!.mebibytesPerSecond,
    cpuRatio: mine.cpuSecondsPerGibibyte / best!.cpuSecondsPerGibibyte,
    runs,
  };
}

function figures(client: string, bytes: number, runs: readonly LoopbackRun[]): LoopbackFigures {
  const speeds = runs.map((run) => bytes / mebibyte / run.seconds);
  const perGibibyte = gibibyte / bytes;
  return {
    client,
    mebibytesPerSecond: median(speeds),
    mebibytesPerSecondMin: Math.min(...speeds),
    mebibytesPerSecondMax: Math.max(...speeds),
    cpuSecondsPerGibibyte: median(runs.map((run) => run.leechCpuSeconds * perGibibyte)),
    seedCpuSecondsPerGibibyte: median(runs.map((run) => run.seedCpuSeconds * perGibibyte)),
    residentMaxMebibytes: median(runs.map((run) => run.residentMax / mebibyte)),
    anonymousMaxMebibytes: median(runs.map((run) => run.anonymousMax / mebibyte)),
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
  const head = ['leech', 'MiB/s', '(min..max)', 'cpu-s/GiB', 'seed cpu', 'peak RSS', 'anon MiB'];
  const rows = result.clients.map((row) => [
    row.client,
    row.mebibytesPerSecond.toFixed(0),
    `${row.mebibytesPerSecondMin.toFixed(0)}..${row.mebibytesPerSecondMax.toFixed(0)}`,
    row.cpuSecondsPerGibibyte.toFixed(2),
    row.seedCpuSecondsPerGibibyte.toFixed(2),
    row.residentMaxMebibytes.toFixed(0),
    row.anonymousMaxMebibytes.toFixed(0),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]!.length)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ');
  const size = `${result.bytes / mebibyte} MiB in pieces of ${result.pieceLength / 1024} KiB`;
  return [
    `${size}, tmpfs, one libtorrent seed over loopback, ${result.rounds} rounds, medians`,
    result.machine,
    '',
    line(head),
    ...rows.map(line),
    '',
    `ours / ${result.bestPeer} (the best peer): ${result.ratio.toFixed(2)} in speed, ${result.cpuRatio.toFixed(2)} in CPU`,
  ].join('\n');
}
