/**
 * A scenario without some of its peers. Those that stay are numbered anew, and the faults still meet the same ones.
 */
import type { Fault } from './faults/index.ts';
import type { Scenario } from './scenario.ts';

/** An entry that met nobody else goes with them. */
export function withoutPeers(scenario: Scenario, gone: ReadonlySet<number>): Scenario {
  const numbers: (number | null)[] = [];
  let kept = 0;
  for (let index = 0; index < scenario.peers.length; index++) {
    numbers.push(gone.has(index) ? null : kept++);
  }
  const faults = scenario.faults.faults.flatMap((fault) => renumbered(fault, numbers));
  return {
    ...scenario,
    peers: scenario.peers.filter((_, index) => !gone.has(index)),
    faults: { ...scenario.faults, faults },
  };
}

function renumbered(fault: Fault, numbers: readonly (number | null)[]): Fault[] {
  const { target } = fault;
  if (target === 'all' || 'share' in target) return [fault];
  const peers = target.peers.flatMap((peer) => numbers[peer] ?? []);
  return peers.length === 0 ? [] : [{ ...fault, target: { peers } }];
}
