/**
 * Strategies against each other in one kind of swarm, pair by pair: the score-card of design space analysis (Rahman et
 * al., SIGCOMM 2011), and invasion.
 *
 * Performance: how long a download takes where all play A. Robustness: A's advantage over B where each is half.
 * Aggressiveness: A's advantage where it is one in ten among B. Invasion: the same of one in a hundred, one peer at least.
 * Advantage: by how much less A's mean time is than B's in the same run, as a share of B's. Pure but for what runs it.
 */
import { createRandom } from '../core/index.ts';
import { drawArrivals } from './arrivals.ts';
import { cellId } from './cell-id.ts';
import { LabFault } from './fault.ts';
import type { Cell, Meeting, Pairing } from './grid.ts';
import { metricsOf, rowsOf } from './metrics.ts';
import type { RunRecord } from './run-record.ts';
import { expandScenario } from './scenario-schema.ts';
import type { LabScenario } from './scenario.ts';
import { estimate, holm, pairedTest } from './statistics/interval.ts';
import type { Estimate, PairedTest } from './statistics/interval.ts';

/** What is played, and what it is called. */
export interface Contestant {
  readonly name: string;
  /** As a scenario file has it: `{ picker: 'random' }`. */
  readonly play: Readonly<Record<string, unknown>>;
}

export interface Match extends Pairing {
  readonly cell: Cell;
}

export interface Score extends Pairing {
  /** Seconds, where all play A; null: of two. */
  readonly time: Estimate | null;
  /** Share of B's mean time, over seeds; null: of one. */
  readonly advantage: PairedTest | null;
  /** Corrected for all matches of the tournament; null: nothing can be said. */
  readonly holm: number | null;
}

const SHARES: readonly (readonly [Meeting, number])[] = [
  ['robustness', 0.5],
  ['aggressiveness', 0.1],
  ['invasion', 0.01],
];

/** `choker=round-robin`, or several joined by `+`. */
export function readContestant(word: string): Contestant {
  const play: Record<string, string> = {};
  for (const part of word.split('+')) {
    const [kind, name, more] = part.split('=');
    if (kind === undefined || !kind || !name || more !== undefined) {
      const how = 'write kind=name, as choker=round-robin, and + between several';
      throw new LabFault('request', `${word}: this is no play`, how);
    }
    play[kind] = name;
  }
  return { name: word, play };
}

/** All matches. Throws a `LabFault` where a play is none, or too few come for two to meet. */
export function matchesOf(
  scenario: LabScenario,
  contestants: readonly Contestant[],
  seeds: readonly number[],
): Match[] {
  const fewest = Math.min(...seeds.map((seed) => arrivalsOf(scenario, seed)));
  if (fewest < 2) {
    throw new LabFault('scenario', `arrivals: ${fewest} come with some seed; 2 must`, 'add some');
  }
  const names = contestants.map(({ name }) => name);
  if (new Set(names).size !== names.length || names.length < 2) {
    throw new LabFault('request', '--plays: two or more different ones are needed', '');
  }
  const alone = contestants.map((a): Match => match('performance', a, a, scenario, 1));
  const pairs = contestants.flatMap((a, i) =>
    contestants.flatMap((b, j) =>
      SHARES.filter(([meeting]) => i !== j && (meeting !== 'robustness' || i < j)).map(
        ([meeting, share]) => match(meeting, a, b, scenario, Math.max(share, 1.001 / fewest)),
      ),
    ),
  );
  return withPairings([...alone, ...pairs]);
}

/** `runsOf` gives the runs of a match. */
export function scoresOf<M extends Pairing>(
  matches: readonly M[],
  runsOf: (match: M) => readonly RunRecord[],
): Score[] {
  const scores = matches.map((each): Score => {
    const { meeting, a, b } = each;
    const runs = runsOf(each);
    if (meeting === 'performance') {
      const times = runs.flatMap((run) => metricsOf(run).meanTime ?? []);
      const time = times.length === 0 ? null : estimate(times);
      return { meeting, a, b, time, advantage: null, holm: null };
    }
    const gains = runs.flatMap((run) => {
      const ours = metricsOf(run, rowsOf(run, { group: 'a' })).meanTime;
      const theirs = metricsOf(run, rowsOf(run, { group: 'b' })).meanTime;
      return ours === null || theirs === null ? [] : [(theirs - ours) / theirs];
    });
    const advantage = gains.length === 0 ? null : pairedTest(gains);
    return { meeting, a, b, time: null, advantage, holm: null };
  });
  const corrected = holm(scores.map(({ advantage }) => advantage?.p ?? null));
  return scores.map((score, i) => ({ ...score, holm: corrected[i]! }));
}

function match(
  meeting: Meeting,
  a: Contestant,
  b: Contestant,
  scenario: LabScenario,
  share: number,
): Match {
  const both = [
    { name: 'a', share, play: a.play },
    { name: 'b', share: 1 - share, play: b.play },
  ];
  const population = meeting === 'performance' ? [{ name: 'a', share: 1, play: a.play }] : both;
  const label = meeting === 'performance' ? a.name : `${meeting}: ${a.name} in ${b.name}`;
  const pairing: Pairing = { meeting, a: a.name, b: b.name };
  const expanded = expandScenario({ ...scenario, population }, '--plays');
  return { ...pairing, cell: { label, settings: [], scenario: expanded } };
}

/** Each cell with all that it is a match of. */
function withPairings(matches: readonly Match[]): Match[] {
  const byCell = new Map<string, Pairing[]>();
  const ids = matches.map(({ cell }) => cellId(cell.scenario));
  for (const [i, { meeting, a, b }] of matches.entries()) {
    const pairings = byCell.get(ids[i]!) ?? [];
    byCell.set(ids[i]!, [...pairings, { meeting, a, b }]);
  }
  return matches.map((each, i) => {
    return { ...each, cell: { ...each.cell, pairings: byCell.get(ids[i]!)! } };
  });
}

function arrivalsOf(scenario: LabScenario, seed: number): number {
  return drawArrivals(scenario.arrivals, createRandom(seed).fork('lab').fork('arrivals')).length;
}
