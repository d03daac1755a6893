/**
 * Claim: better partners are found, and newcomers get their first piece, at the cost of one slot.
 * Cohen 2003, section 3.2 (optimistic unchoking) and 3.3 (more of them while peers snub us).
 *
 * The last slot goes to a peer chosen by lot among the interested ones that the choker inside left out. A turn lasts
 * `turnTime`; meanwhile the choker inside does not see that peer. A peer that never had a slot has `newcomerWeight`
 * lots instead of one. Slots that the choker inside leaves empty are given out in the same way.
 *
 * Invariant: never a seed, never an uninterested peer. Flips are bounded by `steady`.
 */
import type { Millis, Random } from '../../core/index.ts';
import type { Behavior, Choker, PeerView, Unchoke } from '../../protocol/index.ts';
import { seconds, servedLike, steady } from './steady.ts';

export interface OptimisticOptions {
  /** How long a turn lasts: 10,000 to 600,000 ms. Default 30,000. */
  readonly turnTime?: Millis;
  /** Lots of a peer that was never unchoked, against one of every other: 1 to 100. Default 3. */
  readonly newcomerWeight?: number;
}

export function withOptimistic(
  inside: Behavior<Choker>,
  options: OptimisticOptions = {},
): Behavior<Choker> {
  const { turnTime = 30_000, newcomerWeight = 3 } = options;
  return steady((torrent, random) => {
    const choker = inside(torrent, random.fork('inside'));
    const lots = random.fork('lots');
    /** When the turns that go on began. */
    const turns = new Map<PeerView, Millis>();
    return {
      ...servedLike(() => choker, choker),
      get interval() {
        return choker.interval;
      },
      rechoke(peers, slots, now, out) {
        if (slots <= 0) return;
        const eligible = peers.filter((peer) => peer.peerInterested && !peer.isSeed);
        const present = new Set(eligible);
        const ended = new Set<PeerView>();
        for (const [peer, since] of turns) {
          if (present.has(peer) && now - since < turnTime) continue;
          turns.delete(peer);
          ended.add(peer);
        }
        while (turns.size > slots) turns.delete([...turns.keys()].pop()!);
        const chosen: Unchoke[] = [];
        const visible = peers.filter((peer) => !turns.has(peer));
        choker.rechoke(visible, slots - Math.max(1, turns.size), now, chosen);
        const conns = new Set(chosen.map((unchoke) => unchoke.conn));
        let waiting = eligible.filter((peer) => !conns.has(peer.conn) && !turns.has(peer));
        while (chosen.length + turns.size < slots && waiting.length > 0) {
          const fresh = waiting.filter((peer) => !ended.has(peer));
          const peer = draw(fresh.length > 0 ? fresh : waiting, newcomerWeight, lots);
          turns.set(peer, now);
          waiting = waiting.filter((other) => other !== peer);
        }
        for (const unchoke of chosen) out.push(unchoke);
        for (const [peer, since] of turns) {
          const reason = `optimistic, ${seconds(now - since)} of ${seconds(turnTime)}`;
          out.push({ conn: peer.conn, reason });
        }
      },
    };
  });
}

/** One of `peers` (1 or more) by lot. */
function draw(peers: readonly PeerView[], newcomerWeight: number, lots: Random): PeerView {
  const weights = peers.map((peer) => (peer.unchokedAt === -Infinity ? newcomerWeight : 1));
  let left = lots.below(weights.reduce((sum, weight) => sum + weight, 0));
  for (let i = 0; i < peers.length; i++) {
    left -= weights[i]!;
    if (left < 0) return peers[i]!;
  }
  return peers[peers.length - 1]!;
}
