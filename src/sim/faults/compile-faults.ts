/**
 * From a plan to what a run can use: answers for the reactor, a timeline for the runner, peers to recruit, and counts.
 *
 * Deterministic: same plan, peers and seed value, same result. Each entry draws from streams that its name decides, so
 * that the shrinker can take entries away one by one and the others stay as they were.
 */
import { createRandom } from '../../core/index.ts';
import type { Millis } from '../../core/index.ts';
import type { Faults } from '../../reactors/memory/faults.ts';
import type { AdversaryKind } from '../adversaries/index.ts';
import { countKeyOf } from './fault-rows.ts';
import { OperationDraw } from './operation-draws.ts';
import type { Fault, FaultPlan, OperationFault, WorldFault } from './plan.ts';
import { PlannedFaults } from './planned-faults.ts';
import { targetsOf } from './targets.ts';
import { timelineOf } from './timeline.ts';
import type { TimedEvent } from './world-event.ts';

export interface CompileOptions {
  /** Honest peers, numbered from 0. */
  readonly peers: number;
  /** A 32-bit integer. */
  readonly seed: number;
  /** Milliseconds since the run began. */
  readonly now: () => Millis;
  /** Peers whose content must survive: they hold the only copy. Default: none. */
  readonly spared?: readonly number[];
  /** Which peer lives on a host of the reactor. Default: hosts are numbered as the peers are. */
  readonly peerOf?: (host: number) => number;
  /**
   * Hears what a store operation caused (`crash-at`), from inside the reactor's question: put it on the timeline, do not
   * carry it out at once. Default: dropped.
   */
  readonly trigger?: (event: TimedEvent) => void;
}

/** Hostile peers that a plan asks for. */
export interface Recruit {
  /** The `name` of the entry. */
  readonly fault: string;
  readonly kind: AdversaryKind;
  readonly count: number;
  readonly from: Millis;
  readonly until: Millis;
  /** The honest peers that they know of. */
  readonly victims: readonly number[];
}

export interface CompiledFaults {
  readonly faults: Faults;
  /** Ascending by time; equal times in the order of the plan. */
  readonly timeline: readonly TimedEvent[];
  readonly recruits: readonly Recruit[];
  /** What has happened, by row and label: `F-13 tracker:stall`. */
  readonly injected: ReadonlyMap<string, number>;
  /** The same by the names of entries. */
  readonly injectedBy: ReadonlyMap<string, number>;
  /** Counts what the runner did: an event of the timeline that breaks, or what a recruit has `done`. */
  readonly count: (fault: string, times?: number) => void;
}

/** The plan must be one that `faultPlanSchema` accepts. Throws `RangeError` where it names a peer that is not there. */
export function compileFaults(plan: FaultPlan, options: CompileOptions): CompiledFaults {
  const { peers, seed, now, spared = [], peerOf = same, trigger = ignore } = options;
  const root = createRandom(seed);
  const byName = new Map(plan.faults.map((fault) => [fault.name, fault]));
  const injected = new Map<string, number>();
  const injectedBy = new Map<string, number>();
  const count = (name: string, times = 1): void => {
    const fault = byName.get(name);
    if (fault === undefined || times === 0) return;
    const key = countKeyOf(fault);
    injected.set(key, (injected.get(key) ?? 0) + times);
    injectedBy.set(name, (injectedBy.get(name) ?? 0) + times);
  };
  const draws: OperationDraw<OperationFault>[] = [];
  const timeline: TimedEvent[] = [];
  const recruits: Recruit[] = [];
  for (const fault of plan.faults) {
    const random = root.fork(`fault ${fault.name}`);
    const targets = targetsOf(fault, peers, spared, random.fork('targets'));
    if (fault.kind === 'adversary') {
      const { name, adversary, from, until } = fault;
      recruits.push({
        fault: name,
        kind: adversary,
        count: fault.count,
        from,
        until,
        victims: targets,
      });
    } else if (isWorldFault(fault)) {
      timeline.push(...timelineOf(fault, targets, peers, random.fork('times')));
    } else {
      draws.push(new OperationDraw(fault, targets, random.fork('draws')));
    }
  }
  timeline.sort((a, b) => a.at - b.at);
  const faults = new PlannedFaults(draws, { now, peerOf, trigger, count });
  return { faults, timeline, recruits, injected, injectedBy, count };
}

function isWorldFault(fault: Exclude<Fault, { readonly kind: 'adversary' }>): fault is WorldFault {
  return 'times' in fault;
}

function same(host: number): number {
  return host;
}

function ignore(): void {
  // Nobody asked for triggered events.
}
