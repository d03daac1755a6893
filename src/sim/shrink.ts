/**
 * The shrinker: from a scenario that breaks a law to a small one that breaks the same law.
 *
 * Greedy, over the scenario as data: peers and faults are left out in halves, quarters and one by one, then content,
 * times, links and limits go towards their defaults, round after round until no step helps or the budget is used up.
 * Who leaves out a peer moves the draws of all others, so a few seed values are tried before it is said not to help.
 * Deterministic: the same scenario and the same answers give the same result. Runs nothing itself: `steps` hands out
 * candidates and is told what came of each, so that whoever drives it may pause, show progress, and break off.
 */
import { failureKind } from './failure-kind.ts';
import type { RunFailure } from './run-scenario.ts';
import { parseScenario, seedMax } from './scenario-schema.ts';
import type { Scenario } from './scenario.ts';
import { cheapening, faultSteps, peerSteps, wholeSteps } from './simpler-scenarios.ts';
import type { Step } from './simpler-scenarios.ts';
import { withoutPeers } from './without-peers.ts';

/** Runs where nobody says how many. */
export const shrinkRunsMax = 600;
/** Seed values tried for a scenario with fewer peers or faults. */
const CHANCES = 3;

export interface Candidate {
  readonly scenario: Scenario;
  readonly seed: number;
}

export interface Shrunk extends Candidate {
  /** How the small scenario fails. */
  readonly failure: RunFailure;
  /** Candidates that were run. */
  readonly runs: number;
  /** No step helps any more: the budget was enough. */
  readonly minimal: boolean;
}

/** A walk over candidates: each is handed out, and how it failed is the answer (null: it did not). */
type Walk<T> = Generator<Candidate, T, RunFailure | null>;

/** Shrinks with `run`, at most `runsMax` times. */
export function shrink(
  first: Candidate,
  failure: RunFailure,
  run: (candidate: Candidate) => RunFailure | null,
  runsMax: number = shrinkRunsMax,
): Shrunk {
  const shrinker = new Shrinker(first, failure, runsMax);
  const walk = shrinker.steps();
  let next = walk.next();
  while (next.done !== true) next = walk.next(run(next.value));
  return shrinker.result;
}

export class Shrinker {
  readonly #kind: string;
  readonly #runsMax: number;
  /** Every scenario that was looked at, as text. */
  readonly #seen = new Set<string>();
  #best: Scenario;
  #seed: number;
  #failure: RunFailure;
  #runs = 0;
  #minimal = false;

  constructor(first: Candidate, failure: RunFailure, runsMax: number = shrinkRunsMax) {
    this.#best = first.scenario;
    this.#seed = first.seed;
    this.#failure = failure;
    this.#kind = failureKind(failure);
    this.#runsMax = runsMax;
    this.#seen.add(JSON.stringify(first.scenario));
  }

  /** The smallest so far. */
  get result(): Shrunk {
    return {
      scenario: this.#best,
      seed: this.#seed,
      failure: this.#failure,
      runs: this.#runs,
      minimal: this.#minimal,
    };
  }

  *steps(): Walk<void> {
    yield* this.#all(cheapening);
    let before: Scenario;
    do {
      before = this.#best;
      yield* this.#leaveOut((each) => each.faults.faults.length, withoutFaults);
      yield* this.#leaveOut((each) => each.peers.length, withoutPeers);
      yield* this.#all(wholeSteps);
      yield* this.#all(peerSteps(this.#best.peers.length));
      const { faults } = this.#best.faults;
      for (let i = faults.length - 1; i >= 0; i--) {
        yield* this.#all(faultSteps(i, this.#best.peers.length));
      }
      yield* this.#all(cheapening);
    } while (before !== this.#best && this.#runs < this.#runsMax);
    this.#minimal = this.#runs < this.#runsMax;
  }

  /** Each step as often as it helps. */
  *#all(steps: readonly Step[]): Walk<void> {
    for (const step of steps) {
      let candidate = step(this.#best);
      while (candidate !== null && (yield* this.#isTaken(candidate))) candidate = step(this.#best);
    }
  }

  /** Leaves out as many parts as it can: half of them at once, then a quarter, at last one by one. From the end on. */
  *#leaveOut(
    count: (scenario: Scenario) => number,
    without: (scenario: Scenario, gone: ReadonlySet<number>) => Scenario,
  ): Walk<void> {
    for (let size = count(this.#best); size >= 1; size = Math.floor(size / 2)) {
      for (let end = count(this.#best); end > 0; end -= size) {
        const gone = new Set<number>();
        for (let i = Math.max(0, end - size); i < end; i++) gone.add(i);
        yield* this.#isTaken(without(this.#best, gone), CHANCES);
      }
    }
  }

  *#isTaken(candidate: Scenario, chances = 1): Walk<boolean> {
    const text = JSON.stringify(candidate);
    if (this.#seen.has(text)) return false;
    this.#seen.add(text);
    if (parseScenario(candidate).fault !== null) return false;
    for (let chance = 0; chance < chances && this.#runs < this.#runsMax; chance++) {
      const seed = (this.#seed + chance) & seedMax;
      this.#runs++;
      const failure = yield { scenario: candidate, seed };
      if (failure === null || failureKind(failure) !== this.#kind) continue;
      this.#best = candidate;
      this.#seed = seed;
      this.#failure = failure;
      return true;
    }
    return false;
  }
}

function withoutFaults(scenario: Scenario, gone: ReadonlySet<number>): Scenario {
  const faults = scenario.faults.faults.filter((_, index) => !gone.has(index));
  return { ...scenario, faults: { ...scenario.faults, faults } };
}
