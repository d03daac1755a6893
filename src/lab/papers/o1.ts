/**
 * Claim: a flash crowd uses nearly all of its uplinks, and finishes near the floor.
 *
 * Bharambe et al. 2006, homogeneous leeches and a fast seed, against the original simulator; and Massoulie and Vojnovic
 * 2005: with the seed out of the way, which piece comes first hardly matters.
 */
import { cellText, each, inPairs } from './averages.ts';
import { atLeast, atMost, meanOf, near } from './criterion.ts';
import { flashCrowd } from './octosim.ts';
import { firstSeeds } from './paper.ts';
import type { Paper } from './paper.ts';

export const o1: Paper = {
  name: 'o1',
  title: 'A flash crowd with a fast seed',
  source: 'Bharambe, Herley, Padmanabhan, INFOCOM 2006; Massoulie, Vojnovic, SIGMETRICS 2005',
  plan: (size) =>
    ['rarest-first', 'random'].map((picker) => ({
      label: picker,
      seeds: firstSeeds(5),
      scenario: flashCrowd({
        leeches: { quick: 50, middle: 100, full: 300 }[size],
        seed: 6000,
        heterogeneous: false,
        picker,
        degree: 20,
        size,
      }),
    })),
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const rarest = runsOf('rarest-first');
    const random = runsOf('random');
    const times = each(rarest, 'meanTime');
    const bound = rarest[0]!.bound!;
    const row = (name: string, runs: typeof rarest): string[] => [
      name,
      cellText(runs, 'utilisation'),
      cellText(runs, 'meanTime'),
      cellText(runs, 'p95Time'),
      cellText(runs, 'lastFinish'),
      bound.toFixed(0),
      cellText(runs, 'maxUploaded'),
    ];
    return {
      table: {
        head: ['', 'util', 'mean, s', 'p95, s', 'last, s', 'floor, s', 'most, files'],
        rows: [
          row('ours, rarest first', rarest),
          row('ours, random', random),
          ['OctoSim, N=315, rarest first', '0.950', '2036', '2422', '2774', '1955', '1.17'],
          ['OctoSim, N=315, random', '0.954', '2035', '2397', '2461', '1955', '1.15'],
        ],
      },
      criteria: [
        atLeast('utilisation', meanOf(each(rarest, 'utilisation')), judged ? 0.93 : 0.8),
        atMost('mean time through floor', meanOf(times.map((time) => time / bound)), 1.08, judged),
        near(
          'mean time, random through rarest first',
          meanOf(inPairs(each(random, 'meanTime'), times, (a, b) => a / b)),
          1,
          0.05,
          judged,
        ),
      ],
      remarks: {
        quick: [
          'A quarter of the file and 50 leeches: start and end weigh more than in the reference.',
        ],
        middle: ['A quarter of the file and 100 leeches: start and end weigh more.'],
        full: ['Ours has blocks, latency and hand-shakes that OctoSim has not.'],
      }[size],
    };
  },
};
