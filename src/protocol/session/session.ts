/**
 * The BitTorrent machine: many torrents, all their connections, one clock.
 *
 * Routes every input to whom it concerns and does nothing else: connections to `Links`, job answers to who asked,
 * datagrams to the announcer that expects them, commands to torrents, time to what is due. See `core/machine.ts` for
 * the laws of `step`.
 */
import { copyOf, assert } from '../../core/index.ts';
import type {
  Address,
  ConnectionId,
  Input,
  Machine,
  Millis,
  Random,
  Sink,
} from '../../core/index.ts';
import { sessionConfig } from '../config.ts';
import type { SessionConfig } from '../config.ts';
import { IpFilter } from '../filter/ip-filter.ts';
import type { PeerMessage } from '../wire/messages.ts';
import type { Behaviors } from '../torrent/behavior.ts';
import type { Command, TorrentId } from './command.ts';
import { commandTorrent } from '../torrent/command-torrent.ts';
import type { Rates, SessionFacts } from '../torrent/context.ts';
import { Discretion } from './discretion.ts';
import { ExternalVotes } from './external-votes.ts';
import { Links } from './links.ts';
import type { MagnetSwarm } from '../torrent/metadata/magnet-swarm.ts';
import { Magnets } from '../torrent/metadata/magnets.ts';
import { Overhead } from '../torrent/peers/overhead.ts';
import { RateGate } from './rate-line.ts';
import type { RateLimits } from './rate-limit.ts';
import { Torrent } from '../torrent/torrent.ts';
import { Turn } from './turn.ts';
import type { SessionEffect, TimerKind } from './turn.ts';

/** What the timer of a rate gate carries. */
const DOWNLOAD = 0;
const UPLOAD = 1;

export type SessionInput = Input<PeerMessage, Command>;

export interface SessionOptions {
  /** Replaces some of the default limits. */
  readonly config: Partial<SessionConfig>;
  /** For every torrent that brings none of its own. */
  readonly behaviors: Behaviors;
  readonly random: Random;
  /** 20 bytes (BEP 20). */
  readonly peerId: Uint8Array;
  /** What we call ourselves to other clients. */
  readonly clientName: string;
}

export class Session implements Machine<SessionInput, SessionEffect>, SessionFacts {
  readonly config: SessionConfig;
  readonly turn: Turn = new Turn();
  readonly random: Random;
  readonly peerId: Uint8Array;
  readonly clientName: string;
  readonly votes: ExternalVotes = new ExternalVotes();
  readonly discretion: Discretion = new Discretion();
  port = 0;
  listening: readonly Address[] | null = null;
  readonly rates: Rates = {
    download: new RateGate(this.turn, DOWNLOAD),
    upload: new RateGate(this.turn, UPLOAD),
  };
  readonly overhead: Overhead = new Overhead(null);
  /** For every torrent that brings none of its own. */
  readonly behaviors: Behaviors;
  readonly #links: Links;
  readonly #torrents = new Map<TorrentId, Torrent>();
  readonly #byInfoHash = new Map<string, Torrent>();
  readonly #magnets = new Magnets(this);
  #paused = false;
  #shuttingDown = false;
  #closed = false;

  constructor(options: SessionOptions) {
    assert(options.peerId.length === 20, 'session: a peer id has 20 bytes');
    this.config = sessionConfig(options.config);
    this.random = options.random;
    this.peerId = copyOf(options.peerId);
    this.clientName = options.clientName;
    this.behaviors = options.behaviors;
    this.#links = new Links(
      this,
      (infoHash) =>
        this.#byInfoHash.get(keyOf(infoHash))?.active ?? this.#magnets.find(infoHash) ?? undefined,
    );
  }

  get deadline(): Millis {
    return this.turn.timers.deadline;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get shuttingDown(): boolean {
    return this.#shuttingDown;
  }

  get connectionCount(): number {
    return this.#links.size;
  }

  /** Read-only facts of one torrent, for tests and user interfaces. */
  torrent(id: TorrentId): Torrent | undefined {
    return this.#torrents.get(id);
  }

  get torrents(): Iterable<Torrent> {
    return this.#torrents.values();
  }

  step(input: SessionInput, now: Millis, out: Sink<SessionEffect>): void {
    this.turn.begin(now, out);
    this.#route(input);
    this.turn.end();
  }

  #route(input: SessionInput): void {
    switch (input.type) {
      case 'message':
        return this.#links.message(input.conn, input.message);
      case 'store-done':
      case 'read-done':
      case 'hash-done':
      case 'http-done':
      case 'resolve-done':
        return this.turn.answer(input);
      case 'timeout':
        return this.turn.timers.expire(this.turn.now, (kind, id) => this.#due(kind, id));
      case 'connected':
        return this.#links.connected(input.conn, input.address);
      case 'disconnected':
        return this.#links.disconnected(input.conn, input.reason);
      case 'pause-writing':
      case 'resume-writing':
        return this.#writing(input.conn, input.type === 'pause-writing');
      case 'datagram':
        return this.#datagram(input.address, input.data);
      case 'command':
        return this.#command(input.command);
      default:
        input satisfies never;
    }
  }

  #command(command: Command): void {
    if (command.type === 'add-torrent') {
      this.#add(command);
      return;
    }
    if (command.type === 'listening') {
      this.#listen(null, command.port);
      return;
    }
    if (command.type === 'listening-at') {
      this.#listen(command.addresses, command.addresses[0]?.port ?? 0);
      return;
    }
    if (command.type === 'shutdown') {
      this.#shutdown();
      return;
    }
    if (command.type === 'pause-session') {
      this.#pause();
      return;
    }
    if (command.type === 'resume-session') {
      this.#resume();
      return;
    }
    if (command.type === 'set-ip-filter') {
      this.discretion.filter = new IpFilter(command.ranges);
      for (const torrent of this.#torrents.values()) torrent.active?.admission.filterChanged();
      this.#magnets.filterChanged();
      return;
    }
    if (command.type === 'set-tracker-hosts') {
      this.discretion.setTrackerHosts(command.idna, command.filtered);
      return;
    }
    if (command.type === 'set-anonymous') {
      this.discretion.setAnonymous(command.peerId);
      return;
    }
    if (command.type === 'drop-peer') {
      const peer = this.#links.peer(command.conn);
      if (peer !== null) this.#links.torrentOf(command.conn)?.disconnect(peer, 'asked');
      return;
    }
    if (command.type === 'set-session-limits') {
      this.#limit(command);
      return;
    }
    if (command.type === 'allow-fast') {
      this.#links.peer(command.conn)?.chooseFast(command.pieces);
      return;
    }
    if (command.type === 'fetch-metadata') {
      this.#fetch(command);
      return;
    }
    if (this.#magnets.command(command)) return;
    const torrent = this.#torrents.get(command.torrent);
    if (torrent === undefined) return;
    commandTorrent(torrent, command, this);
  }

  #listen(addresses: readonly Address[] | null, port: number): void {
    this.listening = addresses;
    this.port = port;
    for (const torrent of this.#torrents.values()) torrent.active?.announcing.listeningChanged();
    this.#magnets.listeningChanged();
  }

  #add(command: Extract<Command, { type: 'add-torrent' }>): void {
    const key = keyOf(command.metainfo.infoHash);
    assert(!this.#torrents.has(command.torrent), 'session: a torrent id was used twice');
    assert(!this.#byInfoHash.has(key), 'session: this info-hash is here already');
    const torrent = new Torrent(command, this, this.#links, this.behaviors, {
      joined: (active) => this.#magnets.handOver(command.torrent, active),
      removed: () => {
        this.#torrents.delete(command.torrent);
        this.discretion.setExempt(command.torrent, false);
        this.#byInfoHash.delete(key);
        this.#removed(command.torrent);
      },
    });
    this.#magnets.inherit(command.torrent, command.metainfo.infoHash);
    this.#torrents.set(command.torrent, torrent);
    this.#byInfoHash.set(key, torrent);
  }

  #fetch(command: Extract<Command, { type: 'fetch-metadata' }>): void {
    if (this.#shuttingDown) return;
    const { torrent: id, infoHash } = command;
    assert(!this.#torrents.has(id), 'session: a torrent id was used twice');
    assert(!this.#byInfoHash.has(keyOf(infoHash)), 'session: this info-hash is here already');
    this.#magnets.add(command, this.#links, this.behaviors, (tell) => {
      if (tell) this.#removed(id);
      else this.#closeIfEmpty();
    });
  }

  #removed(torrent: TorrentId): void {
    this.turn.notify({ type: 'removed', torrent });
    this.#closeIfEmpty();
  }

  #limit({ download, upload }: RateLimits): void {
    const { rates, turn } = this;
    let asked = 0;
    for (const torrent of this.#torrents.values()) asked += torrent.active?.asked ?? 0;
    rates.download.limit.set(download, asked, turn.now);
    rates.upload.limit.set(upload, 0, turn.now);
    rates.download.wake(null);
    rates.upload.wake(null);
  }

  /** Whether a torrent with this info-hash is here, in any state, or its metadata is being fetched. */
  holds(infoHash: Uint8Array): boolean {
    return this.#byInfoHash.has(keyOf(infoHash)) || this.#magnets.holds(infoHash);
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#links.close();
    for (const torrent of this.#torrents.values()) torrent.sessionPaused();
    this.#magnets.sessionPaused();
  }

  #resume(): void {
    if (!this.#paused || this.#shuttingDown) return;
    this.#paused = false;
    this.#links.open();
    for (const torrent of this.#torrents.values()) torrent.sessionResumed();
    this.#magnets.sessionResumed();
  }

  #shutdown(): void {
    if (this.#shuttingDown) return;
    this.#shuttingDown = true;
    this.#links.close(); // first: the last torrent to go says that all is closed
    for (const torrent of [...this.#torrents.values()]) torrent.remove();
    this.#magnets.shutdown();
    this.#closeIfEmpty();
  }

  #closeIfEmpty(): void {
    if (!this.#shuttingDown || this.#torrents.size > 0 || this.#closed) return;
    if (this.#magnets.size > 0) return;
    this.#closed = true;
    this.turn.notify({ type: 'closed' });
  }

  #due(kind: TimerKind, id: number): void {
    switch (kind) {
      case 'handshake':
        return this.#links.handshakeTimedOut(id);
      case 'peer': {
        const peer = this.#links.peer(id);
        if (peer !== null) this.#links.torrentOf(id)?.peerDue(peer);
        return;
      }
      case 'rechoke':
        return this.#torrents.get(id)?.active?.rechokeDue();
      case 'dial':
        return this.#swarmOf(id)?.dialDue();
      case 'bans':
        return this.#swarmOf(id)?.admission.bansDue();
      case 'turnover':
        return this.#swarmOf(id)?.admission.turnoverDue();
      case 'announce':
        return this.#swarmOf(id)?.announcing.due();
      case 'disclose':
        return this.#torrents.get(id)?.active?.discloseDue();
      case 'share':
        return this.#torrents.get(id)?.sharing.due();
      case 'drain':
        return this.#torrents.get(id)?.active?.drainDue();
      case 'rate':
        return (id === UPLOAD ? this.rates.upload : this.rates.download).due();
      case 'store-retry':
        return this.#torrents.get(id)?.retry();
      case 'scrape':
        return this.#torrents.get(id)?.scraping.due();
      case 'metadata':
        return this.#magnets.swarmOf(id)?.metadataDue();
      case 'hand-over':
        return this.#magnets.handOverDue(id);
      default:
        kind satisfies never;
    }
  }

  #writing(conn: ConnectionId, paused: boolean): void {
    const peer = this.#links.peer(conn);
    if (peer !== null) this.#links.torrentOf(conn)?.writePaused(peer, paused);
  }

  /** Who has peers under this id now. */
  #swarmOf(id: TorrentId): Torrent['active'] | MagnetSwarm {
    return this.#torrents.get(id)?.active ?? this.#magnets.swarmOf(id);
  }

  #datagram(address: Address, data: Uint8Array): void {
    for (const torrent of this.#torrents.values()) {
      if (torrent.active?.datagram(address, data) === true) return;
      if (torrent.scraping.datagram(address, data)) return;
    }
    this.#magnets.datagram(address, data);
  }

  /** Recounts everything that is kept incrementally. Throws where an invariant is broken; for tests and simulations. */
  assertInvariants(): void {
    for (const torrent of this.#torrents.values()) torrent.assertInvariants();
  }
}

/** One text per info-hash: its bytes as UTF-16 units, cheap to make and compare. */
function keyOf(infoHash: Uint8Array): string {
  return String.fromCharCode(...infoHash);
}
