/**
 * Claim: a seed gives every interested peer the same time, so nobody gains by being fast, by lying about its rates or
 * by connecting again (Adamsky et al. 2014: bandwidth theft from seeds that favour the fastest).
 *
 * One queue. A peer joins at its end when it is first seen interested, leaves it for one turn of `turnTime`, and goes
 * back to the end. A turn over while nobody waits simply goes on. Each waits at most peers / slots turns.
 *
 * Invariant: a peer in its turn keeps its slot while it is interested. Rates are never looked at. Flips are bounded by
 * `steady`.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker, PeerView } from '../../protocol/index.ts';
import { seconds, steady } from './steady.ts';

export interface RoundRobinOptions {
  /** How long a turn lasts while others wait: 10,000 to 600,000 ms. Default 30,000. */
  readonly turnTime?: Millis;
  /** Time between regular calls: 1000 to 60,000 ms. Default 10,000. */
  readonly interval?: Millis;
}

interface Place {
  readonly peer: PeerView;
  readonly inTurn: boolean;
  /** Since when it has been in the queue. */
  readonly since: Millis;
  readonly tie: number;
}

export function roundRobin(options: RoundRobinOptions = {}): Behavior<Choker> {
  const { turnTime = 30_000, interval = 10_000 } = options;
  return steady((_torrent, random) => {
    const queuedAt = new WeakMap<PeerView, Millis>();
    return {
      interval,
      rechoke(peers, slots, now, out) {
        const places: Place[] = [];
        for (const peer of peers) {
          if (!peer.peerInterested || peer.isSeed) continue;
          const inTurn = !peer.amChoking && now - peer.unchokedAt < turnTime;
          const since = peer.amChoking ? (queuedAt.get(peer) ?? now) : now;
          queuedAt.set(peer, since);
          places.push({ peer, inTurn, since, tie: random.below(0x40000000) });
        }
        places.sort(byTurn);
        const taken = Math.min(slots, places.length);
        for (let i = 0; i < taken; i++) {
          const { peer, inTurn, since } = places[i]!;
          const why = inTurn
            ? `turn began ${seconds(now - peer.unchokedAt)} ago`
            : peer.amChoking
              ? `waited longest: ${seconds(now - since)}`
              : 'turn over, nobody waits';
          out.push({ conn: peer.conn, reason: `${why}, slot ${i + 1} of ${slots}` });
        }
      },
    };
  });
}

/** Those in their turn, then by place in the queue; at its very end, those whose turn is over, the latest begun first. */
function byTurn(a: Place, b: Place): number {
  return (
    Number(b.inTurn) - Number(a.inTurn) ||
    a.since - b.since ||
    Number(b.peer.amChoking) - Number(a.peer.amChoking) ||
    (a.peer.amChoking ? 0 : b.peer.unchokedAt - a.peer.unchokedAt) ||
    a.tie - b.tie ||
    a.peer.conn - b.peer.conn
  );
}
