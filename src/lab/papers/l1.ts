/**
 * Claim: with a fast seed peers of like speed find each other and giving pays; with a slow seed neither happens.
 *
 * Legout, Liogkas, Kohler and Zhang 2007. 40 leeches in three classes, one seed; of the regular unchoke time that the fast
 * ones give, the share that stays among them (at random it would be 0.31).
 */
import type { RunRecord } from '../run-record.ts';
import { expandScenario } from '../scenario-schema.ts';
import { unchokeShares } from '../unchoke-shares.ts';
import { averageOf, cellText, intervalText, meanMetric } from './averages.ts';
import { atLeast, atMost, firstSeeds } from './paper.ts';
import type { Paper } from './paper.ts';

const seeds = { fast: 200_000, slow: 20_000 } as const;

export const l1: Paper = {
  name: 'l1',
  title: 'Clustering and sharing incentives',
  source: 'Legout, Liogkas, Kohler, Zhang, SIGMETRICS 2007',
  plan: (quick) =>
    Object.entries(seeds).map(([label, up]) => ({
      label,
      seeds: firstSeeds(quick ? 2 : 10),
      scenario: expandScenario({
        name: `${label} seed`,
        content: { length: quick ? 29_622_272 : 118_751_232, pieceLength: 262_144 },
        seeds: [{ up }],
        classes: [
          { name: 'slow', share: 13 / 40, up: 20_000 },
          { name: 'mid', share: 14 / 40, up: 50_000 },
          { name: 'fast', share: 13 / 40, up: 200_000 },
        ],
        arrivals: [{ type: 'flash-crowd', count: 40 }],
        tracker: { type: 'tracker', peers: 80, interval: 300 },
        config: { uploadSlots: 4, allowedFastMax: 0.5 },
        probes: { every: 20, unchokes: true },
      }),
    })),
  judge: (runsOf, quick) => {
    const fast = runsOf('fast');
    const slow = runsOf('slow');
    const clustering = (runs: readonly RunRecord[]): number[] => runs.map(withinFast);
    const time = (runs: readonly RunRecord[], name: string): number =>
      meanMetric(runs, 'meanTime', name);
    const times = ['slow', 'mid', 'fast'].map((name) => time(slow, name));
    const row = (name: string, runs: readonly RunRecord[]): string[] => [
      name,
      intervalText(clustering(runs)),
      cellText(runs, 'meanTime', 'slow'),
      cellText(runs, 'meanTime', 'mid'),
      cellText(runs, 'meanTime', 'fast'),
      cellText(runs, 'utilisation'),
    ];
    const c = averageOf(clustering(fast));
    return {
      table: {
        head: ['', 'C(fast)', 'slow, s', 'mid, s', 'fast, s', 'util'],
        rows: [row('seed 200 kB/s', fast), row('seed 20 kB/s', slow)],
      },
      criteria: [
        atLeast('fast seed: C(fast)', c, 0.55, !quick),
        atMost('fast seed: fast through mid time', time(fast, 'fast') / time(fast, 'mid'), 1),
        atMost('fast seed: mid through slow time', time(fast, 'mid') / time(fast, 'slow'), 1),
        atLeast('C(fast), fast less slow seed', c - averageOf(clustering(slow)), 0.15, !quick),
        atMost('slow seed: spread of times', Math.max(...times) / Math.min(...times) - 1, 0.2),
        atLeast('fast seed: utilisation', meanMetric(fast, 'utilisation'), 0.85, !quick),
      ],
      remarks: [
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
