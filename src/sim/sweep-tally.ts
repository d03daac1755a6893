/**
 * What a sweep has seen, added up: seeds, virtual time, faults injected, laws judged, and what is reached now and then.
 *
 * Knows what a sweep ought to see, and what it has not. Adding is all it does: order makes no difference.
 */
import type { Millis } from '../core/index.ts';
import { faultLabels } from './faults/index.ts';
import type { FaultLabel } from './faults/index.ts';
import { sometimesNames } from './laws/index.ts';
import type { SometimesName } from './laws/index.ts';
import type { SeedOutcome } from './run-seed.ts';

/** From so many drawn seeds on, a sweep that never reached something has failed. */
export const sometimesSeedsMin = 500;

export class SweepTally {
  seeds = 0;
  /** Virtual milliseconds, over all runs. */
  time: Millis = 0;
  /** Virtual milliseconds of a run times its peers, over all runs. */
  peerTime: Millis = 0;
  events = 0;
  steps = 0;
  readonly injected: Map<string, number> = new Map<string, number>();
  readonly reached: Map<string, number> = new Map<string, number>();
  readonly judged: Map<string, number> = new Map<string, number>();

  add(outcome: SeedOutcome): void {
    this.seeds++;
    this.time += outcome.time;
    this.peerTime += outcome.time * outcome.peers;
    this.events += outcome.events;
    this.steps += outcome.steps;
    merge(this.injected, outcome.injected);
    merge(this.reached, outcome.reached);
    merge(this.judged, outcome.judged);
  }

  /** What never happened of all that happens now and then. */
  get neverReached(): SometimesName[] {
    return sometimesNames.filter((name) => (this.reached.get(name) ?? 0) === 0);
  }

  /** The faults that no run has met. */
  get neverInjected(): FaultLabel[] {
    const met = new Set([...this.injected].filter(([, times]) => times > 0).map(labelIn));
    return faultLabels.filter((label) => !met.has(label));
  }

  /** Laws that no run has judged. */
  get neverJudged(): string[] {
    return [...this.judged].filter(([, times]) => times === 0).map(([law]) => law);
  }
}

/** The label in a key such as `F-13 tracker:stall`. */
function labelIn([key]: [string, number]): string {
  return key.slice(key.indexOf(' ') + 1);
}

function merge(into: Map<string, number>, from: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(from)) into.set(name, (into.get(name) ?? 0) + times);
}
