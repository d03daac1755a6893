/**
 * The walk over buckets for one peer: in their order, and without passing over all pieces where the peer may be asked
 * for a few of them only, as one that chokes us and allows some fast (BEP 6).
 *
 * Invariant: what is visited and may be requested is the same as in a plain walk, in the same order.
 */
import type { PeerView } from '../../protocol/index.ts';
import type { PieceBuckets } from './piece-buckets.ts';

/** Calls `visit` until it returns false. */
export function walkBuckets(
  buckets: PieceBuckets,
  peer: PeerView,
  visit: (piece: number) => boolean,
): void {
  if (!peer.peerChoking) {
    buckets.walk(visit);
    return;
  }
  const few: number[] = [];
  for (let piece = peer.nextWanted(0); piece >= 0; piece = peer.nextWanted(piece + 1)) {
    if (buckets.holds(piece)) few.push(piece);
  }
  for (const piece of buckets.arrange(few)) if (!visit(piece)) return;
}
