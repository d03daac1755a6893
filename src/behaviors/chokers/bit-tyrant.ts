/**
 * Claim: a selfish peer gets most by giving each partner just enough to be kept, and the rest to more partners.
 * Piatek et al., NSDI 2007 (BitTyrant), read in abstract and notes.
 *
 * Of each peer: what it costs (u, bytes per second) and what it yields (d). By d / u, as long as all u together are
 * below `uplink`. After each round: one that was unchoked and gave nothing costs a fifth more, one that gave in three
 * rounds running a tenth less. A stranger is taken for an equal. Blocks go in the proportion of u, where an upload limit
 * is in force. Whoever yields nothing while others do gets nothing: nobody is unchoked out of kindness.
 */
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { RoundLedger } from './round-ledger.ts';
import { steady } from './steady.ts';
import { leastOf, unchokeFirst, wanting } from './unchoke-first.ts';

export interface BitTyrantOptions {
  /** Bytes per second to be given in all: 1000 to 1,000,000,000. Default 50,000. */
  readonly uplink?: number;
  /** Partners that a stranger's cost is an equal split for: 1 to 100. Default 4. */
  readonly split?: number;
  /** Nobody with d / u below this gets anything: 0 (off) to 10. Default 0. */
  readonly leastYield?: number;
}

interface Partner {
  /** Bytes per second. */
  cost: number;
  yields: number;
  /** Rounds running in which it gave. */
  gave: number;
}

export function bitTyrantLike(options: BitTyrantOptions = {}): Behavior<Choker> {
  const { uplink = 50_000, split = 4, leastYield = 0 } = options;
  const interval = 10_000;
  return steady((_torrent, random) => {
    const partners = new WeakMap<PeerView, Partner>();
    const ledger = new RoundLedger(interval);
    const partner = (peer: PeerView): Partner => {
      let found = partners.get(peer);
      if (found === undefined) {
        found = { cost: uplink / split, yields: uplink / split, gave: 0 };
        partners.set(peer, found);
      }
      return found;
    };
    const ratio = (peer: PeerView): number => partner(peer).yields / partner(peer).cost;
    const learn = (peer: PeerView): void => {
      if (peer.amChoking) return;
      const known = partner(peer);
      const got = ledger.gotBefore(peer);
      known.gave = got > 0 ? known.gave + 1 : 0;
      if (got > 0) known.yields = (got * 1000) / interval;
      if (got === 0) known.cost *= 1.2;
      else if (known.gave >= 3) known.cost *= 0.9;
    };
    return {
      interval,
      rechoke(peers, slots, now, out) {
        if (ledger.turn(peers, now)) peers.forEach(learn);
        const ranked = wanting(peers).filter((peer) => ratio(peer) >= leastYield);
        const best = [...ranked].sort((a, b) => ratio(b) - ratio(a) || a.conn - b.conn);
        let left = uplink;
        const paid = best.filter((peer, i) => (left -= partner(peer).cost) >= 0 || i === 0);
        unchokeFirst(paid, slots, random, ratio, (peer) => `d/u ${ratio(peer).toFixed(2)}`, out);
      },
      nextServed: (waiting) => leastOf(waiting, (peer) => ledger.sent(peer) / partner(peer).cost),
    };
  });
}
