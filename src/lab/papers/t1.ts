/**
 * Claim: one selfish client (BitTyrant) gains among peers that play by the reference; where all are selfish, all lose.
 *
 * Piatek et al. 2007. The same fast peer of the same swarm, as the reference and as BitTyrant, in pairs of equal seeds.
 */
import { drawRun } from '../draw-run.ts';
import type { RunRecord } from '../run-record.ts';
import { expandScenario } from '../scenario-schema.ts';
import type { LabScenario } from '../scenario.ts';
import type { Play } from '../strategies.ts';
import { averageOf, cellText, each, inPairs, intervalText } from './averages.ts';
import { atLeast, exact, meanOf, medianOf } from './criterion.ts';
import { smallContent } from './octosim.ts';
import { firstSeeds } from './paper.ts';
import type { Paper, Size } from './paper.ts';

/** Bytes per second; the median is 30,000 to 60,000, and the fastest have four times that and more. */
const FAST = 400_000;
const MEAN = 92_500;
const classes = [
  { name: 'slow', share: 0.5, up: 30_000, down: 240_000 },
  { name: 'mid', share: 0.25, up: 60_000, down: 480_000 },
  { name: 'quick', share: 0.15, up: 150_000, down: 1_200_000 },
  { name: 'fast', share: 0.1, up: FAST, down: 3_200_000 },
];
/** More partners are what it gives the rest to. */
const SLOTS = 40;

function tyrant(uplink: number): Readonly<Record<string, unknown>> {
  return { choker: { name: 'bittyrant-like', parameters: { uplink } } };
}

function swarm(size: Size, selfish: boolean): LabScenario {
  const group = selfish
    ? { name: 'tyrants', play: tyrant(MEAN), config: { uploadSlots: SLOTS } }
    : { name: 'reference', play: {} };
  return expandScenario({
    name: selfish ? 'all BitTyrant' : 'all reference',
    content: {
      quick: smallContent,
      middle: { length: 16_777_216, pieceLength: 131_072 },
      full: { length: 67_108_864, pieceLength: 262_144 },
    }[size],
    seeds: [{ up: 200_000 }],
    classes,
    arrivals: [
      { type: 'flash-crowd', count: { quick: 30, middle: 100, full: 200 }[size], rate: 5 },
    ],
    population: [group],
    config: { uploadSlots: 5, allowedFastMax: 0.5 },
    probes: { every: 20, unchokes: false },
  });
}

/** The first of those who come over the fastest links, by its place among those who come. */
function chosen(scenario: LabScenario, seed: number): number {
  const { peers } = drawRun(scenario, seed);
  return peers.filter(({ isSeed }) => !isSeed).findIndex(({ network }) => network === 'fast');
}

function playOf(scenario: LabScenario): Play {
  const [group] = expandScenario({
    ...scenario,
    population: [{ name: 'one', play: tyrant(FAST) }],
  }).population;
  return group!.play;
}

export const t1: Paper = {
  name: 't1',
  title: 'One selfish client gains, all of them lose',
  source: 'Piatek, Isdal, Anderson, Krishnamurthy, Venkataramani, NSDI 2007 (BitTyrant)',
  plan: (size) => {
    const seeds = firstSeeds(size === 'quick' ? 5 : 10);
    const scenario = swarm(size, false);
    return [
      { label: 'reference', seeds, scenario },
      {
        label: 'one',
        seeds,
        scenario,
        change: (seed) => ({
          arrival: chosen(scenario, seed),
          play: playOf(scenario),
          config: { uploadSlots: SLOTS },
        }),
      },
      { label: 'all', seeds, scenario: swarm(size, true) },
    ];
  },
  judge: (runsOf, size) => {
    const judged = size !== 'quick';
    const scenario = swarm(size, false);
    const timeOf = (run: RunRecord): number => {
      const leeches = run.peers.filter(({ group }) => group !== 'seed');
      return leeches[chosen(scenario, run.seed)]?.time ?? NaN;
    };
    const [reference, one] = [runsOf('reference'), runsOf('one')];
    const gains = reference.map((run, i) => timeOf(run) / timeOf(one[i]!));
    const gain = medianOf(gains);
    const lost = inPairs(
      each(runsOf('all'), 'meanTime'),
      each(reference, 'meanTime'),
      (a, b) => a / b,
    );
    return {
      table: {
        head: ['', 'the one, s', 'all, s'],
        rows: [
          ['all reference', intervalText(reference.map(timeOf)), cellText(reference, 'meanTime')],
          ['one BitTyrant', intervalText(one.map(timeOf)), cellText(one, 'meanTime')],
          [
            'all BitTyrant',
            intervalText(runsOf('all').map(timeOf)),
            cellText(runsOf('all'), 'meanTime'),
          ],
        ],
      },
      criteria: [
        atLeast('one: median speed-up', gain, 1.15, judged),
        atLeast('one: lower end of its 95 % interval', exact(gain.low ?? NaN), 1, judged),
        atLeast('all: mean time through reference', meanOf(lost), 1, judged),
      ],
      remarks: [
        `Speed-up: its time as the reference through its time as BitTyrant; mean ${averageOf(gains).toFixed(2)}. 1.70 was of live swarms.`,
        'Where all are selfish, each believes that its uplink is the mean of all: groups know no links.',
      ],
    };
  },
};
