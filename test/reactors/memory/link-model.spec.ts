/**
 * The seven checks of the link model: what its queues, turns and windows come to, against arithmetic, against an exact
 * max-min solver, and against a fluid network.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import { FluidNetwork } from './fluid.ts';
import { FlowRig } from './flow-rig.ts';
import type { LinkHost, Stream } from './flow-rig.ts';
import { maxMinRates } from './max-min.ts';
import type { MaxMinFlow, MaxMinLink } from './max-min.ts';
import { meanDownloadTime } from './piece-swarm.ts';
import type { PieceNetwork, SwarmPlan } from './piece-swarm.ts';

/** A block of 16 KiB in its message. */
const BLOCK = 16_397;
const NO_LIMIT = Infinity;

/** Bytes per second of each stream over `seconds`, after a while in which they settle. */
function ratesOf(
  rig: FlowRig,
  streams: readonly Stream[],
  warmUp: number,
  seconds: number,
): number[] {
  rig.pass(warmUp);
  const before = streams.map(({ bytes }) => bytes);
  rig.pass(seconds);
  return streams.map(({ bytes }, i) => (bytes - before[i]!) / seconds);
}

function assertNear(actual: readonly number[], expected: readonly number[], share: number): void {
  for (const [i, rate] of actual.entries()) {
    const off = Math.abs(rate / expected[i]! - 1);
    assert(off <= share, `stream ${i}: ${rate.toFixed(0)} B/s instead of ${expected[i]!}`);
  }
}

/** Rates of the model beside the exact ones, for random capacities: 50 peers that upload to some others. */
function errorsOf(seed: number, degree: number, latencyMax: number): number[] {
  const random = createRandom(seed);
  const rig = new FlowRig();
  const peers = 50;
  const links: MaxMinLink[] = Array.from({ length: peers }, () => ({
    up: 50_000 + random.below(400_000),
    down: 100_000 + random.below(1_500_000),
  }));
  const hosts = links.map(({ up, down }) => rig.host(up, down));
  const flows: MaxMinFlow[] = hosts.flatMap((_, from) => {
    const others = random.shuffle([...hosts.keys()]).filter((to) => to !== from);
    return others.slice(0, degree).map((to) => ({ from, to }));
  });
  const exact = maxMinRates(links, flows);
  const streams = flows.map(({ from, to }) => {
    const latency = 1000 * (1 + random.below(latencyMax));
    const stream = rig.stream(hosts[from]!, hosts[to]!, latency);
    stream.keeps = false;
    stream.backlog(BLOCK, 12);
    return stream;
  });
  return ratesOf(rig, streams, 20, 80).map((rate, i) => Math.abs(rate / exact[i]! - 1));
}

/** Pieces as blocks over real flows. */
class LinkedNetwork implements PieceNetwork {
  readonly #rig = new FlowRig();
  readonly #hosts: readonly LinkHost[];
  readonly #latency: number;
  readonly #streams = new Map<string, { readonly stream: Stream; readonly due: (() => void)[] }>();
  readonly #blocks: number;

  constructor(links: readonly MaxMinLink[], latency: number, blocks: number) {
    this.#hosts = links.map(({ up, down }) => this.#rig.host(up, down));
    this.#latency = latency;
    this.#blocks = blocks;
  }

  get now(): number {
    return this.#rig.clock.now / 1e6;
  }

  send(from: number, to: number, bytes: number, done: () => void): void {
    const key = `${from} ${to}`;
    let entry = this.#streams.get(key);
    if (entry === undefined) {
      const stream = this.#rig.stream(this.#hosts[from]!, this.#hosts[to]!, this.#latency * 1e6);
      entry = { stream, due: [] };
      this.#streams.set(key, entry);
      stream.keeps = false;
      const { due } = entry;
      let whole = 0;
      stream.onUnit = () => {
        if (++whole % this.#blocks === 0) due.shift()!();
      };
    }
    entry.due.push(done);
    entry.stream.write(...new Array<number>(this.#blocks).fill(bytes / this.#blocks));
  }

  runUntil(end: number): void {
    this.#rig.clock.runUntil(Math.round(end * 1e6));
  }
}

describe('the link model', () => {
  it('1: one flow takes the latency and its bytes over the slower link, within a microsecond per message', () => {
    const rate = fc.integer({ min: 10_000, max: 5_000_000 });
    const latency = fc.integer({ min: 1000, max: 200_000 });
    let messages = 0;
    fc.assert(
      fc.property(rate, rate, latency, (up, down, way) => {
        for (const [u, d] of [
          [up, NO_LIMIT],
          [NO_LIMIT, down],
          [up, down],
        ] as const) {
          const rig = new FlowRig();
          const stream = rig.stream(rig.host(u, NO_LIMIT), rig.host(NO_LIMIT, d), way);
          stream.write(...new Array<number>(60).fill(BLOCK));
          rig.clock.runUntil(Infinity);
          assert.equal(stream.deliveries.length, 60);
          const [slow, fast] = [Math.min(u, d), Math.max(u, d)];
          for (const [k, { at }] of stream.deliveries.entries()) {
            // The faster link takes the first message in before the pipe runs full.
            const exact = way + ((k + 1) * BLOCK * 1e6) / slow + (BLOCK * 1e6) / fast;
            assert(Math.abs(at - exact) <= 2, `message ${k} of ${u}/${d}: ${at}, not ${exact}`);
            messages++;
          }
        }
      }),
      { numRuns: 60 },
    );
    assert(messages >= 60 * 3 * 60);
  });

  it('2: k backlogged flows have a k-th of the uplink each, within one block', () => {
    for (const k of [2, 3, 7, 20]) {
      const rig = new FlowRig();
      const from = rig.host(400_000, NO_LIMIT);
      const streams = Array.from({ length: k }, () =>
        rig.stream(from, rig.host(NO_LIMIT, 2_000_000), 1000),
      );
      for (const stream of streams) stream.backlog(BLOCK, 12);
      for (let second = 1; second <= 20; second++) {
        rig.pass(1);
        const shares = streams.map(({ bytes }) => bytes);
        assert(Math.max(...shares) - Math.min(...shares) <= BLOCK, `${k} flows: ${shares.join()}`);
        const fair = (400_000 * second) / k;
        for (const share of shares)
          assert(Math.abs(share - fair) <= BLOCK + 2000, `${share}, ${fair}`);
      }
    }
  });

  it('3: two uplinks and three downlinks share as solved by hand, within 2 % over 100 s', () => {
    const rig = new FlowRig();
    const [a, b] = [rig.host(300_000, NO_LIMIT), rig.host(100_000, NO_LIMIT)];
    const [x, y, z] = [
      rig.host(NO_LIMIT, 50_000),
      rig.host(NO_LIMIT, 120_000),
      rig.host(NO_LIMIT, 1e6),
    ];
    const ways = [
      [a, x],
      [a, y],
      [a, z],
      [b, y],
      [b, z],
    ] as const;
    const streams = ways.map(([from, to], i) => rig.stream(from, to, 5000 * (i + 1)));
    for (const stream of streams) stream.backlog(BLOCK, 12);
    // At 50,000 each, x and b are full; y leaves 70,000 to a, and z takes what a has left.
    assertNear(ratesOf(rig, streams, 20, 100), [50_000, 70_000, 180_000, 50_000, 50_000], 0.02);
  });

  it('4: a slow receiver throttles itself alone: the fast one has the rest, within 2 %', () => {
    for (const slow of [5_000, 30_000, 90_000]) {
      const rig = new FlowRig();
      const from = rig.host(200_000, NO_LIMIT);
      const streams = [slow, 1_000_000].map((down) =>
        rig.stream(from, rig.host(NO_LIMIT, down), 40_000),
      );
      for (const stream of streams) stream.backlog(BLOCK, 12);
      const [, fast] = ratesOf(rig, streams, 40, 200);
      assertNear([fast!], [200_000 - slow], 0.02);
    }
  });

  it('5: what goes the other way changes no instant', () => {
    const run = (reverse: boolean): unknown => {
      const rig = new FlowRig();
      const [a, b] = [rig.host(100_000, 150_000), rig.host(80_000, 120_000)];
      const there = rig.stream(a, b, 30_000);
      there.backlog(BLOCK, 12);
      if (reverse) rig.stream(b, a, 30_000).backlog(BLOCK, 12);
      rig.pass(100);
      assert(there.deliveries.length > 500);
      return there.deliveries;
    };
    assert.deepEqual(run(true), run(false));
  });

  it('6: random flows among 50 peers are max-min, with a median error of 2 % and 10 % at the 99th', () => {
    for (const [seed, degree, latencyMax] of [
      [1, 5, 100],
      [2, 5, 10],
      [3, 10, 100],
      [4, 3, 200],
    ] as const) {
      const errors = errorsOf(seed, degree, latencyMax).sort((a, b) => a - b);
      assert.equal(errors.length, 50 * degree);
      const median = errors[errors.length >> 1]!;
      const high = errors[Math.ceil(errors.length * 0.99) - 1]!;
      assert(median <= 0.02, `seed ${seed}: median error ${(100 * median).toFixed(2)} %`);
      assert(high <= 0.1, `seed ${seed}: 99th percentile ${(100 * high).toFixed(2)} %`);
    }
  });

  it('7: a flash crowd takes as long as over a fluid network, within 3 % in the mean', () => {
    // The rates of the reference crowd, with 40 leeches and 128 pieces of it. With fewer pieces the grain shows: blocks
    // that take turns end one after the other, where a fluid's end together.
    const links: MaxMinLink[] = Array.from({ length: 41 }, (_, i) =>
      i === 0 ? { up: 768_000, down: 1e9 } : { up: 51_200, down: 192_000 },
    );
    const least = (128 * 262_144 * 40) / (768_000 + 40 * 51_200);
    let [linked, fluid] = [0, 0];
    for (const seed of [1, 2]) {
      const plan: SwarmPlan = { seed, peers: 41, pieces: 128, pieceBytes: 262_144, slots: 5 };
      linked += meanDownloadTime(plan, new LinkedNetwork(links, 0.02, 16)) / 2;
      fluid += meanDownloadTime(plan, new FluidNetwork(links, 0.02)) / 2;
    }
    assert(
      fluid > least && fluid < 2 * least,
      `${fluid} s in the mean, where links allow ${least}`,
    );
    const off = Math.abs(linked / fluid - 1);
    assert(off <= 0.03, `${linked.toFixed(1)} s instead of ${fluid.toFixed(1)} s`);
  });
});
