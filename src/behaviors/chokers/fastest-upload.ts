/**
 * Claim: a seed that gives to those who take fastest empties its uplink, and copies spread soonest.
 * libtorrent, `fastest_upload`.
 *
 * Interested peers by what we send them per second; of equals, who has waited longest. Who is never sent anything never
 * shows how fast it is: it needs `withOptimistic` around this. Flips are bounded by `steady`.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker } from '../../protocol/index.ts';
import { steady } from './steady.ts';
import { unchokeFirst, wanting } from './unchoke-first.ts';

/** `interval`: 1000 to 60,000 ms. Default 10,000. */
export function fastestUpload({ interval = 10_000 }: { interval?: Millis } = {}): Behavior<Choker> {
  return steady((_torrent, random) => ({
    interval,
    rechoke(peers, slots, now, out) {
      const byWait = [...wanting(peers)].sort((a, b) =>
        a.unchokedAt < b.unchokedAt ? -1 : Number(a.unchokedAt > b.unchokedAt),
      );
      unchokeFirst(
        byWait,
        slots,
        random,
        (peer) => peer.uploadRate(now),
        (peer) => `takes ${Math.round(peer.uploadRate(now) / 1024)} KiB/s`,
        out,
      );
    },
  }));
}
