/**
 * `swarmwright tracker bench`: a bounded load on a tracker of this machine. It refuses every address but loopback ones: nobody
 * else's tracker is loaded with it.
 */
import { canonicalIp, isLoopback, parseIp } from '../../protocol/index.ts';
import type { LoadPlan, LoadResult } from '../../tracker/index.ts';
import { httpLoad, udpLoad } from '../../tracker/index.ts';
import { CommandError, usageError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { jsonLine } from '../output/json-report.ts';
import type { Streams } from '../output/report.ts';

export interface TrackerBenchWords {
  readonly seconds: number;
  readonly outstanding: number;
  readonly torrents: number;
  readonly wanted: number;
  readonly close?: boolean;
  readonly json?: boolean;
}

export async function trackerBench(
  url: string,
  words: TrackerBenchWords,
  streams: Streams,
): Promise<ExitCode> {
  const { scheme, host, port } = readUrl(url);
  const plan: LoadPlan = {
    host,
    port,
    milliseconds: 1_000 * words.seconds,
    outstanding: words.outstanding,
    torrents: words.torrents,
    peersWanted: words.wanted,
  };
  let result: LoadResult;
  try {
    result = await (scheme === 'udp' ? udpLoad(plan) : httpLoad(plan, words.close !== true));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(EXIT.noTracker, 'NO_TRACKER', message, 'start one, or check the port');
  }
  const perSecond = Math.round(result.announces / result.seconds);
  if (words.json === true) {
    streams.stdout.write(jsonLine({ type: 'bench', url, ...result, perSecond }));
    return EXIT.done;
  }
  const { p50, p99 } = result.latency;
  streams.stdout.write(
    `${perSecond} announces/s, ${result.announces} in ${result.seconds.toFixed(1)} s, ` +
      `${result.errors} refused, ${result.lost} lost, ` +
      `half within ${p50.toFixed(2)} ms, 99 % within ${p99.toFixed(2)} ms\n`,
  );
  return EXIT.done;
}

function readUrl(url: string): { scheme: 'http' | 'udp'; host: string; port: number } {
  const found = /^(http|udp):\/\/(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})(?:\/.*)?$/i.exec(url);
  const host = canonicalIp(found?.[2] ?? found?.[3] ?? '');
  const port = Number(found?.[4]);
  if (found === null || host === null || !(port > 0 && port < 65_536)) {
    throw usageError(`${url} is no tracker of this machine`, 'as udp://127.0.0.1:6969');
  }
  if (!isLoopback(parseIp(host)!)) {
    throw usageError('only trackers at loopback addresses are loaded', 'as udp://127.0.0.1:6969');
  }
  return { scheme: found[1]!.toLowerCase() === 'udp' ? 'udp' : 'http', host, port };
}
