/**
 * Claim: with equal uplinks and one source for each part, nobody finishes a file sooner than doubling allows, and a swarm
 * comes near.
 *
 * Mundinger, Weber and Weiss 2008: N receivers and a server of the same uplink u, M parts: (1 + floor(log2 N) / M) F / u. A
 * piece here is one block, so that it has one source; endgame may ask two for the last ones, which wins nothing.
 */
import { cellText } from './averages.ts';
import { expandScenario } from '../scenario-schema.ts';
import { atLeast, atMost, exact, meanOf } from './criterion.ts';
import { firstSeeds } from './paper.ts';
import type { Paper, Size } from './paper.ts';

const BLOCK = 16_384;
const UP = 65_536;

interface Counts {
  readonly receivers: number;
  readonly parts: number;
}

const counts: Readonly<Record<Size, Counts>> = {
  quick: { receivers: 15, parts: 64 },
  middle: { receivers: 63, parts: 200 },
  full: { receivers: 127, parts: 400 },
};

export const h2: Paper = {
  name: 'h2',
  title: 'The floor with one source for each part',
  source: 'Mundinger, Weber, Weiss, J. Scheduling 2008',
  plan: (size) => {
    const { receivers, parts } = counts[size];
    return [
      {
        label: 'equal uplinks',
        seeds: firstSeeds(5),
        scenario: expandScenario({
          name: 'one source for each part',
          content: { length: parts * BLOCK, pieceLength: BLOCK },
          seeds: [{ up: UP, latency: 0.0005 }],
          classes: [{ name: 'all', up: UP, down: null, latency: 0.0005 }],
          arrivals: [{ type: 'flash-crowd', count: receivers }],
          departures: { complete: { type: 'stays' } },
          config: { uploadSlots: 4, connectionsMax: 1000, allowedFastMax: 0.5 },
          probes: { every: 5, unchokes: false },
        }),
      },
    ];
  },
  judge: (runsOf, size) => {
    const runs = runsOf('equal uplinks');
    const { receivers, parts } = counts[size];
    const floor = ((1 + Math.floor(Math.log2(receivers)) / parts) * parts * BLOCK) / UP;
    const finishes = runs.map(({ peers }) =>
      Math.max(...peers.map(({ completed }) => completed ?? 0)),
    );
    return {
      table: {
        head: ['', 'floor, s', 'last, s', 'mean, s'],
        rows: [
          [
            `${receivers} receivers, ${parts} parts`,
            floor.toFixed(1),
            cellText(runs, 'lastFinish'),
            cellText(runs, 'meanTime'),
          ],
        ],
      },
      criteria: [
        atLeast(
          'first of all last finishes through floor',
          exact(Math.min(...finishes) / floor),
          1,
        ),
        atMost(
          'last finish through floor',
          meanOf(finishes.map((last) => last / floor)),
          1.25,
          false,
        ),
      ],
      remarks: ['1.25 is a goal, and no claim of the paper.'],
    };
  },
};
