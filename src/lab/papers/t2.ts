/**
 * Claim: who gives nothing and connects to all does well while few do so; with the connections of everybody it does worse.
 *
 * Locher et al. 2006 (BitThief) and Sirivianos et al. 2007 (large view): free riders with a large view finish, beat those who
 * play by the rules up to some share of the swarm, and everybody gets slower as they become more.
 */
import { expandScenario } from '../scenario-schema.ts';
import { cellText, each, inPairs, intervalText } from './averages.ts';
import { atLeast, atMost, exact, meanOf } from './criterion.ts';
import type { Criterion, Measured } from './criterion.ts';
import { smallContent } from './octosim.ts';
import { firstSeeds } from './paper.ts';
import type { Paper, Size } from './paper.ts';

const UP = 51_200;
/** Shares of free riders. */
const sharesOf = (size: Size): readonly number[] =>
  size === 'quick' ? [0.05, 0.5] : [0.01, 0.2, 0.4, 0.6];
/** Connections, and peers that are asked for. */
const LARGE = { connectionsMax: 1000, peersWantedMax: 1000 };
/** Without a large view, at this share. */
const NARROW = 0.2;

export const t2: Paper = {
  name: 't2',
  title: 'Free riders with and without a large view',
  source: 'Locher et al., HotNets 2006; Sirivianos et al., 2007',
  plan: (size) => {
    const runs = (label: string, share: number, play: Readonly<Record<string, unknown>>) => ({
      label,
      seeds: firstSeeds(size === 'quick' ? 10 : 5),
      scenario: expandScenario({
        name: `free riders, ${label}`,
        content: {
          quick: smallContent,
          middle: { length: 16_777_216, pieceLength: 131_072 },
          full: { length: 67_108_864, pieceLength: 262_144 },
        }[size],
        seeds: [{ up: 8 * UP }],
        classes: [{ name: 'all', up: UP, down: 8 * UP }],
        arrivals: [
          { type: 'flash-crowd', count: { quick: 30, middle: 100, full: 300 }[size], rate: 10 },
        ],
        tracker: {
          type: 'tracker',
          peers: { quick: 10, middle: 25, full: 50 }[size],
          interval: 60,
        },
        population: [
          { name: 'free', share, play, config: label === 'narrow' ? {} : LARGE },
          { name: 'rest', share: 1 - share, play: {} },
        ],
        config: { uploadSlots: 4, connectionsMax: { quick: 12, middle: 35, full: 80 }[size] },
        probes: { every: 20, unchokes: false },
      }),
    });
    return [
      ...sharesOf(size).map((share) => runs(String(share), share, { whole: 'bitthief-like' })),
      runs('narrow', NARROW, { choker: 'lazy' }),
    ];
  },
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const shares = sharesOf(size);
    const time = (label: string, group: string): number[] =>
      each(runsOf(label), 'meanTime', { group });
    const through = (label: string): number[] =>
      inPairs(time(label, 'free'), time(label, 'rest'), (free, rest) => free / rest);
    const over = (label: string): Measured => meanOf(through(label));
    const rises = (group: string): Criterion[] =>
      shares.slice(1).map((share, i) => {
        const before = shares[i]!;
        const step = inPairs(
          time(String(share), group),
          time(String(before), group),
          (after, first) => after / first,
        );
        const what = `${group}: mean time, share ${share} through ${before}`;
        return atLeast(what, meanOf(step), 1, judged);
      });
    const least = String(shares[0]!);
    const count = (metric: 'complete' | 'came'): number =>
      each(runsOf(least), metric, { group: 'free' }).reduce((sum, value) => sum + value, 0);
    return {
      table: {
        head: ['free riders', 'free, s', 'rest, s', 'free through rest'],
        rows: [...shares.map(String), 'narrow'].map((label) => [
          label === 'narrow' ? `${NARROW}, no large view` : label,
          cellText(runsOf(label), 'meanTime', { group: 'free' }),
          cellText(runsOf(label), 'meanTime', { group: 'rest' }),
          intervalText(through(label)),
        ]),
      },
      criteria: [
        atLeast(
          `share ${least}: free riders that finish`,
          exact(count('complete') / count('came')),
          1,
        ),
        atMost('few: free through rest', over(String(shares[judged ? 1 : 0]!)), 1, judged),
        atLeast('many: free through rest', over(String(shares.at(-1)!)), 1, judged),
        ...rises('free'),
        ...rises('rest'),
        atLeast('no large view: free through rest', over('narrow'), 1),
      ],
      remarks: {
        quick: ['30 peers: a large view is all of them, and a small one a third.'],
        middle: ['100 peers: a small view is a third of them.'],
        full: [],
      }[size],
    };
  },
};
