/**
 * How a micro bench is written and measured: ours beside a peer, in the same run.
 *
 * Rounds of both are interleaved, so that a slow spell of the machine hits both; the median round counts. A ratio above
 * 1 means that ours is faster. Bare times depend on the machine, ratios much less.
 */
import { performance } from 'node:perf_hooks';

/** One measured line. */
export interface Row {
  readonly title: string;
  /** Nanoseconds per operation, and operations per second. */
  readonly ns: number;
  readonly ops: number;
  /** What it is compared with, its nanoseconds, and how many times faster ours is; null without a peer. */
  readonly peer: { readonly title: string; readonly ns: number; readonly ratio: number } | null;
}

/** One file under `bench/micro` exports one of these as `bench`; `bench/micro.ts` lists them. */
export interface Bench {
  readonly name: string;
  run(): readonly Row[];
}

/** Does its operation about `count` times and returns how often exactly. */
export type Work = (count: number) => number;

const rounds = 7;
const roundTime = 120;

/** Measures `ours`, and a peer when there is a sensible one. */
export function measure(
  title: string,
  ours: Work,
  peer?: readonly [title: string, work: Work],
): Row {
  const countOurs = calibrate(ours);
  const countPeer = peer === undefined ? 0 : calibrate(peer[1]);
  const timesOurs: number[] = [];
  const timesPeer: number[] = [];
  for (let round = 0; round < rounds; round++) {
    timesOurs.push(once(ours, countOurs));
    if (peer !== undefined) timesPeer.push(once(peer[1], countPeer));
  }
  const ns = median(timesOurs);
  const row = { title, ns, ops: 1e9 / ns };
  if (peer === undefined) return { ...row, peer: null };
  const peerNs = median(timesPeer);
  return { ...row, peer: { title: peer[0], ns: peerNs, ratio: peerNs / ns } };
}

/** Warms up, and finds how many operations make a round. */
function calibrate(work: Work): number {
  let count = 16;
  for (;;) {
    const start = performance.now();
    work(count);
    const time = performance.now() - start;
    if (time >= roundTime) return count;
    count = Math.ceil(
      count * (time < roundTime / 20 ? 4 : Math.max(1.2, (1.1 * roundTime) / time)),
    );
  }
}

/** Nanoseconds per operation. */
function once(work: Work, count: number): number {
  const start = performance.now();
  const done = work(count);
  return ((performance.now() - start) * 1e6) / done;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1]!;
}
