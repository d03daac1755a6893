/**
 * The swarm of a torrent of which only the info-hash is known: finds peers, gets the metadata from them, and keeps them
 * until the torrent itself can take them over.
 *
 * Peers are told nothing of pieces, and what they tell is kept (`EarlyWords`). Who is asked for what is decided by
 * `MetadataFetch`; here are the connections. Made at every start, like an `ActiveTorrent`.
 */
import type { Address, ConnectionId, Millis } from '../../../core/index.ts';
import { UT_METADATA } from '../../extensions/extension-ids.ts';
import { encodeMetadataMessage, parseMetadataMessage } from '../../extensions/ut-metadata.ts';
import type { AnnounceFacts } from '../../tracker/announcer.ts';
import { KEEP_ALIVE } from '../../wire/messages.ts';
import type { PeerMessage } from '../../wire/messages.ts';
import { Admission } from '../peers/admission.ts';
import type { ActiveTorrent } from '../active-torrent.ts';
import { Announcing } from '../trackers/announcing.ts';
import type { Behaviors } from '../behavior.ts';
import type { Candidate } from '../dialing/candidates.ts';
import type { TorrentId } from '../../session/command.ts';
import type { SessionFacts, SwarmContext } from '../context.ts';
import { Dialer } from '../dialing/dialer.ts';
import { Introductions } from '../peers/introductions.ts';
import type { Links, LinkTorrent } from '../../session/links.ts';
import { Overhead } from '../peers/overhead.ts';
import type { Peer } from '../peers/peer.ts';
import type { CloseReason } from '../../session/reason.ts';
import type { TorrentTrackers } from '../trackers/torrent-trackers.ts';
import type { TorrentView } from '../views.ts';
import { EarlyWords } from './early-words.ts';
import { MetadataFetch } from './metadata-fetch.ts';
import { unknownTorrent } from './unknown-torrent.ts';

/** Bytes that trackers are told to be missing: anything but 0, which would make a seed of us. */
const LEFT_UNKNOWN = 16_384;

export interface MagnetSwarmParts {
  readonly id: TorrentId;
  readonly infoHash: Uint8Array;
  readonly session: SessionFacts;
  readonly links: Links;
  readonly behaviors: Behaviors;
  readonly trackers: TorrentTrackers;
  readonly fetched: (info: Uint8Array) => void;
  /** `stopped` was announced, or given up. */
  readonly announcedStop: () => void;
}

export class MagnetSwarm implements SwarmContext, LinkTorrent, AnnounceFacts {
  readonly id: TorrentId;
  readonly infoHash: Uint8Array;
  readonly session: SessionFacts;
  /** Nobody knows yet whether the torrent is private: it is as one that is not. */
  readonly anonymous: boolean;
  readonly peerId: Uint8Array;
  readonly overhead: Overhead;
  readonly peers: Map<ConnectionId, Peer> = new Map<ConnectionId, Peer>();
  readonly behaviors: SwarmContext['behaviors'];
  readonly admission: Admission;
  readonly announcing: Announcing;
  readonly pieceCount = 0;
  readonly draining = false;
  readonly downloading = true;
  readonly view: TorrentView = unknownTorrent;
  readonly key: number;
  readonly downloaded = 0;
  readonly uploaded = 0;
  readonly left: number = LEFT_UNKNOWN;
  readonly metadataSize = null;
  readonly #links: Links;
  readonly #dialer: Dialer;
  readonly #introductions: Introductions;
  readonly #fetch: MetadataFetch;
  readonly #early = new Map<ConnectionId, EarlyWords>();
  #timer = 0;
  #stopped = false;

  constructor({ id, infoHash, session, links, behaviors, trackers, ...parts }: MagnetSwarmParts) {
    this.id = id;
    this.infoHash = infoHash;
    this.session = session;
    const { discretion, peerId } = session;
    this.anonymous = discretion.isAnonymous({ private: false });
    this.peerId = this.anonymous ? discretion.anonymousId! : peerId;
    this.overhead = new Overhead(session.overhead);
    this.#links = links;
    const dialing = session.random.fork(`torrent ${id}`).fork('dialing');
    this.behaviors = { dialing: behaviors.dialing(this.view, dialing), disclosure: null };
    this.#dialer = new Dialer(this, links, this);
    this.admission = new Admission(this, links, this.#dialer);
    this.#introductions = new Introductions(this, null);
    const random = session.random.fork(`torrent ${id} announcer`);
    this.key = random.below(0x80000000);
    this.announcing = new Announcing(this, trackers, this, random, {
      found: (addresses) => this.#dialer.learn(addresses, 'tracker'),
      stopped: () => parts.announcedStop(),
    });
    this.#fetch = new MetadataFetch(infoHash, {
      ask: (conn, piece) => this.#say(conn, { type: 'request', piece }),
      blame: (conn, why) => this.#blame(conn, why),
      progressed: (received, size) =>
        session.turn.notify({ type: 'metadata-progress', torrent: id, received, size }),
      fetched: (info) => parts.fetched(info),
    });
  }

  get port(): number {
    return this.session.port;
  }
  get peersWanted(): number {
    if (this.#stopped) return 0;
    return Math.max(0, this.session.config.peersWantedMax - this.peers.size);
  }
  get alone(): boolean {
    return this.peers.size === 0;
  }

  // --- life

  start(): void {
    this.#introductions.start();
    this.announcing.start();
    this.#dialer.dial();
  }

  /** Closes every connection. Whether trackers hear of it is another question (`announcing`). */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.session.turn.timers.cancel(this.#timer);
    this.#dialer.stop();
    this.admission.stop();
    for (const peer of [...this.peers.values()]) this.disconnect(peer, 'torrent-stopped');
    this.#links.dropUnfinished(this);
  }

  /** The torrent has begun: it gets the peers, with what they said, and the addresses of all others. */
  handOver(to: ActiveTorrent): void {
    this.announcing.abandon();
    const { addresses } = this.#dialer;
    for (const peer of [...this.peers.values()]) {
      const early = this.#early.get(peer.conn);
      if (early === undefined || early.overfull || this.#stopped) continue;
      this.peers.delete(peer.conn);
      this.session.turn.timers.cancel(peer.timer);
      this.#links.rebind(peer, to);
      to.adopt(peer, early.words);
    }
    for (const [host, until] of this.admission.bannedHosts) {
      to.admission.banHost(host, 'gave wrong metadata', until - this.session.turn.now);
    }
    this.stop();
    to.inherit(addresses); // last: whoever is a peer already is not dialled
  }

  learn(addresses: readonly Address[]): void {
    this.#dialer.learn(addresses, 'manual');
  }

  // --- time

  dialDue(): void {
    this.#dialer.dial();
  }

  /** The timer of the fetch fired. */
  metadataDue(): void {
    this.#timer = 0;
    this.#fetch.pump(this.session.turn.now);
    this.#arm();
  }

  peerDue(peer: Peer): void {
    const { config, turn } = this.session;
    peer.timer = 0;
    peer.timerAt = Infinity;
    if (turn.now >= peer.lastReceivedAt + config.idleTimeMax) {
      this.disconnect(peer, 'idle');
      return;
    }
    if (peer.writePaused && turn.now >= peer.writePausedAt + config.unsentTimeMax) {
      this.disconnect(peer, 'not-reading');
      return;
    }
    if (turn.now >= peer.lastSentAt + config.keepAliveEvery) this.send(peer, KEEP_ALIVE);
    this.#introductions.update(peer);
    this.#watchAll(peer);
  }

  writePaused(peer: Peer, paused: boolean): void {
    peer.writePaused = paused;
    peer.writePausedAt = this.session.turn.now;
    this.#watchAll(peer);
  }

  watch(peer: Peer, at: Millis): void {
    if (peer.closed || peer.timerAt <= at) return;
    const { timers } = this.session.turn;
    timers.cancel(peer.timer);
    peer.timer = timers.set('peer', peer.conn, at);
    peer.timerAt = at;
  }

  datagram(address: Address, data: Uint8Array): boolean {
    return this.announcing.datagram(address, data);
  }

  // --- SwarmContext

  send(peer: Peer, message: PeerMessage): void {
    const { turn } = this.session;
    peer.lastSentAt = turn.now;
    this.overhead.countSent(message);
    turn.send(peer.conn, message);
  }

  disconnect(peer: Peer, reason: CloseReason): void {
    if (peer.closed) return;
    this.#links.drop(peer.conn, reason);
    this.lost(peer, reason);
  }

  learnListeningPort(peer: Peer, port: number): void {
    if (!peer.dialled) this.#dialer.belongs(peer, { host: peer.address.host, port });
  }

  offense(peer: Peer): void {
    peer.offenses++;
    if (peer.offenses > this.session.config.offensesMax) this.disconnect(peer, 'flooding');
  }

  // --- LinkTorrent

  refuses(host: string, dialled: boolean): CloseReason | null {
    return this.admission.refuses(host, dialled);
  }

  joined(peer: Peer): void {
    const { conn, address, peerId, dialled } = peer;
    const { id: torrent, session } = this;
    session.turn.notify({ type: 'peer-connected', torrent, conn, address, peerId, dialled });
    this.peers.set(conn, peer);
    this.#early.set(conn, new EarlyWords());
    if (peer.extended) this.#introductions.tell(peer);
    this.#watchAll(peer);
    this.admission.joined();
    this.#dialer.dial();
  }

  received(peer: Peer, message: PeerMessage): void {
    peer.lastReceivedAt = this.session.turn.now;
    this.overhead.countReceived(message);
    if (message.type === 'extended') this.#extended(peer, message.id, message.payload);
    else if (message.type === 'handshake') this.disconnect(peer, 'message-out-of-order');
    else if (this.#early.get(peer.conn)?.hear(message) !== true) this.offense(peer);
  }

  lost(peer: Peer, reason: CloseReason): void {
    const { conn, address } = peer;
    const { id: torrent, session } = this;
    session.turn.notify({ type: 'peer-disconnected', torrent, conn, address, reason });
    peer.closed = true;
    session.turn.timers.cancel(peer.timer);
    this.peers.delete(conn);
    this.#early.delete(conn);
    this.#fetch.left(conn, session.turn.now);
    this.admission.left(peer);
    this.#dialer.left(peer, reason);
    if (this.#stopped) return;
    this.#arm();
    if (this.alone && this.#dialer.idle === 0) this.announcing.soon();
  }

  dialFailed(candidate: Candidate, reason: CloseReason): void {
    this.#dialer.failed(candidate, reason);
  }

  sameAs(peer: Peer, candidate: Candidate | null): void {
    if (candidate !== null) this.#dialer.adopt(peer, candidate);
  }

  // --- inside

  #extended(peer: Peer, id: number, payload: Uint8Array): void {
    if (!peer.extended) {
      this.offense(peer);
      return;
    }
    const { now } = this.session.turn;
    if (id === 0) {
      this.#introductions.heard(peer, payload);
      const { metadataId, metadataSize } = peer;
      if (peer.closed || metadataId === 0 || metadataSize === null) return;
      this.#fetch.offered(peer.conn, metadataSize, now);
      this.#arm();
      return;
    }
    if (id !== UT_METADATA) return;
    const message = parseMetadataMessage(payload);
    if (message === 'unknown') return;
    if (message === 'malformed') this.offense(peer);
    else if (message.type === 'request') {
      // Not before it is checked as a whole, and then the torrent will serve it.
      this.offense(peer);
      if (!peer.closed && !peer.writePaused) {
        this.#say(peer.conn, { type: 'reject', piece: message.piece });
      }
    } else {
      const { conn } = peer;
      const asked =
        message.type === 'data'
          ? this.#fetch.received(conn, message, now)
          : this.#fetch.rejected(conn, message.piece, now);
      if (!asked) this.offense(peer);
      this.#arm();
    }
  }

  #say(conn: ConnectionId, message: { type: 'request' | 'reject'; piece: number }): void {
    const peer = this.peers.get(conn);
    if (peer === undefined || peer.metadataId === 0) return;
    const payload = encodeMetadataMessage(message);
    this.send(peer, { type: 'extended', id: peer.metadataId, payload });
  }

  #blame(conn: ConnectionId, why: string): void {
    this.admission.ban(conn, why);
  }

  #watchAll(peer: Peer): void {
    const { idleTimeMax, keepAliveEvery, unsentTimeMax } = this.session.config;
    const at = Math.min(
      peer.lastReceivedAt + idleTimeMax,
      peer.lastSentAt + keepAliveEvery,
      peer.writePaused ? peer.writePausedAt + unsentTimeMax : Infinity,
      this.#introductions.deadline(peer),
    );
    this.watch(peer, at);
  }

  #arm(): void {
    const { timers, now } = this.session.turn;
    timers.cancel(this.#timer);
    const at = this.#stopped ? Infinity : this.#fetch.deadline(now);
    this.#timer = at === Infinity ? 0 : timers.set('metadata', this.id, Math.max(at, now));
  }
}
