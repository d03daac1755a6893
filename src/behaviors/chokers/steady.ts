/**
 * Claim: no peer is choked and unchoked in quick succession (fibrillation), whatever the choker inside prefers.
 * Cohen 2003, section 3.1: TCP needs some seconds to show what an unchoke brings.
 *
 * Law: between a choke and an unchoke of one peer, in either order, at least `holdTime` passes. Excused: the peer lost
 * interest, became a seed, left, or the slots became fewer. So a peer unchoked lately keeps its slot, and one choked
 * lately is not shown to the choker inside. Every choker of this room ends in `steady`; wrapping twice is harmless.
 *
 * Invariant: never more than `slots`, never an uninterested peer that the choker inside did not choose.
 */
import type { Millis } from '../../core/index.ts';
import type { Behavior, Choker, PeerView, Unchoke } from '../../protocol/index.ts';

export interface SteadyOptions {
  /** Least time between two flips of one peer: 0 to 60,000 ms. Default 10,000. */
  readonly holdTime?: Millis;
}

export function steady(inside: Behavior<Choker>, options: SteadyOptions = {}): Behavior<Choker> {
  const { holdTime = 10_000 } = options;
  return (torrent, random) => {
    const choker = inside(torrent, random);
    /** When we took the slot of a peer that wanted it. */
    const chokedAt = new WeakMap<PeerView, Millis>();
    const mayChange = (peer: PeerView, now: Millis): boolean =>
      !peer.amChoking || now - (chokedAt.get(peer) ?? -Infinity) >= holdTime;
    return {
      ...servedLike(() => choker, choker),
      get interval() {
        return choker.interval;
      },
      rechoke(peers, slots, now, out) {
        const chosen: Unchoke[] = [];
        choker.rechoke(
          peers.filter((peer) => mayChange(peer, now)),
          slots,
          now,
          chosen,
        );
        const unchokes = withHeld(peers, chosen, slots, now, holdTime);
        const conns = new Set<number>();
        for (const unchoke of unchokes) {
          conns.add(unchoke.conn);
          out.push(unchoke);
        }
        for (const peer of peers) {
          if (!peer.amChoking && peer.peerInterested && !conns.has(peer.conn)) {
            chokedAt.set(peer, now);
          }
        }
      },
    };
  };
}

/** The choice of who is served next, passed on to the active one, where one of `chokers` has a say in it. */
export function servedLike(
  active: () => Choker,
  ...chokers: readonly Choker[]
): Pick<Choker, 'nextServed'> {
  if (chokers.every((choker) => choker.nextServed === undefined)) return {};
  return { nextServed: (waiting, now) => active().nextServed?.(waiting, now) ?? 0 };
}

/** `chosen`, plus those that were unchoked lately: they take the place of newcomers, the least preferred first. */
function withHeld(
  peers: readonly PeerView[],
  chosen: readonly Unchoke[],
  slots: number,
  now: Millis,
  holdTime: Millis,
): readonly Unchoke[] {
  const conns = new Set(chosen.map((unchoke) => unchoke.conn));
  const choked = new Set<number>();
  const held: Unchoke[] = [];
  for (const peer of peers) {
    if (peer.amChoking) choked.add(peer.conn);
    if (peer.amChoking || conns.has(peer.conn) || !peer.peerInterested || peer.isSeed) continue;
    if (now - peer.unchokedAt < holdTime) {
      held.push({
        conn: peer.conn,
        reason: `kept: unchoked ${seconds(now - peer.unchokedAt)} ago`,
      });
    }
  }
  if (held.length === 0) return chosen;
  let surplus = chosen.length + held.length - slots;
  const kept: Unchoke[] = [];
  for (let i = chosen.length - 1; i >= 0; i--) {
    const unchoke = chosen[i]!;
    if (surplus > 0 && choked.has(unchoke.conn)) surplus--;
    else kept.push(unchoke);
  }
  return [...kept.reverse(), ...held].slice(0, Math.max(0, slots));
}

/** `12 s`, for reasons. */
export function seconds(time: Millis): string {
  return `${Math.floor(time / 1000)} s`;
}
