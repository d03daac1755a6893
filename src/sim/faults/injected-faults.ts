/**
 * Whether a run really met what its plan promised: a plan that injected nothing proved nothing.
 */
import { countKeyOf } from './fault-rows.ts';
import type { FaultPlan } from './plan.ts';

/**
 * The keys (`F-05 partition`) that the plan promised and the run never met. `injected` is that of the compiled plan, or
 * the sum of many runs.
 */
export function missedFaults(plan: FaultPlan, injected: ReadonlyMap<string, number>): string[] {
  const promised = new Set(plan.faults.filter((fault) => fault.promised).map(countKeyOf));
  return [...promised].filter((key) => (injected.get(key) ?? 0) === 0);
}

/** Throws where `missedFaults` finds any, and where a plan that is not empty injected nothing at all. */
export function assertInjected(plan: FaultPlan, injected: ReadonlyMap<string, number>): void {
  const missed = missedFaults(plan, injected);
  if (missed.length > 0) {
    throw new Error(`fault plan "${plan.name}" promised and never injected: ${missed.join(', ')}`);
  }
  const total = [...injected.values()].reduce((sum, times) => sum + times, 0);
  if (plan.faults.length > 0 && total === 0) {
    throw new Error(`fault plan "${plan.name}" injected nothing`);
  }
}
