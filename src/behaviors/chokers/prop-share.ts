/**
 * Claim: who gives a share of what I get, gets that share of what I give: no bid pays better than an honest one.
 * Levin, LaCurts, Spring, Bhattacharjee, SIGCOMM 2008 (PropShare), read in abstract.
 *
 * Slots as in tit-for-tat with an optimistic one; blocks by weight: of each round a part `explore` of the uplink goes to
 * peers that sent nothing in the round before, in equal shares, the rest to the others in the proportion of what they
 * sent. Weights hold where an upload limit is in force: else the order of blocks is left to the network.
 */
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { RoundLedger } from './round-ledger.ts';
import { titForTat } from './tit-for-tat.ts';
import { leastOf } from './unchoke-first.ts';
import { withOptimistic } from './with-optimistic.ts';

export interface PropShareOptions {
  /** Of 1: the part of the uplink for peers that sent nothing: 0.01 to 0.9. Default 0.15. */
  readonly explore?: number;
}

export function propShareLike({ explore = 0.15 }: PropShareOptions = {}): Behavior<Choker> {
  return (torrent, random) => {
    const slotsOf = withOptimistic(titForTat())(torrent, random);
    const ledger = new RoundLedger(slotsOf.interval);
    /** Bytes of the round before, all peers together. */
    let total = 0;
    let silent = 1;
    const weight = (peer: PeerView): number => {
      const got = ledger.gotBefore(peer);
      if (total === 0) return 1;
      return got > 0 ? ((1 - explore) * got) / total : explore / silent;
    };
    return {
      interval: slotsOf.interval,
      rechoke(peers, slots, now, out) {
        if (ledger.turn(peers, now)) {
          const got = peers.map((peer) => ledger.gotBefore(peer));
          total = got.reduce((sum, bytes) => sum + bytes, 0);
          silent = Math.max(1, got.filter((bytes) => bytes === 0).length);
        }
        slotsOf.rechoke(peers, slots, now, out);
      },
      nextServed: (waiting) => leastOf(waiting, (peer) => ledger.sent(peer) / weight(peer)),
    };
  };
}
