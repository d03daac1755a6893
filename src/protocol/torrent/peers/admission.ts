/**
 * Who may be a peer of one torrent: bans, the IP filter, the host's share, and room.
 *
 * Each question has an owner of its own (`bans.ts`, `turnover.ts`, the `Dialing` behavior, `Links`); here they are put in
 * order, and what follows from an answer (connections closed, addresses dialled again) is done.
 */
import type { Address, ConnectionId, Millis } from '../../../core/index.ts';
import { Bans } from './bans.ts';
import type { SwarmContext } from '../context.ts';
import type { Dialer } from '../dialing/dialer.ts';
import type { Links, LinkTorrent } from '../../session/links.ts';
import type { Peer } from './peer.ts';
import type { CloseReason } from '../../session/reason.ts';
import { Turnover } from './turnover.ts';

export class Admission {
  readonly #torrent: SwarmContext & LinkTorrent;
  readonly #links: Links;
  readonly #dialer: Dialer;
  readonly #bans: Bans;
  readonly #turnover: Turnover;
  #stopped = false;

  constructor(torrent: SwarmContext & LinkTorrent, links: Links, dialer: Dialer) {
    this.#torrent = torrent;
    this.#links = links;
    this.#dialer = dialer;
    this.#bans = new Bans(torrent);
    this.#turnover = new Turnover(torrent, () => this.#isFull());
  }

  stop(): void {
    this.#stopped = true;
    this.#bans.stop();
    this.#turnover.stop();
  }

  /** Hosts that are banned, and until when. */
  get bannedHosts(): ReadonlyMap<string, Millis> {
    return this.#bans.hosts;
  }

  /** See `LinkTorrent.refuses`. May send a useless peer away to make room. */
  refuses(host: string, dialled: boolean): CloseReason | null {
    if (this.#stopped || this.#torrent.draining) return 'torrent-stopped';
    if (this.#bans.has(host)) return 'banned';
    if (this.#denies(host)) return 'filtered';
    if (dialled) return null;
    if (this.#links.isFull(host, this.#torrent)) return 'too-many-connections';
    const admits = this.#torrent.behaviors.dialing.admits(this.#dialer.counts);
    return admits || this.#turnover.makeRoom() ? null : 'too-many-connections';
  }

  joined(): void {
    this.#turnover.changed();
  }

  left(peer: Peer): void {
    this.#bans.left(peer);
    this.#turnover.changed();
  }

  // --- bans and the filter

  /** Bans the host of a connection, which may be over. */
  ban(conn: ConnectionId, reason: string): void {
    const address = this.#torrent.peers.get(conn)?.address ?? this.#bans.whereWas(conn);
    if (address === null || this.#bans.has(address.host)) return;
    this.#ban(conn, address, reason, null);
  }

  /** `time`: milliseconds, or null for the session's own. A host that is banned already gets the new time. */
  banHost(host: string, reason: string, time: Millis | null): void {
    if (!this.#stopped) this.#ban(null, { host, port: 0 }, reason, time);
  }

  unbanHost(host: string): void {
    if (!this.#stopped && this.#bans.lift(host)) this.#pardon([host]);
  }

  bansDue(): void {
    this.#pardon(this.#bans.due());
  }

  /** The session has another IP filter, or the torrent is exempt from it, or no longer. */
  filterChanged(): void {
    if (this.#stopped) return;
    for (const peer of [...this.#torrent.peers.values()]) {
      if (this.#denies(peer.address.host)) this.#torrent.disconnect(peer, 'filtered');
    }
    this.#pardon([null]);
  }

  // --- turnover

  turnoverDue(): void {
    this.#turnover.due();
  }

  #denies(host: string): boolean {
    return this.#torrent.session.discretion.denies(host, this.#torrent.id);
  }

  /** Nobody else can become a peer: the torrent has all it wants, or the session all it may. */
  #isFull(): boolean {
    const { connectionCount, config } = this.#torrent.session;
    if (connectionCount >= config.connectionsMax) return true;
    return !this.#torrent.behaviors.dialing.admits(this.#dialer.counts);
  }

  #ban(conn: ConnectionId | null, address: Address, reason: string, time: Millis | null): void {
    const freed = this.#bans.add(conn, address, reason, time);
    for (const peer of [...this.#torrent.peers.values()]) {
      if (peer.address.host === address.host) this.#torrent.disconnect(peer, 'banned');
    }
    if (freed.length > 0) this.#pardon(freed);
  }

  /** Addresses of these hosts (null: of all) may be dialled again. */
  #pardon(hosts: readonly (string | null)[]): void {
    for (const host of hosts) this.#dialer.pardon(host);
    this.#dialer.dial();
  }
}
