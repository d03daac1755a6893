/**
 * Claim: over access links alone, a download takes its bytes through the narrowest of them.
 *
 * The check of the link model itself (reference 3.3): one sender and one receiver, a narrow downlink, one uplink shared by
 * four. What is derived needs no paper. Ours lies above by headers, hand-shakes and the first window.
 */
import { expandScenario } from '../scenario-schema.ts';
import { cellText, each } from './averages.ts';
import { meanOf, near } from './criterion.ts';
import { firstSeeds } from './paper.ts';
import type { Paper } from './paper.ts';

/** Long enough that how it ends weighs less than the tolerance. */
const LENGTH = 16_777_216;
const UP = 102_400;

interface Case {
  readonly label: string;
  readonly count: number;
  readonly down: number | null;
  /** Seconds. */
  readonly expected: number;
}

const cases: readonly Case[] = [
  { label: 'one uplink, one receiver', count: 1, down: null, expected: LENGTH / UP },
  { label: 'a narrow downlink', count: 1, down: 40_960, expected: LENGTH / 40_960 },
  // They help each other as well: only their downlinks bind.
  { label: 'four receivers, narrow downlinks', count: 4, down: 20_480, expected: LENGTH / 20_480 },
];

export const fluid: Paper = {
  name: 'fluid',
  title: 'The link model against what can be derived',
  source: 'derived',
  plan: (size) =>
    cases.map(({ label, count, down }) => ({
      label,
      seeds: firstSeeds(size === 'quick' ? 5 : 10),
      scenario: expandScenario({
        name: label,
        content: { length: LENGTH, pieceLength: 65_536 },
        seeds: [{ up: UP }],
        classes: [{ name: 'all', up: UP, down }],
        arrivals: [{ type: 'flash-crowd', count }],
        probes: { every: 10, unchokes: false },
      }),
    })),
  judge: (runsOf) => ({
    table: {
      head: ['', 'expected, s', 'ours, s'],
      rows: cases.map(({ label, expected }) => [
        label,
        expected.toFixed(1),
        cellText(runsOf(label), 'meanTime'),
      ]),
    },
    criteria: cases.map(({ label, expected }) =>
      near(label, meanOf(each(runsOf(label), 'meanTime')), expected, 0.03),
    ),
    remarks: [],
  }),
};
