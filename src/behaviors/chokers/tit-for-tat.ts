/**
 * Claim: whoever gives, gets; so giving is what a selfish peer does.
 * Cohen 2003, section 3; Legout et al., SIGMETRICS 2007 (peers of like speed find each other).
 *
 * The interested peers that send us most keep the slots. Seeds are never counted: they want nothing. A snubbed peer is
 * left out, whatever it sent before (anti-snubbing). Equal rates: who is unchoked stays, then at random.
 *
 * Nobody who sends nothing gets a slot while others send: newcomers need `withOptimistic` around this. Flips are
 * bounded by `steady`.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker } from '../../protocol/index.ts';
import { steady } from './steady.ts';

export interface TitForTatOptions {
  /** Time between regular calls: 1000 to 60,000 ms. Default 10,000. */
  readonly interval?: Millis;
}

export function titForTat({ interval = 10_000 }: TitForTatOptions = {}): Behavior<Choker> {
  return steady((_torrent, random) => ({
    interval,
    rechoke(peers, slots, now, out) {
      const ranked = peers
        .filter((peer) => peer.peerInterested && !peer.isSeed && !peer.snubbed)
        .map((peer) => ({ peer, rate: peer.downloadRate(now), tie: random.below(0x40000000) }))
        .sort(
          (a, b) =>
            b.rate - a.rate ||
            Number(a.peer.amChoking) - Number(b.peer.amChoking) ||
            a.tie - b.tie ||
            a.peer.conn - b.peer.conn,
        );
      const taken = Math.min(slots, ranked.length);
      for (let i = 0; i < taken; i++) {
        const { peer, rate } = ranked[i]!;
        const kibPerSecond = Math.round(rate / 1024);
        out.push({
          conn: peer.conn,
          reason: `rate ${i + 1} of ${ranked.length}: ${kibPerSecond} KiB/s, slot ${i + 1} of ${slots}`,
        });
      }
    },
  }));
}
