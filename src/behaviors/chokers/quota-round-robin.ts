/**
 * Claim: a seed that stays with a peer until it has had some pieces in a row makes sources of them soonest, and comes to
 * everybody. libtorrent, `round_robin`.
 *
 * A turn is over when the peer was sent `quota` pieces and `turnTime` has passed, or after `turnTimeMax` whatever was
 * sent: a peer that takes nothing holds no slot for ever. Then it is the turn of who has waited longest. Flips are
 * bounded by `steady`.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { steady } from './steady.ts';
import { sentTo, unchokeFirst, wanting } from './unchoke-first.ts';

/** BEP 3: what a request asks for. */
const BLOCK_BYTES = 16_384;

export interface QuotaRoundRobinOptions {
  /** Pieces of one turn: 1 to 1000. Default 20. */
  readonly quota?: number;
  /** Least length of a turn: 10,000 to 600,000 ms. Default 60,000. */
  readonly turnTime?: Millis;
  /** Longest: `turnTime` to an hour. Default 300,000. */
  readonly turnTimeMax?: Millis;
}

export function quotaRoundRobin(options: QuotaRoundRobinOptions = {}): Behavior<Choker> {
  const { quota = 20, turnTime = 60_000, turnTimeMax = 300_000 } = options;
  return steady((torrent, random) => {
    const bytes = quota * torrent.blocksPerPiece * BLOCK_BYTES;
    /** What was sent before the turn that goes on. */
    const turns = new WeakMap<PeerView, { readonly at: Millis; readonly sent: number }>();
    const inTurn = (peer: PeerView, now: Millis): boolean => {
      if (peer.amChoking) return false;
      let turn = turns.get(peer);
      if (turn?.at !== peer.unchokedAt) {
        turn = { at: peer.unchokedAt, sent: sentTo(peer) };
        turns.set(peer, turn);
      }
      const time = now - turn.at;
      return time < turnTime || (time < turnTimeMax && sentTo(peer) - turn.sent < bytes);
    };
    return {
      interval: 10_000,
      rechoke(peers, slots, now, out) {
        unchokeFirst(
          wanting(peers),
          slots,
          random,
          (peer) => (inTurn(peer, now) ? Infinity : -peer.unchokedAt),
          (peer) => (inTurn(peer, now) ? 'its turn' : 'waited longest'),
          out,
        );
      },
    };
  });
}
