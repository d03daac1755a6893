/**
 * Claim: under a slow seed everybody waits for its first copy, which leeches who choose by what they see ask of it twice; a
 * seed that serves what it served least (smart seed) cures that.
 *
 * Bharambe et al. 2006 against the original simulator: a seed no faster than a leech, rarest first, random order, and rarest
 * first with a smart seed.
 */
import { cellText, each, inPairs, intervalText } from './averages.ts';
import { atLeast, atMost, meanOf } from './criterion.ts';
import { flashCrowd, kbps, smallContent } from './octosim.ts';
import { firstSeeds } from './paper.ts';
import type { Paper } from './paper.ts';

const SEED = 400;
const settings = [
  { label: 'rarest-first', picker: 'rarest-first', seedPlay: {} },
  { label: 'random', picker: 'random', seedPlay: {} },
  { label: 'smart seed', picker: 'rarest-first', seedPlay: { disclosure: 'smart-seed-like' } },
] as const;

const octosim = [
  ['OctoSim, N=315, rarest first', '0.708-0.736', '2764-2870', '2778-2882', '2787-3365', '1.35'],
  ['OctoSim, N=315, random', '0.773-0.789', '2572-2627', '2575-2638', '2996-3332', '1.24'],
  ['OctoSim, N=315, smart seed', '0.838-0.846', '2388-2408', '2850-3000', '3344-3552', '1.00'],
];

export const o2: Paper = {
  name: 'o2',
  title: 'A flash crowd with a slow seed',
  source: 'Bharambe, Herley, Padmanabhan, INFOCOM 2006',
  plan: (size) =>
    settings.map(({ label, picker, seedPlay }) => ({
      label,
      seeds: firstSeeds(5),
      scenario: flashCrowd({
        leeches: { quick: 30, middle: 100, full: 315 }[size],
        seed: SEED,
        heterogeneous: false,
        picker,
        seedPlay,
        degree: 20,
        size,
        ...(size === 'quick' ? { content: smallContent } : {}),
      }),
    })),
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const firstCopy = (label: string): number[] =>
      runsOf(label).map(({ spreadAt, length }) => (spreadAt ?? NaN) / (length / kbps(SEED)));
    const used = (label: string): number[] => each(runsOf(label), 'utilisation');
    const rarest = runsOf('rarest-first');
    const bunched = inPairs(each(rarest, 'p95Time'), each(rarest, 'medianTime'), (a, b) => a / b);
    const above = (label: string): number[] =>
      inPairs(used(label), used('rarest-first'), (a, b) => a - b);
    return {
      table: {
        head: ['', 'util', 'mean, s', 'p95, s', 'last, s', 'first copy through F/u_s'],
        rows: [
          ...settings.map(({ label }) => [
            `ours, ${label}`,
            cellText(runsOf(label), 'utilisation'),
            cellText(runsOf(label), 'meanTime'),
            cellText(runsOf(label), 'p95Time'),
            cellText(runsOf(label), 'lastFinish'),
            intervalText(firstCopy(label)),
          ]),
          ...octosim,
        ],
      },
      criteria: [
        atLeast(
          'rarest first: first copy through F/u_s',
          meanOf(firstCopy('rarest-first')),
          1.15,
          judged,
        ),
        atMost('rarest first: p95 through median', meanOf(bunched), 1.05, judged),
        atMost(
          'smart seed: first copy through F/u_s',
          meanOf(firstCopy('smart seed')),
          1.05,
          judged,
        ),
        atLeast(
          'smart seed less rarest first: utilisation',
          meanOf(above('smart seed')),
          0.08,
          judged,
        ),
        atLeast('random less rarest first: utilisation', meanOf(above('random')), 0, false),
      ],
      remarks: [
        'Whether random beats rarest first in a real client is open: its sign is told, not judged.',
      ],
    };
  },
};
