/**
 * What one peer would have had if it alone had played something else: the same run twice, all other randomness kept.
 *
 * Invariant: both runs have the same arrivals, links and times; up to the moment at which that peer comes they are the
 * same run. Pure.
 */
import type { Change } from './draw-run.ts';
import { LabFault } from './fault.ts';
import type { RunRecord } from './run-record.ts';
import type { RunTask } from './run-task.ts';
import { expandScenario } from './scenario-schema.ts';
import type { LabScenario } from './scenario.ts';
import { mean } from './statistics/describe.ts';
import { pairedTest } from './statistics/interval.ts';
import type { PairedTest } from './statistics/interval.ts';
import type { Contestant } from './tournament.ts';

export interface Outcome {
  readonly seed: number;
  /** The class of links of the peer. */
  readonly network: string;
  /** Seconds as it was, and as it would have been; null: it never finished. */
  readonly before: number | null;
  readonly after: number | null;
  /** Mean times of all others. */
  readonly othersBefore: number | null;
  readonly othersAfter: number | null;
}

export interface Counterfactual {
  readonly outcomes: readonly Outcome[];
  /** After less before, seconds; null: no pair of both. */
  readonly peer: PairedTest | null;
  readonly others: PairedTest | null;
}

/** For each seed two tasks: as it was, and with the change. Throws a `LabFault` where the play is none. */
export function counterfactualTasks(
  scenario: LabScenario,
  arrival: number,
  played: Contestant,
  seeds: readonly number[],
): RunTask[] {
  const group = { name: 'changed', share: 1, play: played.play };
  const { play } = expandScenario({ ...scenario, population: [group] }, '--play').population[0]!;
  const change: Change = { arrival, play };
  return seeds.flatMap((seed) => [
    { scenario, seed },
    { scenario, seed, change },
  ]);
}

/** `pairs`: the runs before and after of each seed. */
export function counterfactual(
  pairs: readonly (readonly [RunRecord, RunRecord])[],
  arrival: number,
): Counterfactual {
  const outcomes = pairs.map(([before, after]) => outcomeOf(before, after, arrival));
  const differences = (
    from: 'before' | 'othersBefore',
    to: 'after' | 'othersAfter',
  ): PairedTest | null => {
    const values = outcomes.flatMap((each) => {
      const [x, y] = [each[from], each[to]];
      return x === null || y === null ? [] : [y - x];
    });
    return values.length === 0 ? null : pairedTest(values);
  };
  return {
    outcomes,
    peer: differences('before', 'after'),
    others: differences('othersBefore', 'othersAfter'),
  };
}

function outcomeOf(before: RunRecord, after: RunRecord, arrival: number): Outcome {
  const seeds = before.peers.filter(({ group }) => group === 'seed').length;
  const number = seeds + arrival;
  const row = before.peers.find(({ peer }) => peer === number);
  if (row === undefined) {
    const came = before.peers.length - seeds;
    const what = `--peer: there is no ${arrival}; with seed ${before.seed} ${came} come, from 0`;
    throw new LabFault('request', what, 'name one that comes');
  }
  const others = (run: RunRecord): number | null => {
    const times = run.peers.flatMap(({ peer, time }) => (peer === number ? [] : (time ?? [])));
    return times.length === 0 ? null : mean(times);
  };
  return {
    seed: before.seed,
    network: row.network,
    before: row.time,
    after: after.peers.find(({ peer }) => peer === number)?.time ?? null,
    othersBefore: others(before),
    othersAfter: others(after),
  };
}
