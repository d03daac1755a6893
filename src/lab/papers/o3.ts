/**
 * Claim: rate-based tit-for-tat lets fast peers give far more than they get.
 *
 * Bharambe et al. 2006, three classes of links and a fast seed, against the original simulator.
 */
import { cellText, each } from './averages.ts';
import { atLeast, atMost, meanOf } from './criterion.ts';
import type { Measured } from './criterion.ts';
import { flashCrowd } from './octosim.ts';
import { firstSeeds } from './paper.ts';
import type { Paper } from './paper.ts';

const classes = ['slow', 'mid', 'fast'] as const;
const reference = [
  ['OctoSim, slow', '0.45', '2920'],
  ['OctoSim, mid', '0.55', '1160'],
  ['OctoSim, fast', '2.20', '718'],
];

export const o3: Paper = {
  name: 'o3',
  title: 'Fast peers give more than they get',
  source: 'Bharambe, Herley, Padmanabhan, INFOCOM 2006',
  plan: (size) => [
    {
      label: 'mixed',
      seeds: firstSeeds(5),
      scenario: flashCrowd({
        leeches: { quick: 60, middle: 100, full: 315 }[size],
        seed: 6000,
        heterogeneous: true,
        picker: 'rarest-first',
        degree: size === 'quick' ? 20 : 40,
        size,
      }),
    },
  ],
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const runs = runsOf('mixed');
    const given = (network: string): Measured => meanOf(each(runs, 'sentPerReceived', { network }));
    return {
      table: {
        head: ['', 'sent/received', 'mean, s'],
        rows: [
          ...classes.map((network) => [
            `ours, ${network}`,
            cellText(runs, 'sentPerReceived', { network }),
            cellText(runs, 'meanTime', { network }),
          ]),
          ...reference,
        ],
      },
      criteria: [
        atLeast('fast: sent through received', given('fast'), 1.5),
        atMost('slow: sent through received', given('slow'), 0.7),
        atLeast('most uploaded, files', meanOf(each(runs, 'maxUploaded')), 4, judged),
      ],
      remarks: {
        quick: ['A quarter of the file and 60 leeches: times do not compare.'],
        middle: ['A quarter of the file and 100 leeches: times do not compare.'],
        full: [],
      }[size],
    };
  },
};
