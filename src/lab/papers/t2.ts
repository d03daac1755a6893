/**
 * Claim: who gives nothing and connects to all does well while few do so; with the connections of everybody it does worse.
 *
 * Locher et al. 2006 (BitThief) and Sirivianos et al. 2007 (large view): free riders with a large view finish, beat those who
 * play by the rules up to some share of the swarm, and everybody gets slower as they become more.
 */
import { metricsOf, rowsOf } from '../metrics.ts';
import type { Metrics } from '../metrics.ts';
import type { RunRecord } from '../run-record.ts';
import { expandScenario } from '../scenario-schema.ts';
import { averageOf, intervalText } from './averages.ts';
import { smallContent } from './octosim.ts';
import { atLeast, atMost, firstSeeds } from './paper.ts';
import type { Criterion, Paper } from './paper.ts';

const UP = 51_200;
/** Shares of free riders. */
const quickShares = [0.05, 0.5];
const fullShares = [0.01, 0.2, 0.4, 0.6];
/** Connections, and peers that are asked for. */
const LARGE = { connectionsMax: 1000, peersWantedMax: 1000 };
/** Without a large view, at this share. */
const NARROW = 0.2;

const sharesOf = (quick: boolean): readonly number[] => (quick ? quickShares : fullShares);

export const t2: Paper = {
  name: 't2',
  title: 'Free riders with and without a large view',
  source: 'Locher et al., HotNets 2006; Sirivianos et al., 2007',
  plan: (quick) => {
    const runs = (label: string, share: number, play: Readonly<Record<string, unknown>>) => ({
      label,
      seeds: firstSeeds(quick ? 2 : 5),
      scenario: expandScenario({
        name: `free riders, ${label}`,
        content: quick ? smallContent : { length: 67_108_864, pieceLength: 262_144 },
        seeds: [{ up: 8 * UP }],
        classes: [{ name: 'all', up: UP, down: 8 * UP }],
        arrivals: [{ type: 'flash-crowd', count: quick ? 30 : 300, rate: 10 }],
        tracker: { type: 'tracker', peers: quick ? 10 : 50, interval: 60 },
        population: [
          { name: 'free', share, play, config: label === 'narrow' ? {} : LARGE },
          { name: 'rest', share: 1 - share, play: {} },
        ],
        config: { uploadSlots: 4, connectionsMax: quick ? 12 : 80 },
        probes: { every: 20, unchokes: false },
      }),
    });
    return [
      ...sharesOf(quick).map((share) => runs(String(share), share, { whole: 'bitthief-like' })),
      runs('narrow', NARROW, { choker: 'lazy' }),
    ];
  },
  judge: (runsOf, quick) => {
    const shares = sharesOf(quick);
    const of = (label: string, group: string, metric: keyof Metrics): number[] =>
      runsOf(label).flatMap(
        (run: RunRecord) => metricsOf(run, rowsOf(run, { group }))[metric] ?? [],
      );
    const time = (label: string, group: string): number => averageOf(of(label, group, 'meanTime'));
    const through = (label: string): number => time(label, 'free') / time(label, 'rest');
    const rises = (group: string): Criterion => {
      const steps = shares.slice(1).map((share, i) => {
        return time(String(share), group) / time(String(shares[i]!), group);
      });
      return atLeast(`${group}: least step of the mean time`, Math.min(...steps), 1, !quick);
    };
    const least = String(shares[0]!);
    const complete =
      averageOf(of(least, 'free', 'complete')) / averageOf(of(least, 'free', 'came'));
    return {
      table: {
        head: ['free riders', 'free, s', 'rest, s', 'free through rest'],
        rows: [...shares.map(String), 'narrow'].map((label) => [
          label === 'narrow' ? `${NARROW}, no large view` : label,
          intervalText(of(label, 'free', 'meanTime')),
          intervalText(of(label, 'rest', 'meanTime')),
          through(label).toFixed(3),
        ]),
      },
      criteria: [
        atLeast(`share ${least}: free riders that finish`, complete, 1),
        atMost('few: free through rest', through(String(shares[quick ? 0 : 1]!)), 1, !quick),
        atLeast('many: free through rest', through(String(shares.at(-1)!)), 1, !quick),
        rises('free'),
        rises('rest'),
        atLeast('no large view: free through rest', through('narrow'), 1),
      ],
      remarks: quick ? ['30 peers: a large view is all of them, and a small one a third.'] : [],
    };
  },
};
