/**
 * Claim: the next block goes to whom we owe most, so what each peer gets comes close to what it gives, without any rate
 * to be guessed. Sherman, Nieh, Stein, CoNEXT 2009 (FairTorrent), read in abstract.
 *
 * Deficit: sent less received. Everybody is unchoked as far as there are slots, least deficit first: there should be as
 * many slots as connections, and an upload limit, or the order of blocks is left to the network. On a seed it is round
 * robin by bytes. With few slots who gives nothing gets nothing: no optimistic slot is kept.
 */
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { steady } from './steady.ts';
import { leastOf, sentTo, unchokeFirst, wanting } from './unchoke-first.ts';

const deficit = (peer: PeerView): number => sentTo(peer) - peer.downloaded;

/** No parameters. */
export function fairTorrentLike(): Behavior<Choker> {
  return steady((_torrent, random) => ({
    interval: 10_000,
    rechoke(peers, slots, _now, out) {
      unchokeFirst(
        wanting(peers),
        slots,
        random,
        (peer) => -deficit(peer),
        (peer) => `deficit ${Math.round(deficit(peer) / 1024)} KiB`,
        out,
      );
    },
    nextServed: (waiting) => leastOf(waiting, deficit),
  }));
}
