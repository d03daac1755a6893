/**
 * Claim: a seed that keeps whom it unchoked last, and takes in a newcomer in two rounds of three, gives everybody the
 * same time, however fast. Legout et al., IMC 2006 (mainline 4.x in seed state), from memory.
 *
 * A round lasts `interval`. In the first two of three all slots but one go to the peers unchoked most recently, the last
 * one to a choked peer by lot; in the third all go to the most recent. Flips are bounded by `steady`.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { steady } from './steady.ts';
import { wanting } from './unchoke-first.ts';

/** `interval`: 1000 to 60,000 ms. Default 10,000. */
export function mainlineFour({ interval = 10_000 }: { interval?: Millis } = {}): Behavior<Choker> {
  return steady((_torrent, random) => {
    let round = 0;
    let roundAt = -Infinity;
    return {
      interval,
      rechoke(peers, slots, now, out) {
        const isNew = now - roundAt >= interval;
        if (isNew) {
          round = (round + 1) % 3;
          roundAt = now;
        }
        const open = wanting(peers);
        const kept = open.filter((peer) => !peer.amChoking);
        kept.sort((a, b) => b.unchokedAt - a.unchokedAt || a.conn - b.conn);
        const choked = open.filter((peer) => peer.amChoking);
        const newcomers = isNew && round !== 0 && choked.length > 0 ? 1 : 0;
        kept.length = Math.min(kept.length, Math.max(0, slots - newcomers));
        for (const { conn } of kept) out.push({ conn, reason: 'among the latest unchoked' });
        for (let free = slots - kept.length; free > 0 && choked.length > 0; free--) {
          const [peer] = choked.splice(random.below(choked.length), 1) as [PeerView];
          out.push({ conn: peer.conn, reason: 'a newcomer, by lot' });
        }
      },
    };
  });
}
