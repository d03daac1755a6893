/**
 * A tracker that knows how fast everybody's link is, and tells of those of the asker's class first.
 *
 * Bharambe, Herley and Padmanabhan 2006 (bandwidth-matching tracker), as their simulator has it: half of those that are told
 * are of the asker's class, the other half anybody, so that the swarm stays in one piece. The second half is the
 * tracker's, which asks nobody for a class; this chooses the first. Pure.
 */
import type { Random } from '../core/index.ts';

/** Who is there, by number, with its class of links. */
export interface Present {
  readonly index: number;
  readonly network: string;
}

/** Of so many peers that are asked for, those that are to be of the asker's class. */
export function matchedOf(peers: number): number {
  return Math.floor(peers / 2);
}

/** Up to `count` others of the asker's class, each with the same chance. */
export function matchingPeers(
  asker: Present,
  present: readonly Present[],
  count: number,
  random: Random,
): number[] {
  const alike = present.filter(
    ({ index, network }) => network === asker.network && index !== asker.index,
  );
  const told: number[] = [];
  // The first steps of a shuffle: each place is taken from what is left.
  for (let i = 0; i < count && i < alike.length; i++) {
    const from = i + random.below(alike.length - i);
    [alike[i], alike[from]] = [alike[from]!, alike[i]!];
    told.push(alike[i]!.index);
  }
  return told;
}
