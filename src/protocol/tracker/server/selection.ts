/**
 * Who is told to whom: a pure function from counts and chance to places in a swarm, so that another rule is another
 * function.
 *
 * A swarm shows itself as a row of places, seeds first: `0 .. seeds` are seeds, `seeds .. seeds + leeches` leeches, in an
 * order that means nothing. A selection pushes distinct places and is free in all else; a store leaves the asker itself
 * out, and stops at the number that was asked for.
 */
import type { Random, Sink } from '../../../core/index.ts';

/** What a selection sees. */
export interface SwarmView {
  readonly seeds: number;
  readonly leeches: number;
  /** Whether the asker has everything, so that seeds are of no use to it. */
  readonly askerIsSeed: boolean;
}

/** Pushes up to `count` distinct places of the view. In O(count). */
export type PeerSelection = (
  view: SwarmView,
  count: number,
  random: Random,
  out: Sink<number>,
) => void;

/**
 * Anybody, each with the same chance; seeds are of no use to seeds. The row is turned by a random angle and cut into
 * `count` parts, and one place is drawn of each: distinct without a set, without moving anybody, and 2 draws in all.
 */
export const anybody: PeerSelection = (view, count, random, out) => {
  const from = view.askerIsSeed ? view.seeds : 0;
  const crowd = view.seeds + view.leeches - from;
  if (crowd === 0 || count === 0) return;
  if (count >= crowd) {
    for (let place = 0; place < crowd; place++) out.push(from + place);
    return;
  }
  const turn = random.below(crowd);
  let state = random.below(0x7fffffff) + 1;
  const part = crowd / count;
  for (let i = 0; i < count; i++) {
    const first = Math.floor(i * part);
    const width = Math.floor((i + 1) * part) - first;
    // xorshift32: good enough within a part, and a tenth of what another draw costs.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const place = turn + first + ((state >>> 0) % width);
    out.push(from + (place >= crowd ? place - crowd : place));
  }
};

/** As `anybody`, but seeds are told no more than one in `share` peers, where there are leeches enough. */
export function fewSeeds(share: number): PeerSelection {
  return (view, count, random, out) => {
    const seeds = view.askerIsSeed ? 0 : Math.min(view.seeds, Math.ceil(count / share));
    const leeches = Math.min(view.leeches, count - seeds);
    const most = view.askerIsSeed ? 0 : count - leeches;
    const seedView = { seeds: 0, leeches: view.seeds, askerIsSeed: false };
    if (most > 0) anybody(seedView, most, random, out);
    const leechView = { seeds: view.seeds, leeches: view.leeches, askerIsSeed: true };
    anybody(leechView, leeches, random, out);
  };
}
