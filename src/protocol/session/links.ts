/**
 * All connections of a session, from the dial to the end: who is still shaking hands, and whose peer each one is.
 *
 * A link is dialled for a torrent or accepted for none; the handshake (BEP 3) binds it to a torrent and makes a
 * `Peer`. Here it is settled that the other end is not ourselves, and that two peers have one connection between them
 * (S-31). Invariant: a link exists exactly from `connect` or `connected` until it is closed by either side.
 */
import { copyOf } from '../../core/index.ts';
import type { Address, ConnectionId, LostReason, Millis } from '../../core/index.ts';
import { reservedBits, supportsExtended, supportsFast } from '../wire/handshake.ts';
import type { HandshakeMessage, PeerMessage } from '../wire/messages.ts';
import type { Candidate } from '../torrent/dialing/candidates.ts';
import type { SessionFacts } from '../torrent/context.ts';
import type { Overhead } from '../torrent/peers/overhead.ts';
import { DialBudget } from './dial-budget.ts';
import { isLoopbackHost } from '../torrent/dialing/dialable.ts';
import { HostRests } from '../torrent/dialing/host-rests.ts';
import { Peer } from '../torrent/peers/peer.ts';
import type { CloseReason } from './reason.ts';
import type { TorrentId } from './command.ts';

/** A torrent, as the links see it. */
export interface LinkTorrent {
  readonly id: TorrentId;
  readonly infoHash: Uint8Array;
  /** What we are called in its swarm. */
  readonly peerId: Uint8Array;
  readonly pieceCount: number;
  readonly peers: ReadonlyMap<ConnectionId, Peer>;
  readonly overhead: Overhead;
  /** Whether a peer at this host is welcome now, dialled by us or not; null, or why not. */
  refuses(host: string, dialled: boolean): CloseReason | null;
  joined(peer: Peer): void;
  received(peer: Peer, message: PeerMessage): void;
  /** The peer's connection has ended, by the remote or by the network. */
  lost(peer: Peer, reason: CloseReason): void;
  /** A dial did not become a peer. */
  dialFailed(candidate: Candidate, reason: CloseReason): void;
  /** This connection gives way to, or has shown itself to be, the same peer as `peer`. */
  sameAs(peer: Peer, candidate: Candidate | null): void;
  disconnect(peer: Peer, reason: CloseReason): void;
  /** Its `peer` timer fired. */
  peerDue(peer: Peer): void;
  /** Its socket has no room any more, or has room again. */
  writePaused(peer: Peer, paused: boolean): void;
}

interface Link {
  readonly conn: ConnectionId;
  readonly address: Address;
  readonly dialled: boolean;
  /** Null until an incoming handshake names it. */
  torrent: LinkTorrent | null;
  readonly candidate: Candidate | null;
  peer: Peer | null;
  timer: number;
}

export class Links {
  readonly #session: SessionFacts;
  readonly #find: (infoHash: Uint8Array) => LinkTorrent | undefined;
  readonly #links = new Map<ConnectionId, Link>();
  readonly #budget: DialBudget;
  readonly rests: HostRests;
  /** The session is paused or shutting down: nobody is let in. */
  #closed = false;
  /** Our reserved bits: shared by every handshake. */
  readonly #reserved = reservedBits({ fast: true, extended: true });

  constructor(session: SessionFacts, find: (infoHash: Uint8Array) => LinkTorrent | undefined) {
    this.#session = session;
    this.#budget = new DialBudget(session.config);
    this.rests = new HostRests(session.config.hostDialEvery);
    this.#find = find;
  }

  /** When the next dial may be made: at once, or later. */
  get readyToDialAt(): Millis {
    return this.#budget.readyAt(this.#session.turn.now);
  }

  /** Whether there are as many connections with this host, dials included, as one torrent (null: none yet) may have. */
  isFull(host: string, torrent: LinkTorrent | null): boolean {
    if (isLoopbackHost(host)) return false;
    let count = 0;
    for (const link of this.#links.values()) {
      if (link.torrent === torrent && link.address.host === host) count++;
    }
    return count >= this.#session.config.connectionsPerHostMax;
  }

  get size(): number {
    return this.#links.size;
  }

  peer(conn: ConnectionId): Peer | null {
    return this.#links.get(conn)?.peer ?? null;
  }

  torrentOf(conn: ConnectionId): LinkTorrent | null {
    return this.#links.get(conn)?.torrent ?? null;
  }

  /** Dials made for this torrent that are not peers yet. */
  dialling(torrent: LinkTorrent): number {
    let count = 0;
    for (const link of this.#links.values()) {
      if (link.torrent === torrent && link.peer === null && link.dialled) count++;
    }
    return count;
  }

  /** Whether a dial to this candidate is under way. */
  isDialling(candidate: Candidate): boolean {
    for (const link of this.#links.values()) {
      if (link.candidate === candidate && link.peer === null) return true;
    }
    return false;
  }

  dial(torrent: LinkTorrent, candidate: Candidate): void {
    const { turn } = this.#session;
    const conn = turn.newConnection();
    const { address } = candidate;
    this.#links.set(conn, {
      conn,
      address,
      dialled: true,
      torrent,
      candidate,
      peer: null,
      timer: 0,
    });
    this.#budget.take(turn.now);
    this.rests.dialled(address.host, turn.now);
    turn.out.push({ type: 'connect', conn, address });
  }

  connected(conn: ConnectionId, address: Address): void {
    const { turn, config } = this.#session;
    const dialled = this.#links.get(conn);
    const deadline = turn.now + config.handshakeTimeMax;
    if (dialled !== undefined) {
      dialled.timer = turn.timers.set('handshake', conn, deadline);
      this.#sendHandshake(dialled);
      return;
    }
    if (conn % 2 === 0) return; // a dial that we have given up
    if (this.#session.discretion.denies(address.host, null)) {
      turn.abort(conn, 'filtered');
      return;
    }
    if (this.#closed || this.#links.size >= config.connectionsMax) {
      turn.abort(conn, this.#closed ? 'torrent-stopped' : 'too-many-connections');
      return;
    }
    if (this.isFull(address.host, null)) {
      turn.abort(conn, 'too-many-connections');
      return;
    }
    this.#makeRoomForStranger();
    const timer = turn.timers.set('handshake', conn, deadline);
    this.#links.set(conn, {
      conn,
      address: { host: address.host, port: address.port },
      dialled: false,
      torrent: null,
      candidate: null,
      peer: null,
      timer,
    });
  }

  message(conn: ConnectionId, message: PeerMessage): void {
    const link = this.#links.get(conn);
    if (link === undefined) return;
    if (link.peer !== null) link.torrent?.received(link.peer, message);
    else if (message.type === 'handshake') this.#shakeHands(link, message);
    else this.#refuse(link, 'message-out-of-order');
  }

  disconnected(conn: ConnectionId, reason: LostReason): void {
    const link = this.#links.get(conn);
    if (link === undefined) return;
    this.#forget(link);
    if (link.peer !== null) link.torrent?.lost(link.peer, reason);
    else this.#failed(link, reason);
  }

  handshakeTimedOut(conn: ConnectionId): void {
    const link = this.#links.get(conn);
    if (link?.peer === null) this.#refuse(link, 'handshake-timed-out');
  }

  /** Another torrent has taken over this peer. */
  rebind(peer: Peer, torrent: LinkTorrent): void {
    const link = this.#links.get(peer.conn);
    if (link !== undefined) link.torrent = torrent;
  }

  /** The torrent closes one of its peers. */
  drop(conn: ConnectionId, reason: CloseReason): void {
    const link = this.#links.get(conn);
    if (link === undefined) return;
    this.#forget(link);
    if (isGraceful(reason)) this.#session.turn.close(conn, reason);
    else this.#session.turn.abort(conn, reason);
  }

  /** The torrent stops: its dials and unfinished handshakes end. */
  dropUnfinished(torrent: LinkTorrent): void {
    for (const link of [...this.#links.values()]) {
      if (link.torrent === torrent && link.peer === null) this.drop(link.conn, 'torrent-stopped');
    }
  }

  /** The session pauses or ends: whatever has no torrent goes too, and nobody else comes in. */
  close(): void {
    this.#closed = true;
    for (const link of [...this.#links.values()]) {
      if (link.torrent === null) this.drop(link.conn, 'torrent-stopped');
    }
  }

  /** The session goes on. */
  open(): void {
    this.#closed = false;
  }

  /** The oldest stranger goes: a flood must not keep out who speaks at once. */
  #makeRoomForStranger(): void {
    let strangers = 0;
    let oldest: Link | null = null;
    for (const link of this.#links.values()) {
      if (link.torrent !== null) continue;
      oldest ??= link;
      strangers++;
    }
    const { strangersMax } = this.#session.config;
    if (oldest !== null && strangers >= strangersMax) this.#refuse(oldest, 'too-many-connections');
  }

  #shakeHands(link: Link, handshake: HandshakeMessage): void {
    const torrent = link.torrent ?? this.#find(handshake.infoHash);
    (torrent ?? this.#session).overhead.countReceived(handshake);
    if (torrent === undefined || !same(torrent.infoHash, handshake.infoHash)) {
      this.#refuse(link, 'unknown-torrent');
      return;
    }
    const refusal = torrent.refuses(link.address.host, link.dialled);
    if (refusal !== null) {
      this.#refuse(link, refusal);
      return;
    }
    if (!link.dialled) {
      link.torrent = torrent;
      this.#sendHandshake(link); // before any check of ids: the other end must be able to make the same one
    }
    if (same(handshake.peerId, torrent.peerId)) {
      this.#refuse(link, 'self-connection');
      return;
    }
    const { connectionsPerPeerIdMax } = this.#session.config;
    const twin = findTwin(torrent.peers, handshake.peerId, connectionsPerPeerIdMax);
    if (twin === null) {
      this.#join(link, torrent, handshake);
    } else if (yields(twin, link, torrent.peerId, handshake.peerId)) {
      const { candidate } = twin;
      twin.candidate = null;
      torrent.disconnect(twin, 'duplicate-connection');
      torrent.sameAs(this.#join(link, torrent, handshake), candidate);
    } else {
      torrent.sameAs(twin, link.candidate);
      this.#refuse(link, 'duplicate-connection');
    }
  }

  #join(link: Link, torrent: LinkTorrent, handshake: HandshakeMessage): Peer {
    const { turn, config } = this.#session;
    turn.timers.cancel(link.timer);
    const peer = new Peer(
      {
        conn: link.conn,
        address: link.address,
        dialled: link.dialled,
        peerId: copyOf(handshake.peerId),
        fast: supportsFast(handshake.reserved),
        extended: supportsExtended(handshake.reserved),
      },
      link.candidate,
      torrent.pieceCount,
      config.requestsOutDefault,
      turn.now,
    );
    link.peer = peer;
    if (link.dialled) this.#budget.give();
    this.rests.proven(link.address.host);
    torrent.joined(peer);
    return peer;
  }

  #sendHandshake(link: Link): void {
    if (link.torrent === null) return;
    const handshake: PeerMessage = {
      type: 'handshake',
      reserved: this.#reserved,
      infoHash: link.torrent.infoHash,
      peerId: link.torrent.peerId,
    };
    link.torrent.overhead.countSent(handshake);
    this.#session.turn.send(link.conn, handshake);
  }

  #refuse(link: Link, reason: CloseReason): void {
    this.#forget(link);
    if (isGraceful(reason)) this.#session.turn.close(link.conn, reason);
    else this.#session.turn.abort(link.conn, reason);
    this.#failed(link, reason);
  }

  #failed(link: Link, reason: CloseReason): void {
    this.#session.turn.notify({
      type: 'connection-failed',
      torrent: link.torrent?.id ?? null,
      conn: link.conn,
      address: link.address,
      reason,
    });
    if (link.candidate !== null) link.torrent?.dialFailed(link.candidate, reason);
  }

  #forget(link: Link): void {
    this.#session.turn.timers.cancel(link.timer);
    if (link.dialled && link.peer === null) this.#budget.give();
    this.#links.delete(link.conn);
  }
}

/** Reasons for which what is already queued should still be sent. */
function isGraceful(reason: CloseReason): boolean {
  switch (reason) {
    case 'both-seeds':
    case 'torrent-stopped':
    case 'asked':
    case 'self-connection':
    case 'duplicate-connection':
      return true;
    default:
      return false;
  }
}

/**
 * Both ends may have dialled each other. Both keep the connection that the end with the greater peer id dialled, so that
 * they agree without a word. Two in the same direction: the older one stays.
 */
function yields(older: Peer, newer: Link, ours: Uint8Array, theirs: Uint8Array): boolean {
  if (older.dialled === newer.dialled) return false;
  const weDial = isGreater(ours, theirs);
  return newer.dialled === weDial;
}

/** The oldest peer with this id, where there are as many as may be. */
function findTwin(
  peers: ReadonlyMap<ConnectionId, Peer>,
  peerId: Uint8Array,
  most: number,
): Peer | null {
  let oldest: Peer | null = null;
  let count = 0;
  for (const peer of peers.values()) {
    if (!same(peer.peerId, peerId)) continue;
    oldest ??= peer;
    count++;
  }
  return count >= most ? oldest : null;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Compares ids of equal length byte by byte, as numbers written big-endian. */
function isGreater(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! > b[i]!;
  return false;
}
