/**
 * Claim: tit-for-tat by blocks makes fast peers give no more than they get, and leaves their uplinks idle.
 *
 * Bharambe et al. 2006, three classes of links and a fast seed, against the original simulator. The tracker that matches
 * peers of one class has no counterpart here.
 */
import { cellText, meanMetric } from './averages.ts';
import { flashCrowd, smallContent } from './octosim.ts';
import { atLeast, atMost, firstSeeds } from './paper.ts';
import type { Paper } from './paper.ts';

const policies = [
  ['by rate', 'tit-for-tat'],
  ['by blocks', { name: 'block-tit-for-tat', parameters: { delta: 2 } }],
] as const;

export const o4: Paper = {
  name: 'o4',
  title: 'Tit-for-tat by blocks: fair, and idle',
  source: 'Bharambe, Herley, Padmanabhan, INFOCOM 2006',
  plan: (quick) =>
    policies.map(([label, choker]) => ({
      label,
      seeds: firstSeeds(quick ? 2 : 5),
      scenario: flashCrowd({
        leeches: quick ? 30 : 315,
        seed: 6000,
        heterogeneous: true,
        picker: 'rarest-first',
        choker,
        degree: quick ? 20 : 40,
        quick,
        ...(quick ? { content: smallContent } : {}),
      }),
    })),
  judge: (runsOf, quick) => {
    const [rate, blocks] = policies.map(([label]) => runsOf(label));
    return {
      table: {
        head: ['', 'util', 'util, fast', 'most, files', 'sent/received, fast', 'mean, s'],
        rows: [
          ...policies.map(([label]) => [
            `ours, ${label}`,
            cellText(runsOf(label), 'utilisation'),
            cellText(runsOf(label), 'utilisation', 'fast'),
            cellText(runsOf(label), 'maxUploaded'),
            cellText(runsOf(label), 'sentPerReceived', 'fast'),
            cellText(runsOf(label), 'meanTime'),
          ]),
          ['OctoSim, N=315, by rate', '0.884', '0.84', '7.48', '2.20', ''],
          ['OctoSim, N=315, by blocks', '0.739', '0.53', '1.28', '1.14', ''],
        ],
      },
      criteria: [
        atMost('by blocks: most uploaded, files', meanMetric(blocks!, 'maxUploaded'), 1.5),
        atLeast(
          'by rate less by blocks: utilisation',
          meanMetric(rate!, 'utilisation') - meanMetric(blocks!, 'utilisation'),
          0.08,
          !quick,
        ),
        atMost(
          'by blocks: utilisation, fast',
          meanMetric(blocks!, 'utilisation', 'fast'),
          0.7,
          !quick,
        ),
      ],
      remarks: quick
        ? ['8 MiB and 30 leeches, and a debt of two pieces of 64 KiB: start and end weigh more.']
        : [],
    };
  },
};
