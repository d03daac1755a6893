/**
 * Claim: rate-based tit-for-tat lets fast peers give far more than they get.
 *
 * Bharambe et al. 2006, three classes of links and a fast seed, against the original simulator.
 */
import { cellText, meanMetric } from './averages.ts';
import { flashCrowd } from './octosim.ts';
import { atLeast, atMost, firstSeeds } from './paper.ts';
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
  plan: (quick) => [
    {
      label: 'mixed',
      seeds: firstSeeds(quick ? 2 : 5),
      scenario: flashCrowd({
        leeches: quick ? 60 : 315,
        seed: 6000,
        heterogeneous: true,
        picker: 'rarest-first',
        degree: quick ? 20 : 40,
        quick,
      }),
    },
  ],
  judge: (runsOf, quick) => {
    const runs = runsOf('mixed');
    return {
      table: {
        head: ['', 'sent/received', 'mean, s'],
        rows: [
          ...classes.map((each) => [
            `ours, ${each}`,
            cellText(runs, 'sentPerReceived', each),
            cellText(runs, 'meanTime', each),
          ]),
          ...reference,
        ],
      },
      criteria: [
        atLeast('fast: sent through received', meanMetric(runs, 'sentPerReceived', 'fast'), 1.5),
        atMost('slow: sent through received', meanMetric(runs, 'sentPerReceived', 'slow'), 0.7),
        atLeast('most uploaded, files', meanMetric(runs, 'maxUploaded'), 4, !quick),
      ],
      remarks: quick ? ['A quarter of the file and 60 leeches: times do not compare.'] : [],
    };
  },
};
