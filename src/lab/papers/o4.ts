/**
 * Claim: tit-for-tat by blocks makes fast peers give no more than they get, and leaves their uplinks idle; a tracker that
 * brings together links of one speed keeps them busy, for the good of the fast.
 *
 * Bharambe et al. 2006, three classes of links and a fast seed, against the original simulator.
 */
import type { Metrics } from '../metrics.ts';
import { cellText, each, inPairs } from './averages.ts';
import type { Some } from './averages.ts';
import { atLeast, atMost, meanOf } from './criterion.ts';
import { flashCrowd, smallContent } from './octosim.ts';
import { firstSeeds } from './paper.ts';
import type { Paper } from './paper.ts';

const byBlocks = { name: 'block-tit-for-tat', parameters: { delta: 2 } };
const policies = [
  { label: 'by rate', choker: 'tit-for-tat', matching: false },
  { label: 'by blocks', choker: byBlocks, matching: false },
  { label: 'matching', choker: 'tit-for-tat', matching: true },
  { label: 'matching, by blocks', choker: byBlocks, matching: true },
];
const octosim = [
  ['OctoSim, N=315, by rate', '0.884', '0.84', '7.48', '2.20', '2920', '1160', '718'],
  ['OctoSim, N=315, by blocks', '0.739', '0.53', '1.28', '1.14', '4351', '2114', '586'],
  ['OctoSim, N=315, matching', '0.956', '0.92', '4.84', '1.30', '4264', '1810', '386'],
  ['OctoSim, N=315, matching, by blocks', '0.843', '0.68', '1.25', '1.08', '4841', '2060', '433'],
];

export const o4: Paper = {
  name: 'o4',
  title: 'Tit-for-tat by blocks: fair, and idle',
  source: 'Bharambe, Herley, Padmanabhan, INFOCOM 2006',
  plan: (size) =>
    policies.map(({ label, choker, matching }) => ({
      label,
      seeds: firstSeeds(5),
      scenario: flashCrowd({
        leeches: { quick: 30, middle: 100, full: 315 }[size],
        seed: 6000,
        heterogeneous: true,
        picker: 'rarest-first',
        choker,
        matching,
        degree: size === 'quick' ? 20 : 40,
        size,
        ...(size === 'quick' ? { content: smallContent } : {}),
      }),
    })),
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const of = (label: string, metric: keyof Metrics, some: Some = {}): number[] =>
      each(runsOf(label), metric, some);
    const fast = { network: 'fast' };
    const less = inPairs(
      of('by rate', 'utilisation'),
      of('by blocks', 'utilisation'),
      (a, b) => a - b,
    );
    const matched = inPairs(
      of('matching', 'utilisation'),
      of('by rate', 'utilisation'),
      (a, b) => a - b,
    );
    const sooner = inPairs(
      of('matching', 'meanTime', fast),
      of('by rate', 'meanTime', fast),
      (a, b) => a / b,
    );
    return {
      table: {
        head: [
          '',
          'util',
          'util, fast',
          'most, files',
          'sent/received, fast',
          'slow, s',
          'mid, s',
          'fast, s',
        ],
        rows: [
          ...policies.map(({ label }) => [
            `ours, ${label}`,
            cellText(runsOf(label), 'utilisation'),
            cellText(runsOf(label), 'utilisation', fast),
            cellText(runsOf(label), 'maxUploaded'),
            cellText(runsOf(label), 'sentPerReceived', fast),
            ...['slow', 'mid', 'fast'].map((network) =>
              cellText(runsOf(label), 'meanTime', { network }),
            ),
          ]),
          ...octosim,
        ],
      },
      criteria: [
        atMost('by blocks: most uploaded, files', meanOf(of('by blocks', 'maxUploaded')), 1.5),
        atLeast('by rate less by blocks: utilisation', meanOf(less), 0.08, judged),
        atMost(
          'by blocks: utilisation, fast',
          meanOf(of('by blocks', 'utilisation', fast)),
          0.7,
          judged,
        ),
        atLeast('matching less by rate: utilisation', meanOf(matched), 0, judged),
        atMost('matching through by rate: mean time, fast', meanOf(sooner), 0.7, judged),
      ],
      remarks: {
        quick: [
          '8 MiB and 30 leeches, and a debt of two pieces of 64 KiB: start and end weigh more.',
        ],
        middle: ['A quarter of the file and 100 leeches: times do not compare.'],
        full: [],
      }[size],
    };
  },
};
