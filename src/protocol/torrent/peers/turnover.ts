/**
 * When all places are taken, the least useful peer makes room now and then (the ancestors' swarm circulation).
 *
 * While a torrent or the session is full: a peer with whom neither side has been interested for `uninterestedTimeMax`,
 * or that has held an upload slot for `slotIdleTimeMax` and asked for nothing while we want nothing of it (S-28), goes, at
 * once where somebody else knocks; and when nobody has come or gone for `turnoverTime`, one goes whom the
 * `Dialing` behavior picks. While there is room nobody goes. Invariant: a timer is set exactly while it is full.
 */
import type { Millis } from '../../../core/index.ts';
import type { SwarmContext } from '../context.ts';
import type { Peer } from './peer.ts';

/** Milliseconds between two looks while full: interest changes without telling. */
const LOOK_EVERY = 10_000;

export class Turnover {
  readonly #torrent: SwarmContext;
  readonly #isFull: () => boolean;
  #changedAt: Millis;
  #timer = 0;
  #stopped = false;

  constructor(torrent: SwarmContext, isFull: () => boolean) {
    this.#torrent = torrent;
    this.#isFull = isFull;
    this.#changedAt = torrent.session.turn.now;
  }

  /** Somebody came or went. */
  changed(): void {
    this.#changedAt = this.#torrent.session.turn.now;
    this.#arm();
  }

  /** Somebody knocks and there is no room: sends a useless peer away. Returns whether there was one. */
  makeRoom(): boolean {
    const useless = this.#useless();
    if (useless === null) return false;
    this.#torrent.disconnect(useless, useless.peerInterested ? 'idle-slot' : 'uninterested');
    return true;
  }

  due(): void {
    const { session, peers, behaviors } = this.#torrent;
    const { now } = session.turn;
    this.#timer = 0;
    if (!this.#isFull()) return;
    if (!this.makeRoom() && now >= this.#changedAt + session.config.turnoverTime) {
      const conn = behaviors.dialing.toEvict?.([...peers.values()], now) ?? -1;
      const peer = peers.get(conn);
      this.#changedAt = now;
      if (peer !== undefined) this.#torrent.disconnect(peer, 'turnover');
    }
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#torrent.session.turn.timers.cancel(this.#timer);
  }

  /** Who has been of no use for longest, and for too long; null: nobody. */
  #useless(): Peer | null {
    const { session, peers } = this.#torrent;
    const { now } = session.turn;
    const { uninterestedTimeMax, slotIdleTimeMax } = session.config;
    let found: Peer | null = null;
    let foundSince = Infinity;
    for (const peer of peers.values()) {
      const since = uselessSince(peer);
      const patience = peer.peerInterested ? slotIdleTimeMax : uninterestedTimeMax;
      if (now < since + patience || since >= foundSince) continue;
      found = peer;
      foundSince = since;
    }
    return found;
  }

  #arm(): void {
    const { turn, config } = this.#torrent.session;
    turn.timers.cancel(this.#timer);
    this.#timer = 0;
    if (this.#stopped || !this.#isFull()) return;
    const at = Math.min(turn.now + LOOK_EVERY, this.#changedAt + config.turnoverTime);
    this.#timer = turn.timers.set('turnover', this.#torrent.id, Math.max(at, turn.now));
  }
}

/** Since when it neither gives us anything, nor takes anything; Infinity: it does, or waits for its turn. */
function uselessSince(peer: Peer): Millis {
  if (peer.amInterested) return Infinity;
  if (!peer.peerInterested) return peer.uninterestedSince;
  const asks = peer.uploads.length + peer.reading.length > 0 || peer.writePaused;
  return peer.amChoking || asks ? Infinity : Math.max(peer.unchokedAt, peer.servedAt);
}
