/**
 * The hosts that one torrent does not talk to, and until when.
 *
 * A ban belongs to a host and a torrent, and ends with its time, by command, or when the torrent stops: a start is an
 * amnesty, since a disk of ours that changed bits unseen makes liars of honest peers. Also remembers where those who
 * gave something were, for a while after they left: a liar may be gone before its piece is judged. Invariant: at most
 * `bansMax` hosts, and the timer is set for the earliest end. Decides nothing: `BanPolicy` and commands do.
 */
import type { Address, ConnectionId, Millis } from '../../../core/index.ts';
import type { SwarmContext } from '../context.ts';
import type { Peer } from './peer.ts';

/** Peers that left and are remembered. */
const GONE_MAX = 1024;

export class Bans {
  readonly #torrent: Pick<SwarmContext, 'id' | 'session'>;
  /** Until when, by host, oldest ban first. */
  readonly #hosts = new Map<string, Millis>();
  readonly #gone = new Map<ConnectionId, Address>();
  #timer = 0;

  constructor(torrent: Pick<SwarmContext, 'id' | 'session'>) {
    this.#torrent = torrent;
  }

  has(host: string): boolean {
    return this.#hosts.has(host);
  }

  /** Hosts and when their bans expire, oldest ban first. */
  get hosts(): ReadonlyMap<string, Millis> {
    return this.#hosts;
  }

  /** Where this connection led that is closed by now; null: nobody remembers. */
  whereWas(conn: ConnectionId): Address | null {
    return this.#gone.get(conn) ?? null;
  }

  left(peer: Peer): void {
    if (peer.downloaded === 0) return;
    if (this.#gone.size >= GONE_MAX) this.#gone.delete(this.#gone.keys().next().value!);
    this.#gone.set(peer.conn, peer.address);
  }

  /** `conn`: null where the application asked for it. Returns the hosts whose bans ended to make room. */
  add(
    conn: ConnectionId | null,
    address: Address,
    reason: string,
    time: Millis | null,
  ): readonly string[] {
    const { session, id } = this.#torrent;
    const { turn, config } = session;
    const { host } = address;
    const until = turn.now + (time ?? config.banTime);
    this.#hosts.delete(host);
    this.#hosts.set(host, until);
    turn.notify({ type: 'peer-banned', torrent: id, conn, address, reason, until });
    const freed: string[] = [];
    for (const oldest of this.#hosts.keys()) {
      if (this.#hosts.size <= config.bansMax) break;
      if (this.lift(oldest)) freed.push(oldest);
    }
    this.#arm();
    return freed;
  }

  /** Ends a ban before its time. Returns whether there was one. */
  lift(host: string): boolean {
    if (!this.#hosts.delete(host)) return false;
    this.#torrent.session.turn.notify({ type: 'ban-expired', torrent: this.#torrent.id, host });
    this.#arm();
    return true;
  }

  /** The timer fired: ends what is over, and returns those hosts. */
  due(): readonly string[] {
    const { now } = this.#torrent.session.turn;
    const over: string[] = [];
    for (const [host, until] of this.#hosts) if (until <= now) over.push(host);
    for (const host of over) this.lift(host);
    this.#arm();
    return over;
  }

  stop(): void {
    this.#torrent.session.turn.timers.cancel(this.#timer);
  }

  #arm(): void {
    const { timers } = this.#torrent.session.turn;
    let earliest = Infinity;
    for (const until of this.#hosts.values()) earliest = Math.min(earliest, until);
    timers.cancel(this.#timer);
    this.#timer = earliest === Infinity ? 0 : timers.set('bans', this.#torrent.id, earliest);
  }
}
