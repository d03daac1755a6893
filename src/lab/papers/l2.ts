/**
 * Claim: under rarest first nearly everybody always wants something of nearly everybody; in order, they do not.
 *
 * Legout, Urvoy-Keller and Michiardi 2006. Of all connected pairs of leeches, each way, those in which one is interested
 * in the other, in the middle half of the download.
 */
import type { RunRecord } from '../run-record.ts';
import { expandScenario } from '../scenario-schema.ts';
import { averageOf, cellText, inPairs, intervalText } from './averages.ts';
import { atLeast, meanOf } from './criterion.ts';
import { firstSeeds } from './paper.ts';
import type { Paper } from './paper.ts';

const pickers = ['rarest-first', 'random', 'sequential'] as const;
const UP = 51_200;

export const l2: Paper = {
  name: 'l2',
  title: 'Interest under rarest first',
  source: 'Legout, Urvoy-Keller, Michiardi, IMC 2006',
  plan: (size) =>
    pickers.map((picker) => ({
      label: picker,
      seeds: firstSeeds(5),
      scenario: expandScenario({
        name: `interest, ${picker}`,
        content: {
          length: { quick: 8_388_608, middle: 16_777_216, full: 67_108_864 }[size],
          pieceLength: size === 'full' ? 262_144 : 131_072,
        },
        seeds: [{ up: 4 * UP }],
        classes: [{ name: 'all', up: UP, down: 8 * UP, latency: 0.01 }],
        arrivals: [
          {
            type: 'flash-crowd',
            count: { quick: 30, middle: 100, full: 200 }[size],
            rate: size === 'full' ? 1 : 2,
          },
        ],
        tracker: { type: 'tracker', peers: 80, interval: 300 },
        population: [{ name: picker, play: { picker } }],
        config: { uploadSlots: 4, allowedFastMax: 0.5 },
        probes: { every: 10, unchokes: false },
      }),
    })),
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const interest = (picker: string): number[] => runsOf(picker).map(interestIn);
    return {
      table: {
        head: ['picker', 'interest', 'util', 'mean, s'],
        rows: pickers.map((picker) => [
          picker,
          intervalText(interest(picker)),
          cellText(runsOf(picker), 'utilisation'),
          cellText(runsOf(picker), 'meanTime'),
        ]),
      },
      criteria: [
        atLeast('rarest first: interest', meanOf(interest('rarest-first')), 0.9, judged),
        atLeast(
          'rarest first less sequential',
          meanOf(inPairs(interest('rarest-first'), interest('sequential'), (a, b) => a - b)),
          0.3,
        ),
      ],
      remarks: ['The paper watched one peer in real swarms, ours all pairs of one.'],
    };
  },
};

/** From a quarter to three quarters of the time until the last one is done. */
function interestIn({ samples, time }: RunRecord): number {
  return averageOf(
    samples
      .filter((sample) => sample.time >= time / 4 && sample.time <= (3 * time) / 4)
      .flatMap(({ interest }) => interest ?? []),
  );
}
