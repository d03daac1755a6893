/**
 * When all places are taken, the least useful peer makes room now and then (the ancestors' swarm circulation).
 *
 * While a torrent or the session is full: a peer with whom neither side has been interested for `uninterestedTimeMax`
 * goes, at once where somebody else knocks; and when nobody has come or gone for `turnoverTime`, one goes whom the
 * `Dialing` behavior picks. While there is room nobody goes. Invariant: a timer is set exactly while it is full.
 */
import type { Millis } from '../../core/index.ts';
import type { TorrentContext } from './context.ts';
import type { Peer } from './peer.ts';

/** Milliseconds between two looks while full: interest changes without telling. */
const LOOK_EVERY = 10_000;

export class Turnover {
  readonly #torrent: TorrentContext;
  readonly #isFull: () => boolean;
  #changedAt: Millis;
  #timer = 0;
  #stopped = false;

  constructor(torrent: TorrentContext, isFull: () => boolean) {
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
    if (useless !== null) this.#torrent.disconnect(useless, 'uninterested');
    return useless !== null;
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
    const latest = session.turn.now - session.config.uninterestedTimeMax;
    let found: Peer | null = null;
    for (const peer of peers.values()) {
      if (peer.amInterested || peer.peerInterested || peer.uninterestedSince > latest) continue;
      if (found === null || peer.uninterestedSince < found.uninterestedSince) found = peer;
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
