/**
 * What went to and came from each peer in the round that goes on and in the one before.
 *
 * Invariant: a round lasts at least `interval`; a peer first seen in a round began it with what it had then. Peers are
 * forgotten with their views.
 */
import type { Millis } from '../../core/index.ts';
import type { PeerView } from '../../protocol/index.ts';
import { sentTo } from './unchoke-first.ts';

interface Count {
  sentFrom: number;
  gotFrom: number;
  gotBefore: number;
}

export class RoundLedger {
  readonly #interval: Millis;
  readonly #counts = new WeakMap<PeerView, Count>();
  #roundAt: Millis = -Infinity;

  constructor(interval: Millis) {
    this.#interval = interval;
  }

  /** Begins a new round where it is time. Returns whether it did. */
  turn(peers: readonly PeerView[], now: Millis): boolean {
    if (now - this.#roundAt < this.#interval) return false;
    this.#roundAt = now;
    for (const peer of peers) {
      const { downloaded } = peer;
      const before = this.#counts.get(peer)?.gotFrom ?? downloaded;
      const count = { sentFrom: sentTo(peer), gotFrom: downloaded, gotBefore: downloaded - before };
      this.#counts.set(peer, count);
    }
    return true;
  }

  /** Bytes sent to it in this round. */
  sent(peer: PeerView): number {
    return sentTo(peer) - (this.#counts.get(peer)?.sentFrom ?? 0);
  }

  /** Bytes that came from it in the round before. */
  gotBefore(peer: PeerView): number {
    return this.#counts.get(peer)?.gotBefore ?? 0;
  }
}
