/**
 * Whom an entry meets: its target as peer numbers, ascending.
 */
import type { Random } from '../../core/index.ts';
import type { Fault, FaultTarget } from './plan.ts';

/** Kinds that destroy content for good: the only copy must be out of their reach, or nobody can ever finish. */
const DESTRUCTIVE: ReadonlySet<Fault['kind']> = new Set<Fault['kind']>([
  'meddle',
  'store-torn',
  'store-flip',
]);

/** Draws a share from `random`; throws `RangeError` where a peer is named that is not there. */
export function targetsOf(
  fault: Fault,
  peers: number,
  spared: readonly number[],
  random: Random,
): readonly number[] {
  const sparing = DESTRUCTIVE.has(fault.kind) ? new Set(spared) : new Set<number>();
  return chosen(fault.name, fault.target, peers, random).filter((peer) => !sparing.has(peer));
}

function chosen(name: string, target: FaultTarget, peers: number, random: Random): number[] {
  const everyone = Array.from({ length: peers }, (_, peer) => peer);
  if (target === 'all') return everyone;
  if ('share' in target) {
    const count = Math.max(1, Math.floor((peers * target.share) / 100));
    return random
      .shuffle(everyone)
      .slice(0, count)
      .sort((a, b) => a - b);
  }
  const missing = target.peers.find((peer) => peer >= peers);
  if (missing !== undefined) {
    throw new RangeError(`fault "${name}": there is no peer ${missing} among ${peers}`);
  }
  return [...new Set(target.peers)].sort((a, b) => a - b);
}
