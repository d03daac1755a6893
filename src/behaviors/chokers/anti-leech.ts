/**
 * Claim: a seed that serves beginners and the nearly finished leaves those in between to trade, so who only takes
 * gets little. Chow, Golubchik, Misra 2008; libtorrent, `anti_leech`.
 *
 * Score: how far the peer is from having half of the pieces, on either side. Those at half need `withOptimistic` around
 * this. Flips are bounded by `steady`.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { steady } from './steady.ts';
import { unchokeFirst, wanting } from './unchoke-first.ts';

/** `interval`: 1000 to 60,000 ms. Default 10,000. */
export function antiLeech({ interval = 10_000 }: { interval?: Millis } = {}): Behavior<Choker> {
  return steady((torrent, random) => {
    const percent = (peer: PeerView): number => (100 * peer.haveCount) / torrent.pieceCount;
    return {
      interval,
      rechoke(peers, slots, _now, out) {
        unchokeFirst(
          wanting(peers),
          slots,
          random,
          (peer) => Math.abs(percent(peer) - 50),
          (peer) => `has ${Math.round(percent(peer))} %`,
          out,
        );
      },
    };
  });
}
