/**
 * One seed of a sweep: from an order and a seed value to what came of it, as plain data that may cross threads.
 *
 * Decided by the order and the seed value alone: who runs it, where and after what makes no difference.
 */
import type { Millis } from '../core/index.ts';
import { adaptScenario } from './adapt-scenario.ts';
import type { ScenarioChanges } from './adapt-scenario.ts';
import { eventsLimit } from './events-limit.ts';
import { namedScenario } from './named-scenarios.ts';
import { runScenario } from './run-scenario.ts';
import type { RunFailure } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

/** What is to be run. */
export interface SimOrder {
  readonly source:
    | { readonly type: 'named'; readonly name: string }
    | { readonly type: 'given'; readonly scenario: Scenario };
  readonly changes: ScenarioChanges;
  /** A run in which a promised fault never happened has failed. A sweep promises over all its runs instead. */
  readonly promises: boolean;
}

export interface SeedOutcome {
  readonly seed: number;
  readonly failure: RunFailure | null;
  readonly traceHash: string;
  readonly eventHash: string;
  /** Virtual milliseconds. */
  readonly time: Millis;
  readonly peers: number;
  readonly events: number;
  readonly steps: number;
  /** Times, by row and label. */
  readonly injected: Readonly<Record<string, number>>;
  /** Times, by name: what happens now and then. */
  readonly reached: Readonly<Record<string, number>>;
  /** Times, by law. */
  readonly judged: Readonly<Record<string, number>>;
}

/** The scenario that an order means with this seed value. */
export function scenarioOf(order: SimOrder, seed: number): Scenario {
  const { source, changes, promises } = order;
  const scenario =
    source.type === 'given' ? source.scenario : namedScenario(source.name, seed, changes.peers);
  const adapted = adaptScenario(scenario, changes);
  if (promises) return adapted;
  const faults = adapted.faults.faults.map((fault) => ({ ...fault, promised: false }));
  return { ...adapted, faults: { ...adapted.faults, faults } };
}

export function runSeed(
  order: SimOrder,
  seed: number,
  run: typeof runScenario = runScenario,
): SeedOutcome {
  try {
    const reached = new Map<string, number>();
    const scenario = scenarioOf(order, seed);
    const result = run(scenario, {
      seed,
      eventsMax: eventsLimit(scenario),
      reached: (name) => reached.set(name, (reached.get(name) ?? 0) + 1),
    });
    const { failure, traceHash, eventHash, time, events, steps, injected, judged } = result;
    return {
      seed,
      failure,
      traceHash,
      eventHash,
      time,
      peers: scenario.peers.length,
      events,
      steps,
      injected,
      reached: Object.fromEntries(reached),
      judged,
    };
  } catch (error) {
    return brokenSeed(seed, error);
  }
}

/** A seed that did not even run to a failure of its own. */
export function brokenSeed(seed: number, error: unknown): SeedOutcome {
  const detail = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return {
    seed,
    failure: { law: 'bug', peer: null, at: 0, detail, stack },
    traceHash: '',
    eventHash: '',
    time: 0,
    peers: 0,
    events: 0,
    steps: 0,
    injected: {},
    reached: {},
    judged: {},
  };
}
