/**
 * Claim: what a peer gave is remembered beyond its connection, so coming back under the same address wins nothing.
 * Vishnumurthy et al. 2003 (KARMA) and Meulpolder et al. 2009 (BarterCast), from memory: own history alone, no reports.
 *
 * Balance of a host: bytes that came from it less bytes sent to it, over all its connections while the torrent runs.
 * Highest balance first; below -`debtMax` nothing, but for the lots of `withOptimistic`, which should be around this.
 * At most `hostsMax` hosts are remembered, the longest known forgotten first.
 */
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { steady } from './steady.ts';
import { sentTo, unchokeFirst, wanting } from './unchoke-first.ts';

export interface KarmaOptions {
  /** Bytes that a host may owe: 0 to 1,000,000,000. Default 4,194,304. */
  readonly debtMax?: number;
  /** Hosts remembered: 16 to 100,000. Default 4096. */
  readonly hostsMax?: number;
}

export function karmaLike(options: KarmaOptions = {}): Behavior<Choker> {
  const { debtMax = 4_194_304, hostsMax = 4096 } = options;
  return steady((_torrent, random) => {
    const balances = new Map<string, number>();
    /** What of a connection is in the books. */
    const booked = new WeakMap<PeerView, number>();
    const book = (peer: PeerView): void => {
      const net = peer.downloaded - sentTo(peer);
      const { host } = peer.address;
      const balance = (balances.get(host) ?? 0) + net - (booked.get(peer) ?? 0);
      booked.set(peer, net);
      if (!balances.has(host) && balances.size >= hostsMax) {
        balances.delete(balances.keys().next().value!);
      }
      balances.set(host, balance);
    };
    const balanceOf = (peer: PeerView): number => balances.get(peer.address.host) ?? 0;
    return {
      interval: 10_000,
      rechoke(peers, slots, _now, out) {
        peers.forEach(book);
        unchokeFirst(
          wanting(peers).filter((peer) => balanceOf(peer) >= -debtMax),
          slots,
          random,
          balanceOf,
          (peer) => `balance ${Math.round(balanceOf(peer) / 1024)} KiB`,
          out,
        );
      },
    };
  });
}
