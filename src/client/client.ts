/**
 * The front door: one machine, one reactor, and the torrents of one application.
 *
 * Owns their lives: what is made here is stopped here, once, whichever way the client ends (`close()`, `await using`, a
 * bug of ours). No protocol work: torrents talk to the machine through `Engine`.
 */
import { EventEmitter } from 'node:events';
import { Driver, WireNetwork, createRandom } from '../core/index.ts';
import type { Address, ListenFault, ListeningPort, Millis } from '../core/index.ts';
import { defaultBehaviors } from '../behaviors/index.ts';
import { PeerCodec, Session } from '../protocol/index.ts';
import type { Command, Metainfo, PeerMessage, SessionEvent, TorrentId } from '../protocol/index.ts';
import { closeTimeDefault } from './client-parts.ts';
import type { ClientEvents, ClientParts, CloseOptions } from './client-parts.ts';
import { drawPeerId, drawSeedValue } from './entropy.ts';
import type { Engine, EngineEnd, TorrentStatus } from './engine.ts';
import { codedError, listenError } from './errors.ts';
import type { CodedError } from './errors.ts';
import { EventRelay } from './event-relay.ts';
import { ExternalAddresses } from './external-addresses.ts';
import { locationIn, locationOf, Place } from './location.ts';
import type { Location } from './location.ts';
import { TorrentMover } from './move-data.ts';
import {
  behaviorsFor,
  checkAddOptions,
  chosenBehaviors,
  ipRangesOf,
  peerIdBytes,
  sessionConfigOf,
} from './options.ts';
import type { AddOptions, ClientOptions } from './options.ts';
import { earlierSession, selectionAfter } from './resume/earlier-session.ts';
import type { EarlierSession } from './resume/earlier-session.ts';
import { samplesOf, spotChecksDefault } from './resume/samples.ts';
import { removeData } from './remove-data.ts';
import { RoutingStore } from './routing-store.ts';
import { Selection } from './selection.ts';
import { SessionStatus } from './session-status.ts';
import { abortable } from './signal.ts';
import { loadMetainfo } from './source.ts';
import type { TorrentSource } from './source.ts';
import { Torrent } from './torrent.ts';
import type { RemoveOptions } from './torrent.ts';
import { VERSION } from './version.ts';

type Hear = (event: SessionEvent | EngineEnd) => void;

export class Client extends EventEmitter<ClientEvents> implements AsyncDisposable {
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly #options: ClientOptions;
  readonly #seedValue: number;
  readonly #parts: ClientParts;
  readonly #stores: RoutingStore;
  readonly #network: WireNetwork<PeerMessage>;
  readonly #session: Session;
  readonly #driver: Driver<PeerMessage, Command, SessionEvent>;
  readonly #engine: Engine;
  readonly #torrents = new Map<string, Torrent>();
  readonly #hearers = new Map<TorrentId, Hear>();
  readonly #statuses = new Map<TorrentId, TorrentStatus>();
  #nextTorrent = 1;
  #port: ListeningPort | null = null;
  #closing: Promise<void> | null = null;
  #allStopped: () => void = () => undefined;
  #ended = false;
  readonly #external = new ExternalAddresses();

  /** @internal Use `createClient()`. */
  constructor(options: ClientOptions, parts: ClientParts) {
    super();
    const { reactor } = parts;
    this.#options = options;
    this.#parts = parts;
    this.peerId = options.peerId === undefined ? drawPeerId() : peerIdBytes(options.peerId);
    this.#stores = new RoutingStore(parts.storeAt);
    this.#network = new WireNetwork(reactor, new PeerCodec({ canary: parts.canary }), {
      canary: parts.canary,
    });
    const seedValue = options.seedValue ?? drawSeedValue();
    this.#seedValue = seedValue;
    const { peerId } = this;
    const behaviors = { ...defaultBehaviors, ...chosenBehaviors(options) };
    const clientName = options.clientName ?? `Swarmwright ${VERSION}`;
    const random = createRandom(seedValue);
    const config = sessionConfigOf(options);
    this.#session = new Session({ config, behaviors, random, peerId, clientName });
    const header = { seedValue, peerId, clientName, config: this.#session.config, behaviors };
    const machine =
      parts.recording?.wrap(this.#session, header, (warning) => this.#warn(warning)) ??
      this.#session;
    const relay = new EventRelay<SessionEvent>((event) => this.#hear(event));
    const driverParts = {
      ...{ time: reactor, udp: reactor, http: reactor, resolver: reactor },
      network: this.#network,
      udpAddress: { host: options.host ?? '0.0.0.0', port: 0 },
      store: this.#stores,
      canary: parts.canary,
    };
    this.#driver = new Driver(machine, driverParts, relay, {
      onBug: (error) => this.#broken(error),
    });
    this.#engine = this.#makeEngine();
    const { ipRanges: ranges } = parts;
    if (ranges.length > 0) this.#engine.command({ type: 'set-ip-filter', ranges });
  }

  /**
   * Replaces the IP filter (see `ClientOptions.ipFilter`; '' removes it): whom it denies is disconnected, and neither
   * dialled nor let in any more.
   */
  setIpFilter(filter: string | readonly string[]): void {
    this.#engine.command({ type: 'set-ip-filter', ranges: ipRangesOf(filter) });
  }

  /** Opens the listening port, where wanted. @internal */
  async listen(): Promise<void> {
    if (this.#options.listen === false) return;
    const { host, port = 0 } = this.#options;
    // IPv4 and IPv6 on one port; on a system without IPv6, IPv4 alone.
    const hosts = host === undefined ? ['::', '0.0.0.0'] : [host];
    let fault: ListenFault = { code: 'unavailable', detail: '' };
    for (const tried of hosts) {
      const opened = await this.#open({ host: tried, port });
      if ('code' in opened) fault = opened;
      else {
        this.#port = opened;
        this.#engine.command({ type: 'listening', port: opened.address.port });
        return;
      }
      if (fault.code !== 'unavailable') break;
    }
    throw listenError(fault, host ?? '', port);
  }

  #open(address: Address): Promise<ListeningPort | ListenFault> {
    return new Promise((resolve) => {
      this.#network.listen(address, (port, fault) =>
        resolve(port ?? fault ?? { code: 'unavailable', detail: '' }),
      );
    });
  }

  /** Where peers are accepted; null: nowhere. */
  get address(): Address | null {
    return this.#port?.address ?? null;
  }
  /** The port on which peers are accepted; 0: none. */
  get port(): number {
    return this.#port?.address.port ?? 0;
  }
  /** Our public addresses as peers and trackers agree to see them; empty while nobody knows. */
  get externalAddresses(): readonly string[] {
    return this.#external.hosts;
  }
  get torrents(): readonly Torrent[] {
    return [...this.#torrents.values()];
  }
  /** Payload bytes per second over all torrents. */
  get downloadSpeed(): number {
    return this.torrents.reduce((sum, torrent) => sum + torrent.downloadSpeed, 0);
  }
  /** Payload bytes per second over all torrents. */
  get uploadSpeed(): number {
    return this.torrents.reduce((sum, torrent) => sum + torrent.uploadSpeed, 0);
  }
  /** Verified bytes of what is wanted, over all torrents that are not complete, 0 to 1; 1 where all are. */
  get progress(): number {
    const open = this.torrents.filter((torrent) => !torrent.done);
    const length = open.reduce((sum, torrent) => sum + torrent.wantedLength, 0);
    if (length === 0) return 1;
    return open.reduce((sum, torrent) => sum + torrent.wantedDownloaded, 0) / length;
  }
  /** Uploaded through received bytes, over all torrents; 0 where nothing was received. */
  get ratio(): number {
    const received = this.torrents.reduce((sum, torrent) => sum + torrent.received, 0);
    const uploaded = this.torrents.reduce((sum, torrent) => sum + torrent.uploaded, 0);
    return received === 0 ? 0 : uploaded / received;
  }

  /**
   * Adds a torrent and, unless `paused`, starts it: what exists in its folder is checked and kept, the rest is
   * downloaded. Rejects where the source cannot be read or is no torrent (`SWARMWRIGHT_BAD_TORRENT`, ...).
   */
  async add(source: TorrentSource, options: AddOptions = {}): Promise<Torrent> {
    const metainfo = await this.#load(source, options);
    const folder = options.path ?? this.#options.path ?? '.';
    return this.#put(metainfo, locationIn(folder, metainfo), options, true);
  }

  /**
   * Shares what is at `path`: the torrent's own file or folder under any name, or the folder that holds it. Nothing is
   * downloaded into it unless `downloading` says so.
   */
  async seed(source: TorrentSource, path: string, options: AddOptions = {}): Promise<Torrent> {
    const metainfo = await this.#load(source, options);
    const location = await abortable(locationOf(path, metainfo), options.signal);
    return this.#put(metainfo, location, options, false);
  }

  /** The torrent with this info-hash: 20 bytes, or their 40 hexadecimal digits. */
  get(infoHash: string | Uint8Array): Torrent | undefined {
    const key = typeof infoHash === 'string' ? infoHash : Buffer.from(infoHash).toString('hex');
    return this.#torrents.get(key.toLowerCase());
  }

  /** Removes a torrent; its files stay, unless `data` says otherwise. See `torrent.remove()`. */
  async remove(torrent: Torrent | string | Uint8Array, options: RemoveOptions = {}): Promise<void> {
    const found = torrent instanceof Torrent ? torrent : this.get(torrent);
    await found?.remove(options);
  }

  /** Stops everything, tells the trackers, closes the files. May be called again: it is done once. */
  async close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#shutDown(options.deadline ?? closeTimeDefault);
    await abortable(this.#closing, options.signal);
  }

  /** WebTorrent's name for `close()`. */
  async destroy(options: CloseOptions = {}): Promise<void> {
    await this.close(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #load(source: TorrentSource, options: AddOptions): Promise<Metainfo> {
    checkAddOptions(options);
    chosenBehaviors(options);
    this.#assertOpen();
    const metainfo = await loadMetainfo(source, this.#parts.reactor, options.signal);
    this.#assertOpen();
    return metainfo;
  }

  async #put(
    metainfo: Metainfo,
    location: Location,
    options: AddOptions,
    fetches: boolean,
  ): Promise<Torrent> {
    const earlier = await this.#earlier(metainfo, location, options);
    this.#assertOpen();
    if (this.get(metainfo.infoHash) !== undefined) {
      throw codedError('SWARMWRIGHT_DUPLICATE_TORRENT', `"${metainfo.name}" is here already`);
    }
    const selection = new Selection(metainfo, selectionAfter(options, earlier));
    const place = new Place(location);
    const route = this.#stores.route(place.root);
    const onNode = this.#parts.ownsReactor;
    const files = location.files.map((file) => ({ ...file, path: [route, ...file.path] }));
    const torrent = new Torrent(this.#engine, {
      metainfo,
      routed: { ...metainfo, files },
      location: place,
      tiers: this.#tiers(metainfo, options),
      downloading: options.downloading ?? fetches,
      seeding: options.seeding ?? true,
      skipVerify: options.skipVerify ?? false,
      earlier,
      paused: options.paused ?? false,
      behaviors: behaviorsFor(options),
      selection,
      peers: options.peers ?? [],
      read: (offset, length) => this.#stores.read(route, offset, length, place.root),
      removeData: () => removeData(place, metainfo, onNode),
      mover: new TorrentMover({ metainfo, place, onNode, hold: () => this.#stores.hold(route) }),
      removed: () => {
        this.#torrents.delete(torrent.infoHash);
        this.#stores.forget(route);
      },
    });
    this.#torrents.set(torrent.infoHash, torrent);
    this.emit('torrent', torrent);
    return torrent;
  }

  async #earlier(
    metainfo: Metainfo,
    location: Location,
    options: AddOptions,
  ): Promise<EarlierSession | null> {
    const { stateFolder, spotChecks = spotChecksDefault } = this.#options;
    if (stateFolder === undefined) return null;
    const random = createRandom(this.#seedValue).fork(`samples ${metainfo.name}`);
    const choose = samplesOf(spotChecks, metainfo.pieceLength, random);
    return abortable(earlierSession(stateFolder, metainfo, location, choose), options.signal);
  }

  #tiers(metainfo: Metainfo, options: AddOptions): readonly (readonly string[])[] | null {
    if (!(options.tracker ?? this.#options.tracker ?? true)) return [];
    if (options.announce === undefined) return null;
    return [...metainfo.tiers, ...options.announce.map((url) => [url])];
  }

  #makeEngine(): Engine {
    const { reactor } = this.#parts;
    return {
      now: () => reactor.now(),
      later: (delay, call) => {
        const delayed = reactor.callLater(delay, call);
        return () => delayed.cancel();
      },
      newTorrentId: () => this.#nextTorrent++,
      command: (command) => this.#driver.push({ type: 'command', command }),
      status: (torrent) => this.#status(torrent),
      subscribe: (torrent, hear) => this.#hearers.set(torrent, hear),
      unsubscribe: (torrent) => {
        this.#hearers.delete(torrent);
        this.#statuses.delete(torrent);
      },
      resolve: (host) =>
        new Promise((resolve) => {
          reactor.resolve(host, (hosts) => resolve(hosts));
        }),
    };
  }

  #status(torrent: TorrentId): TorrentStatus | undefined {
    const found = this.#session.torrent(torrent);
    if (found === undefined) return undefined;
    const known = this.#statuses.get(torrent);
    if (known !== undefined) return known;
    const status = new SessionStatus(found);
    this.#statuses.set(torrent, status);
    return status;
  }

  #hear(event: SessionEvent): void {
    if (event.type === 'closed') this.#allStopped();
    else if (event.type === 'external-address')
      this.emit('externalAddress', this.#external.learn(event.host));
    else if (event.torrent !== null) this.#hearers.get(event.torrent)?.(event);
  }

  async #shutDown(deadline: Millis): Promise<void> {
    const { torrents } = this;
    if (!this.#ended) {
      await new Promise<void>((resolve) => {
        this.#allStopped = resolve;
        this.#engine.later(deadline, resolve);
        for (const torrent of torrents) torrent.leave();
        this.#engine.command({ type: 'shutdown' });
      });
    }
    this.#end(codedError('SWARMWRIGHT_CLIENT_CLOSED', 'the client was closed'));
    await Promise.all(torrents.map((torrent) => torrent.saved()));
    await this.#parts.recording?.end();
    this.emit('close');
  }

  #broken(cause: unknown): void {
    const text = cause instanceof Error ? cause.message : String(cause);
    const error = codedError('SWARMWRIGHT_BUG', `a bug of ours stopped everything: ${text}`, cause);
    // Outside of the driver's turn, as every event.
    queueMicrotask(() => {
      this.#allStopped();
      this.#end(error);
      if (this.listenerCount('error') > 0) this.emit('error', error);
    });
  }

  /** Outside of the driver's turn, as every event. */
  #warn(warning: CodedError): void {
    queueMicrotask(() => this.emit('warning', warning));
  }

  #end(error: CodedError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#driver.stop();
    this.#network.stop();
    this.#port = null;
    for (const hear of [...this.#hearers.values()]) hear({ type: 'engine-ended', error });
    this.#hearers.clear();
    void this.#parts.recording?.end();
    if (this.#parts.ownsReactor) this.#parts.reactor.stop();
  }

  #assertOpen(): void {
    if (this.#ended || this.#closing !== null) {
      throw codedError('SWARMWRIGHT_CLIENT_CLOSED', 'the client was closed');
    }
  }
}
