/**
 * A scenario changed by what somebody asks for on top of it: other peers, other faults, other fidelity or reactor.
 *
 * Invariant: the fault plan fits the peers that are there. Checks nothing else: `parseScenario` does.
 */
import { fitPlan } from './faults/index.ts';
import type { FaultPlan } from './faults/index.ts';
import type { Fidelity, PeerPlan, ReactorKind, Scenario } from './scenario.ts';

/** Null: as it is. */
export interface ScenarioChanges {
  readonly peers: number | null;
  /** Stretched to the safety phase of the scenario, where it has one. */
  readonly faults: FaultPlan | null;
  readonly fidelity: Fidelity | null;
  readonly reactor: ReactorKind | null;
}

export const noChanges: ScenarioChanges = {
  peers: null,
  faults: null,
  fidelity: null,
  reactor: null,
};

export function adaptScenario(scenario: Scenario, changes: ScenarioChanges): Scenario {
  const peers = resized(scenario.peers, changes.peers ?? scenario.peers.length);
  const plan = changes.faults ?? scenario.faults;
  const until = scenario.faults.until === 0 ? plan.until : scenario.faults.until;
  return {
    ...scenario,
    fidelity: changes.fidelity ?? scenario.fidelity,
    reactor: changes.reactor ?? scenario.reactor,
    peers,
    faults: fitPlan(plan, { peers: peers.length, until }),
  };
}

/** Fewer: the first holder and who comes first in the list. More: those who lack something, again and again. */
function resized(peers: readonly PeerPlan[], count: number): readonly PeerPlan[] {
  if (count === peers.length) return peers;
  if (count > peers.length) {
    const leeches = peers.filter(({ holds }) => holds !== 'all');
    const models = leeches.length === 0 ? peers : leeches;
    const more = Array.from({ length: count - peers.length }, (_, i) => models[i % models.length]!);
    return [...peers, ...more];
  }
  const kept = peers.slice(0, count);
  if (kept.some(({ holds }) => holds === 'all')) return kept;
  const holder = peers.find(({ holds }) => holds === 'all');
  return holder === undefined ? kept : [holder, ...kept.slice(0, count - 1)];
}
