/**
 * A choker that shows the one inside fewer peers, or fewer slots, than there are, and leaves the choice to it.
 *
 * Invariant: who is not shown is choked, and never more slots are given than there are. Flips are bounded by `steady`.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker, PeerView, TorrentView } from '../../protocol/index.ts';
import { servedLike, steady } from './steady.ts';

/** What the choker inside is shown. */
export interface Shown {
  readonly peers: readonly PeerView[];
  readonly slots: number;
}

export type Narrow = (all: Shown, torrent: TorrentView, now: Millis) => Shown;

export function narrowed(inside: Behavior<Choker>, narrow: Narrow): Behavior<Choker> {
  return steady((torrent, random) => {
    const choker = inside(torrent, random);
    return {
      ...servedLike(() => choker, choker),
      get interval() {
        return choker.interval;
      },
      rechoke(peers, slots, now, out) {
        const shown = narrow({ peers, slots }, torrent, now);
        choker.rechoke(shown.peers, shown.slots, now, out);
      },
    };
  });
}
