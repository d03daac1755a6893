/**
 * Claim: with a fast seed peers of like speed find each other and giving pays; with a slow seed neither happens.
 *
 * Legout, Liogkas, Kohler and Zhang 2007. 40 leeches in three classes, one seed; of the regular unchoke time that the fast
 * ones give, the share that stays among them (at random it would be 0.31).
 */
import type { RunRecord } from '../run-record.ts';
import { expandScenario } from '../scenario-schema.ts';
import { unchokeShares } from '../unchoke-shares.ts';
import { cellText, each, inPairs, intervalText } from './averages.ts';
import { atLeast, atMost, meanOf } from './criterion.ts';
import type { Measured } from './criterion.ts';
import { firstSeeds } from './paper.ts';
import type { Paper, Size } from './paper.ts';

const lengths: Readonly<Record<Size, number>> = {
  quick: 29_622_272,
  middle: 59_244_544,
  full: 118_751_232,
};
/**
 * The last one is no part of the paper: the first, by peers that finish what they began before they take what the seed
 * alone has. It takes a third of the time, so the quick size goes without.
 */
const settings = [
  { label: 'fast', up: 200_000, play: {} },
  { label: 'slow', up: 20_000, play: {} },
  {
    label: 'begun first',
    up: 200_000,
    play: { picker: { name: 'rarest-first', parameters: { lastCopies: 0 } } },
  },
] as const;

export const l1: Paper = {
  name: 'l1',
  title: 'Clustering and sharing incentives',
  source: 'Legout, Liogkas, Kohler, Zhang, SIGMETRICS 2007',
  plan: (size) =>
    settings.slice(0, size === 'quick' ? 2 : 3).map(({ label, up, play }) => ({
      label,
      seeds: firstSeeds(size === 'quick' ? 5 : 10),
      scenario: expandScenario({
        name: `${label} seed`,
        content: { length: lengths[size], pieceLength: 262_144 },
        seeds: [{ up }],
        classes: [
          { name: 'slow', share: 13 / 40, up: 20_000 },
          { name: 'mid', share: 14 / 40, up: 50_000 },
          { name: 'fast', share: 13 / 40, up: 200_000 },
        ],
        arrivals: [{ type: 'flash-crowd', count: 40 }],
        tracker: { type: 'tracker', peers: 80, interval: 300 },
        population: [{ name: 'all', play }],
        config: { uploadSlots: 4, allowedFastMax: 0.5 },
        probes: { every: 20, unchokes: true },
      }),
    })),
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const fast = runsOf('fast');
    const slow = runsOf('slow');
    const begunFirst = size === 'quick' ? null : runsOf('begun first');
    const clustering = (runs: readonly RunRecord[]): number[] => runs.map(withinFast);
    const time = (runs: readonly RunRecord[], network: string): number[] =>
      each(runs, 'meanTime', { network });
    const through = (a: string, b: string): Measured =>
      meanOf(inPairs(time(fast, a), time(fast, b), (x, y) => x / y));
    const firstCopy = (runs: readonly RunRecord[], up: number): number[] =>
      runs.map(({ spreadAt, length }) => (spreadAt ?? NaN) / (length / up));
    const times = ['slow', 'mid', 'fast'].map((network) => time(slow, network));
    const spread = slow.map((_, i) => {
      const three = times.map((list) => list[i]!);
      return Math.max(...three) / Math.min(...three) - 1;
    });
    const row = (name: string, runs: readonly RunRecord[], up: number): string[] => [
      name,
      intervalText(clustering(runs)),
      cellText(runs, 'meanTime', { network: 'slow' }),
      cellText(runs, 'meanTime', { network: 'mid' }),
      cellText(runs, 'meanTime', { network: 'fast' }),
      cellText(runs, 'utilisation'),
      intervalText(firstCopy(runs, up)),
    ];
    return {
      table: {
        head: ['', 'C(fast)', 'slow, s', 'mid, s', 'fast, s', 'util', 'first copy through F/u_s'],
        rows: [
          row('seed 200 kB/s', fast, 200_000),
          row('seed 20 kB/s', slow, 20_000),
          ...(begunFirst === null ? [] : [row('seed 200 kB/s, begun first', begunFirst, 200_000)]),
        ],
      },
      criteria: [
        atLeast('fast seed: C(fast)', meanOf(clustering(fast)), 0.55, judged),
        atMost('fast seed: fast through mid time', through('fast', 'mid'), 1),
        atMost('fast seed: mid through slow time', through('mid', 'slow'), 1),
        atLeast(
          'C(fast), fast less slow seed',
          meanOf(inPairs(clustering(fast), clustering(slow), (a, b) => a - b)),
          0.15,
          judged,
        ),
        atMost('slow seed: spread of times', meanOf(spread), 0.2),
        atLeast('fast seed: utilisation', meanOf(each(fast, 'utilisation')), 0.85, judged),
      ],
      remarks: [
        ...(begunFirst === null
          ? []
          : [
              '"Begun first" is no part of the paper: where peers have a seed finish begun pieces, nobody is ahead.',
            ]),
        'An optimistic unchoke that is kept for what it brings still counts as optimistic here.',
      ],
    };
  },
};

/** Of the regular unchoke time that fast ones give to those who came, what fast ones get. */
function withinFast(run: RunRecord): number {
  const share = unchokeShares([run], 'network').find(
    ({ from, to }) => from === 'fast' && to === 'fast',
  );
  return share?.value ?? 0;
}
