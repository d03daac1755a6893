/**
 * The front door: one machine, one reactor, and the torrents of one application.
 *
 * Owns their lives: what is made here is stopped here, once, whichever way the client ends (`close()`, `await using`, a
 * bug of ours). No protocol work: torrents talk to the machine through `Engine`.
 */
import { createRandom } from '../core/index.ts';
import type { Address, ListeningPort, Millis } from '../core/index.ts';
import type { Metainfo, RateLimits, SessionEvent, TorrentId } from '../protocol/index.ts';
import { ClientFigures } from './client-figures.ts';
import { assembleMachine } from './client-machine.ts';
import type { ClientMachine } from './client-machine.ts';
import { closeTimeDefault } from './client-parts.ts';
import type { ClientParts, CloseOptions } from './client-parts.ts';
import type { Engine, EngineEnd, TorrentStatus } from './engine.ts';
import { codedError } from './errors.ts';
import type { CodedError } from './errors.ts';
import { changedLimits, noLimits } from './words/limits.ts';
import type { Limits } from './words/limits.ts';
import { ExternalAddresses } from './listening/external-addresses.ts';
import { openPorts } from './listening/listening.ts';
import { locationIn, locationOf, Place } from './data/location.ts';
import type { Location } from './data/location.ts';
import { TorrentMover } from './data/move-data.ts';
import { behaviorsFor, checkClientOptions, checkLimits, ipRangesOf } from './options.ts';
import type { AddOptions, ClientOptions } from './options.ts';
import { earlierSession, selectionAfter } from './resume/earlier-session.ts';
import type { EarlierSession } from './resume/earlier-session.ts';
import { samplesOf, spotChecksDefault } from './resume/samples.ts';
import { openingCommands } from './opening-commands.ts';
import { removeData } from './data/remove-data.ts';
import { Selection } from './torrent/selection.ts';
import { SessionStatus } from './torrent/session-status.ts';
import { abortable } from './signal.ts';
import type { Abortable } from './signal.ts';
import type { TorrentSource } from './sources/source.ts';
import { Sources } from './sources/sources.ts';
import type { Loaded } from './sources/sources.ts';
import { Torrent } from './torrent/torrent.ts';
import { purposeOf, reachOf, tiersFor } from './torrent/torrent-setup.ts';
import type { RemoveOptions } from './torrent/torrent-setup.ts';
import { Turns } from './queue/turns.ts';
import type { ActiveOptions } from './queue/turns.ts';

type Hear = (event: SessionEvent | EngineEnd) => void;

export class Client extends ClientFigures implements AsyncDisposable {
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly #options: ClientOptions;
  readonly #parts: ClientParts;
  readonly #machine: ClientMachine;
  readonly #engine: Engine;
  readonly #torrents = new Map<string, Torrent>();
  readonly #hearers = new Map<TorrentId, Hear>();
  readonly #statuses = new Map<TorrentId, TorrentStatus>();
  readonly #turns: Turns<Torrent>;
  readonly #sources: Sources;
  #limits = noLimits;
  #nextTorrent = 1;
  #ports: readonly ListeningPort[] = [];
  #closing: Promise<void> | null = null;
  #allStopped: () => void = () => undefined;
  #ended = false;
  readonly #external = new ExternalAddresses();

  /** @internal Use `createClient()`. */
  constructor(options: ClientOptions, parts: ClientParts) {
    super();
    this.#options = options;
    this.#parts = parts;
    this.#machine = assembleMachine(options, parts, {
      hear: (event) => this.#hear(event),
      warn: (warning) => this.#warn(warning),
      broken: (error) => this.#broken(error),
    });
    this.peerId = this.#machine.peerId;
    this.#engine = this.#makeEngine();
    this.#sources = new Sources(this.#engine, options, parts.reactor, {
      holds: (infoHash) => this.#machine.session.holds(infoHash),
      warn: (warning) => this.#warn(warning),
      assertOpen: () => this.#assertOpen(),
    });
    this.#turns = new Turns<Torrent>(options, this.#engine);
    for (const command of openingCommands(options, parts)) this.#engine.command(command);
    if (options.limits !== undefined) this.setLimits(options.limits);
  }

  /**
   * Replaces the IP filter (see `ClientOptions.ipFilter`; '' removes it): whom it denies is disconnected, and neither
   * dialled nor let in any more.
   */
  setIpFilter(filter: string | readonly string[]): void {
    this.#engine.command({ type: 'set-ip-filter', ranges: ipRangesOf(filter) });
  }

  /** Whether the IP filter denies this literal address. @internal */
  denies(host: string): boolean {
    return this.#machine.session.discretion.denies(host, null);
  }

  /** Opens the listening ports, where wanted. @internal */
  async listen(): Promise<void> {
    const { reactor } = this.#parts;
    const listening = await openPorts(this.#machine.network, reactor, this.#options);
    if (listening === null) return;
    this.#ports = listening.ports;
    this.#engine.command(listening.command);
  }

  /** Where peers are accepted; empty: nowhere. */
  get addresses(): readonly Address[] {
    return this.#ports.map(({ address }) => address);
  }
  /** The first place where peers are accepted; null: nowhere. */
  get address(): Address | null {
    return this.#ports[0]?.address ?? null;
  }
  /** Its port; 0: none. */
  get port(): number {
    return this.address?.port ?? 0;
  }
  /** Our public addresses as peers and trackers agree to see them; empty while nobody knows. */
  get externalAddresses(): readonly string[] {
    return this.#external.hosts;
  }
  get torrents(): readonly Torrent[] {
    return [...this.#torrents.values()];
  }
  /** All torrents, in the order in which they get their turn where only so many may be active. */
  get queue(): readonly Torrent[] {
    return this.#turns.order;
  }
  /** Most payload bytes per second over all torrents; null: no limit. */
  get limits(): RateLimits {
    return this.#limits;
  }
  /** Bytes to and from peers that were no payload, since the client was made. */
  get overhead(): { readonly received: number; readonly sent: number } {
    const { received, sent } = this.#machine.session.overhead;
    return { received, sent };
  }
  /**
   * Adds a torrent and, unless `paused`, starts it: what exists in its folder is checked and kept, the rest is
   * downloaded. Of a magnet link the metadata is fetched first. Rejects where the source cannot be read or is no
   * torrent (`SWARMWRIGHT_BAD_TORRENT`, ...).
   */
  async add(source: TorrentSource, options: AddOptions = {}): Promise<Torrent> {
    const folder = options.path ?? this.#options.path ?? '.';
    return this.#load(source, options, true, (metainfo) => locationIn(folder, metainfo));
  }

  /**
   * Shares what is at `path`: the torrent's own file or folder under any name, or the folder that holds it. Nothing is
   * downloaded into it unless `downloading` says so.
   */
  async seed(source: TorrentSource, path: string, options: AddOptions = {}): Promise<Torrent> {
    return this.#load(source, options, false, (metainfo) => locationOf(path, metainfo));
  }

  /** Limits all torrents together, from now on. What is left out stays as it is. */
  setLimits(limits: Limits): void {
    checkLimits(limits);
    this.#limits = changedLimits(this.#limits, limits);
    this.#engine.command({ type: 'set-session-limits', ...this.#limits });
  }

  /** Gives a torrent another place in the queue, from 0. */
  moveInQueue(torrent: Torrent, place: number): void {
    this.#turns.move(torrent, place);
  }

  /** How many torrents may be active at once, from now on; what is left out stays. */
  setActive(most: ActiveOptions): void {
    checkClientOptions(most);
    this.#turns.setActive(most);
  }

  /** Nothing runs until `resume()`. */
  get paused(): boolean {
    return this.#machine.session.paused;
  }

  /**
   * Stops everything at once and lets nobody in, until `resume()`. What is asked of torrents meanwhile is kept; their own
   * `paused` stays as it is. Resolves when all have left their swarms.
   */
  async pause(options: Abortable = {}): Promise<void> {
    const { torrents } = this;
    for (const torrent of torrents) torrent.save();
    this.#engine.command({ type: 'pause-session' });
    await Promise.all(torrents.map((torrent) => torrent.left(options)));
  }

  /** Whatever was running, or was asked to, runs again. */
  resume(): void {
    this.#engine.command({ type: 'resume-session' });
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

  async #load(
    source: TorrentSource,
    options: AddOptions,
    fetches: boolean,
    place: (metainfo: Metainfo) => Location | Promise<Location>,
  ): Promise<Torrent> {
    this.#assertOpen();
    const loaded = await this.#sources.load(source, options);
    try {
      this.#assertOpen();
      const location = Promise.resolve(place(loaded.metainfo));
      return await this.#put(loaded, await abortable(location, options.signal), fetches);
    } catch (error) {
      this.#sources.callOff(loaded);
      throw error;
    }
  }

  async #put(
    { metainfo, id, met, options }: Loaded,
    location: Location,
    fetches: boolean,
  ): Promise<Torrent> {
    const earlier = await this.#earlier(metainfo, location, options);
    this.#assertOpen();
    // Its metadata may be under way, by a link.
    const holds = id === null && this.#machine.session.holds(metainfo.infoHash);
    if (holds || this.get(metainfo.infoHash) !== undefined) {
      throw codedError('SWARMWRIGHT_DUPLICATE_TORRENT', `"${metainfo.name}" is here already`);
    }
    const selection = new Selection(metainfo, selectionAfter(options, earlier));
    const place = new Place(location);
    const { stores } = this.#machine;
    const route = stores.route(place.root);
    const onNode = this.#parts.ownsReactor;
    const files = location.files.map((file) => ({ ...file, path: [route, ...file.path] }));
    const torrent = new Torrent(this.#engine, {
      id,
      met,
      metainfo,
      routed: { ...metainfo, files },
      location: place,
      tiers: tiersFor(metainfo, options, this.#options.tracker),
      reach: reachOf(options),
      ...purposeOf(options, this.#options.share, fetches),
      earlier,
      behaviors: behaviorsFor(options),
      selection,
      turnsChanged: () => this.#turns.give(),
      read: (offset, length) => stores.read(route, offset, length, place.root),
      forget: () => this.#sources.forget(metainfo.infoHash),
      removeData: (what) => removeData(place, metainfo, onNode, what),
      mover: new TorrentMover({ metainfo, place, onNode, hold: () => stores.hold(route) }),
      removed: () => {
        this.#torrents.delete(torrent.infoHash);
        stores.forget(route);
        this.#turns.remove(torrent);
      },
    });
    this.#torrents.set(torrent.infoHash, torrent);
    this.#turns.add(torrent);
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
    const random = createRandom(this.#machine.seedValue).fork(`samples ${metainfo.name}`);
    const choose = samplesOf(spotChecks, metainfo.pieceLength, random);
    return abortable(earlierSession(stateFolder, metainfo, location, choose), options.signal);
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
      command: (command) => this.#machine.driver.push({ type: 'command', command }),
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
    const found = this.#machine.session.torrent(torrent);
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
    this.#turns.end();
    const { torrents } = this;
    if (!this.#ended) {
      await new Promise<void>((resolve) => {
        const cancel = this.#engine.later(deadline, resolve);
        const over = (): void => {
          cancel();
          resolve();
        };
        this.#allStopped = () => this.#machine.network.whenSent(over);
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
      this.#end(error);
      this.#allStopped();
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
    this.#turns.end();
    this.#machine.driver.stop();
    this.#machine.network.stop();
    this.#ports = [];
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
