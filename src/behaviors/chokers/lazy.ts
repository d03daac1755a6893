/**
 * Claim: who gives nothing gets less, which is what every choker for leeching is for. The free rider that this is
 * measured against: no slot for anybody, ever.
 */
import type { Behavior, Choker } from '../../protocol/index.ts';

/** Breaks the law that a free slot goes to who wants it, by intent. No parameters. */
export function lazy(): Behavior<Choker> {
  return () => ({
    interval: 60_000,
    rechoke() {
      // Nobody.
    },
  });
}
