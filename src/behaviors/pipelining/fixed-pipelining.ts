/**
 * Claim: the reference for every other pipelining: always the same depth.
 *
 * BEP 3 says that at least several requests must be out at once, or TCP starves; how many is what others work out.
 * Invariant: between 1 and what the peer accepts. A snubbed peer is asked for one block at a time.
 */
import type { Behavior, Pipelining } from '../../protocol/index.ts';

/** Keeps `depth` requests out: 1 to 500. */
export function fixedPipelining(depth: number): Behavior<Pipelining> {
  return () => ({
    depth(peer) {
      return peer.snubbed ? 1 : Math.max(1, Math.min(depth, peer.requestsMax));
    },
  });
}
