/**
 * The one way in which chokers rank: by a score, ties by lot, the first ones get the slots.
 *
 * Invariant: at most `slots` unchokes, each with its place and the caller's word for its score. Filters nobody.
 */
import type { Random, Sink } from '../../core/index.ts';
import type { PeerView, Unchoke } from '../../protocol/index.ts';

/** Interested, and no seed: whoever a slot can be given to. */
export function wanting(peers: readonly PeerView[]): readonly PeerView[] {
  return peers.filter((peer) => peer.peerInterested && !peer.isSeed);
}

/** Pushes those of `peers` with the greatest scores; of equals, who is unchoked stays, then by lot. */
export function unchokeFirst(
  peers: readonly PeerView[],
  slots: number,
  random: Random,
  score: (peer: PeerView) => number,
  word: (peer: PeerView) => string,
  out: Sink<Unchoke>,
): void {
  const ranked = peers
    .map((peer) => ({ peer, score: score(peer), tie: random.below(0x40000000) }))
    .sort(
      (a, b) =>
        compare(b.score, a.score) ||
        Number(a.peer.amChoking) - Number(b.peer.amChoking) ||
        a.tie - b.tie ||
        a.peer.conn - b.peer.conn,
    );
  const taken = Math.min(slots, ranked.length);
  for (let i = 0; i < taken; i++) {
    const { peer } = ranked[i]!;
    const reason = `${word(peer)}: ${i + 1} of ${ranked.length}, slot ${i + 1} of ${slots}`;
    out.push({ conn: peer.conn, reason });
  }
}

/** A difference of infinities is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Payload bytes sent to it, those on their way included. */
export function sentTo(peer: PeerView): number {
  return peer.uploaded + peer.uploading;
}

/** The index of the peer with the least score; of equals the first. */
export function leastOf(peers: readonly PeerView[], score: (peer: PeerView) => number): number {
  let best = 0;
  for (let i = 1; i < peers.length; i++) {
    if (score(peers[i]!) < score(peers[best]!)) best = i;
  }
  return best;
}
