/**
 * Claim: who shows nothing is asked for nothing, and nobody sees that it could give.
 * Locher, Moor, Schmid and Wattenhofer, HotNets 2006 (BitThief): no bitfield, no `have`.
 *
 * A free rider: nobody ever gets anything of it, seed or not. Keeps nothing.
 */
import type { Behavior, Disclosure } from '../../protocol/index.ts';

const nothing: Disclosure = {
  open: () => undefined,
  reveal: () => undefined,
  wakeAt: Infinity,
};

export function silent(): Behavior<Disclosure> {
  return () => nothing;
}
