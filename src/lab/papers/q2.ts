/**
 * Claim: where all lack the same piece, a swarm grows by what comes less what its seed serves, whatever the picker.
 *
 * Hajek and Zhu 2010 (missing piece syndrome). Peers that hold all but the last piece, empty ones that come at random,
 * one seed that sends a piece per second, and all leave when they are complete: dN/dt = lambda - U_s.
 */
import type { RunRecord } from '../run-record.ts';
import { expandScenario } from '../scenario-schema.ts';
import { averageOf, intervalText } from './averages.ts';
import { atLeast, atMost, meanOf, within } from './criterion.ts';
import { firstSeeds } from './paper.ts';
import type { Paper, Size } from './paper.ts';

const PIECE = 16_384;
const PIECES = 20;
/** Arrivals per second, in units of what the seed serves. */
const ratesOf = (size: Size): readonly number[] =>
  size === 'quick' ? [0.5, 2] : [0.5, 0.8, 1.2, 2];
/** Seconds that pass before slopes are taken. */
const FROM = 30;

export const q2: Paper = {
  name: 'q2',
  title: 'Missing piece syndrome',
  source: 'Hajek, Zhu, 2010; Zhu, Hajek, IEEE IT 2012',
  plan: (size) =>
    ratesOf(size).map((rate) => {
      const lasts = { quick: 90, middle: 200, full: 300 }[size];
      return {
        label: String(rate),
        seeds: firstSeeds(5),
        scenario: expandScenario({
          name: `missing piece, lambda ${rate}`,
          content: { length: PIECES * PIECE, pieceLength: PIECE },
          seeds: [{ up: PIECE }],
          classes: [{ name: 'all', up: 8 * PIECE, down: null, latency: 0.01 }],
          arrivals: [
            {
              type: 'flash-crowd',
              count: { quick: 100, middle: 200, full: 400 }[size],
              holds: 'all-but-last',
            },
            { type: 'poisson', rate, lasts },
          ],
          tracker: { type: 'tracker', peers: 40, interval: 60 },
          config: { connectionsMax: 1000, allowedFastMax: 0.5 },
          probes: { every: 5, unchokes: false },
          stop: { at: lasts, whenComplete: false },
        }),
      };
    }),
  judge: (runsOf, size) => {
    const rates = ratesOf(size);
    const slopes = new Map(rates.map((rate) => [rate, runsOf(String(rate)).map(slopeOf)]));
    const servedIn = (rate: number): number[] => runsOf(String(rate)).map(servedBy);
    return {
      table: {
        head: ['lambda, peers/s', 'seed, pieces/s', 'lambda - U_s', 'dN/dt, ours'],
        rows: rates.map((rate) => [
          String(rate),
          intervalText(servedIn(rate)),
          intervalText(runsOf(String(rate)).map((run, i) => comingIn(run) - servedIn(rate)[i]!)),
          intervalText(slopes.get(rate)!),
        ]),
      },
      criteria: rates.flatMap((rate) => {
        const slope = meanOf(slopes.get(rate)!);
        const sign =
          rate < 1
            ? atMost(`lambda ${rate}: drains, dN/dt`, slope, 0)
            : atLeast(`lambda ${rate}: grows, dN/dt`, slope, 0);
        const off = runsOf(String(rate)).map(
          (run) => (slopeOf(run) - (comingIn(run) - servedBy(run))) / rate,
        );
        const size = within(`lambda ${rate}: (dN/dt - (lambda - U_s)) / lambda`, meanOf(off), 0.15);
        return [sign, size];
      }),
      remarks: [
        'U_s is what the seed was seen to serve: it has slots and chokes, and empty peers take other pieces of it.',
      ],
    };
  },
};

/** Peers that lack something, per second: a line through the samples. */
function slopeOf({ samples }: RunRecord): number {
  const points = samples.filter(({ time }) => time >= FROM);
  const x = averageOf(points.map(({ time }) => time));
  const y = averageOf(points.map(({ leeching }) => leeching));
  const above = points.reduce((sum, each) => sum + (each.time - x) * (each.leeching - y), 0);
  return above / points.reduce((sum, { time }) => sum + (time - x) ** 2, 0);
}

function comingIn({ peers, time }: RunRecord): number {
  return (
    peers.filter(({ group, arrived }) => group !== 'seed' && arrived >= FROM).length / (time - FROM)
  );
}

function servedBy({ peers, time }: RunRecord): number {
  const seed = peers.find(({ group }) => group === 'seed')!;
  return seed.uploaded / PIECE / time;
}
