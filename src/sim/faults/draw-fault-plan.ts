/**
 * A random plan for a sweep: some entries of any label, all within the safety phase.
 */
import { assert } from '../../core/index.ts';
import type { Millis, Random } from '../../core/index.ts';
import { drawFault } from './draw-fault.ts';
import { faultLabels } from './fault-rows.ts';
import type { FaultPlan } from './plan.ts';

export interface DrawPlanOptions {
  /** Honest peers: 1 or more. */
  readonly peers: number;
  /** Length of the safety phase: whole milliseconds. */
  readonly duration: Millis;
  /** 0: no faults at all. 100: up to eleven entries, at full rates. */
  readonly intensity: number;
}

/** Nothing in it is promised: a sweep promises, over all its runs. */
export function drawFaultPlan(random: Random, options: DrawPlanOptions): FaultPlan {
  const { peers, duration, intensity } = options;
  assert(peers >= 1, 'fault plan: drawn for nobody');
  assert(Number.isInteger(duration) && duration >= 1, 'fault plan: whole milliseconds');
  assert(intensity >= 0 && intensity <= 100, 'fault plan: intensity is 0 to 100');
  const count = intensity === 0 ? 0 : 1 + random.below(2 + Math.floor(intensity / 10));
  const faults = Array.from({ length: count }, (_, i) => {
    const label = faultLabels[random.below(faultLabels.length)]!;
    // Its own stream: a label with more parameters does not shift the entries behind it.
    const scope = {
      random: random.fork(`draw ${i} ${random.below(0x40000000)}`),
      peers,
      duration,
      intensity,
    };
    return drawFault(`${i + 1} ${label}`, label, scope);
  });
  return { version: 1, name: 'drawn', until: duration, faults };
}
