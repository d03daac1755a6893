/**
 * Claim: in an open swarm the time of a download does not depend on how many come, and is 1/mu - 1/gamma.
 *
 * Qiu and Srikant 2004. Poisson arrivals, uplinks of mu files per second and downlinks of 4 mu, seeding for 1/gamma on
 * average, a permanent origin of s: T = 1/mu - 1/gamma - s/(lambda mu). And Little's law, which tests our bookkeeping.
 */
import { metricsOf } from '../metrics.ts';
import type { RunRecord } from '../run-record.ts';
import { expandScenario } from '../scenario-schema.ts';
import { averageOf, intervalText } from './averages.ts';
import { atMost, meanOf, near } from './criterion.ts';
import type { Measured } from './criterion.ts';
import { firstSeeds } from './paper.ts';
import type { Paper, Size } from './paper.ts';

const UP = 51_200;

interface Extent {
  readonly length: number;
  readonly rates: readonly number[];
  readonly warmUp: number;
  readonly until: number;
}

/** The first crowd waits for the origin's first copy: five times T and more pass before the state is steady. */
const extents: Readonly<Record<Size, Extent>> = {
  quick: { length: 4_194_304, rates: [0.4], warmUp: 250, until: 650 },
  middle: { length: 4_194_304, rates: [0.5, 1], warmUp: 250, until: 1000 },
  full: { length: 16_777_216, rates: [0.25, 0.5, 1], warmUp: 820, until: 4100 },
};

export const q1: Paper = {
  name: 'q1',
  title: 'Steady state of an open swarm',
  source: 'Qiu, Srikant, SIGCOMM 2004',
  plan: (size) => {
    const { length, rates, warmUp, until } = extents[size];
    return rates.map((rate) => ({
      label: String(rate),
      seeds: firstSeeds(5),
      scenario: expandScenario({
        name: `open swarm, lambda ${rate}`,
        content: { length, pieceLength: 65_536 },
        seeds: [{ up: UP }],
        classes: [{ name: 'all', up: UP, down: 4 * UP, latency: 0.01 }],
        arrivals: [{ type: 'poisson', rate, lasts: until }],
        departures: {
          complete: { type: 'after', seconds: length / UP / 2, spread: 'exponential' },
        },
        tracker: { type: 'tracker', peers: 40, interval: 60 },
        probes: { every: 5, unchokes: false },
        stop: { at: until, whenComplete: false, warmUp },
      }),
    }));
  },
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const { length, rates, warmUp, until } = extents[size];
    // Who comes late may not be done: those who came while there was time to finish are meant.
    const late = until - 2 * (length / UP);
    const timeOf = (run: RunRecord): number => {
      const rows = run.peers.filter(
        ({ group, arrived }) => group !== 'seed' && arrived >= warmUp && arrived < late,
      );
      return metricsOf(run, rows).meanTime ?? NaN;
    };
    const expected = (rate: number): number => length / UP / 2 - 1 / rate;
    const crowdOf = ({ samples }: RunRecord): number =>
      averageOf(
        samples.filter(({ time }) => time >= warmUp && time < late).map(({ leeching }) => leeching),
      );
    const little = (run: RunRecord): number => {
      const came = run.peers.filter(
        ({ group, arrived }) => group !== 'seed' && arrived >= warmUp && arrived < late,
      ).length;
      return crowdOf(run) / ((came / (late - warmUp)) * timeOf(run));
    };
    const books = (run: RunRecord): number => {
      const spent = run.peers
        .filter(({ group }) => group !== 'seed')
        .map(({ arrived, completed, left }) => {
          const end = Math.min(completed ?? left ?? until, late);
          return Math.max(0, end - Math.max(arrived, warmUp));
        });
      return (crowdOf(run) * (late - warmUp)) / spent.reduce((sum, each) => sum + each, 0);
    };
    const times = rates.map((rate) => runsOf(String(rate)).map(timeOf));
    const spread = times[0]!.map((_, i) => {
      const all = times.map((list) => list[i]!);
      return Math.max(...all) / Math.min(...all) - 1;
    });
    return {
      table: {
        head: ['lambda, peers/s', 'T of the model, s', 'T, ours, s', 'N/(lambda T)'],
        rows: rates.map((rate) => [
          String(rate),
          expected(rate).toFixed(1),
          intervalText(runsOf(String(rate)).map(timeOf)),
          intervalText(runsOf(String(rate)).map(little)),
        ]),
      },
      criteria: [
        ...rates.map((rate, i) =>
          near(`lambda ${rate}: T`, meanOf(times[i]!), expected(rate), 0.1, false),
        ),
        ...rates.flatMap((rate) => {
          const over = (value: (run: RunRecord) => number): Measured =>
            meanOf(runsOf(String(rate)).map(value));
          return [
            near(`lambda ${rate}: samples through stays`, over(books), 1, 0.02),
            near(`lambda ${rate}: N/(lambda T)`, over(little), 1, 0.02, judged),
          ];
        }),
        ...(rates.length < 2 ? [] : [atMost('T over lambda: spread', meanOf(spread), 0.05, false)]),
      ],
      remarks: [
        'N/(lambda T) has the ends of a short window in it; the samples against the stays of the peers have not.',
        'The model moves fluid at once; ours opens connections, waits for a turn and moves whole pieces: T lies above.',
      ],
    };
  },
};
