/**
 * Claim: trading and giving need different rules. A choker for each, chosen by whether the torrent is complete.
 *
 * Both see the same peers; only the active one is asked. `steady` around them bounds flips across the change too.
 * It chooses nothing itself.
 */
import type { Behavior, Choker } from '../../protocol/index.ts';
import { servedLike, steady } from './steady.ts';

export interface ByStateOptions {
  /** Asked while a wanted piece is not verified. */
  readonly leeching: Behavior<Choker>;
  /** Asked when every wanted piece is verified. */
  readonly seeding: Behavior<Choker>;
}

export function byState(options: ByStateOptions): Behavior<Choker> {
  return steady((torrent, random) => {
    const leeching = options.leeching(torrent, random.fork('leeching'));
    const seeding = options.seeding(torrent, random.fork('seeding'));
    const active = (): Choker => (torrent.complete ? seeding : leeching);
    return {
      ...servedLike(active, leeching, seeding),
      get interval() {
        return active().interval;
      },
      rechoke(peers, slots, now, out) {
        active().rechoke(peers, slots, now, out);
      },
    };
  });
}
