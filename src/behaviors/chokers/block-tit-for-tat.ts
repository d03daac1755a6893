/**
 * Claim: whoever owes a little gets no more until it has paid, so nobody uploads many times what it gets; some capacity
 * lies idle for it. Bharambe, Herley, Padmanabhan, INFOCOM 2006 (pairwise block-level tit-for-tat).
 *
 * A peer is sent a block only while what it was sent is at most `delta` pieces above what came from it. Among those,
 * turns as in round robin. While seeding nobody owes anything. One block may pass the bound: it is asked before each.
 */
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { roundRobin } from './round-robin.ts';
import { steady } from './steady.ts';
import { sentTo } from './unchoke-first.ts';

/** BEP 3: what a request asks for. */
const BLOCK_BYTES = 16_384;

export interface BlockTitForTatOptions {
  /** Pieces that a peer may owe: 0.25 to 100. Default 2. */
  readonly delta?: number;
}

export function blockTitForTat({ delta = 2 }: BlockTitForTatOptions = {}): Behavior<Choker> {
  return steady((torrent, random) => {
    const turns = roundRobin()(torrent, random);
    const credit = delta * torrent.blocksPerPiece * BLOCK_BYTES;
    const mayHave = (peer: PeerView): boolean =>
      torrent.complete || sentTo(peer) - peer.downloaded <= credit;
    return {
      interval: turns.interval,
      rechoke(peers, slots, now, out) {
        turns.rechoke(peers.filter(mayHave), slots, now, out);
      },
      nextServed: (waiting) => waiting.findIndex(mayHave),
    };
  });
}
