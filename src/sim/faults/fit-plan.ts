/**
 * A plan made for one run, fitted to another: other length, fewer peers. For named plans and for the shrinker.
 *
 * Windows and lengths keep their share of the time; rates, counts and operation numbers stay as they are. Peers that do
 * not exist are taken out of the targets, and an entry that has none left goes.
 */
import type { Millis } from '../../core/index.ts';
import type { Span } from '../adversaries/index.ts';
import type { Fault, FaultPlan } from './plan.ts';

export function fitPlan(
  plan: FaultPlan,
  to: { readonly peers: number; readonly until: Millis },
): FaultPlan {
  const scale = (time: Millis): Millis =>
    plan.until === 0 ? 0 : Math.round((time * to.until) / plan.until);
  const faults: Fault[] = [];
  for (const fault of plan.faults) {
    const fitted = fitTarget(fault, to.peers);
    if (fitted === null) continue;
    const from = scale(fault.from);
    // A window never closes altogether: the schema wants it to have a length.
    const until = Math.max(from + 1, scale(fault.until));
    if (until > to.until) continue;
    faults.push(
      'lasts' in fitted
        ? { ...fitted, from, until, lasts: stretch(fitted.lasts, scale) }
        : { ...fitted, from, until },
    );
  }
  return { ...plan, until: to.until, faults };
}

function fitTarget(fault: Fault, peers: number): Fault | null {
  if (fault.target === 'all' || 'share' in fault.target) return fault;
  const left = fault.target.peers.filter((peer) => peer < peers);
  return left.length === 0 ? null : { ...fault, target: { peers: left } };
}

function stretch({ least, most }: Span, scale: (time: Millis) => Millis): Span {
  return { least: scale(least), most: scale(most) };
}
