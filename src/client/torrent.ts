/**
 * One torrent of a client, as the application holds it: live figures, commands, events, promises.
 *
 * Owns no protocol state: figures are read from the machine at the moment they are asked for. It keeps what the
 * application wished (flags, paused) and who waits for what. A torrent's error never leaves as an exception: it is the
 * `error` event, where somebody listens, and the rejection of `completed()`.
 */
import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import type { Address } from '../core/index.ts';
import type { SessionEvent, TorrentId, TorrentState } from '../protocol/index.ts';
import { banCommand, unbanCommand } from './ban-words.ts';
import type { BanOptions } from './ban-words.ts';
import { ByteTicker } from './byte-ticker.ts';
import type { Engine, EngineEnd, TorrentStatus } from './engine.ts';
import { codedError, storeError } from './errors.ts';
import type { CodedError } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import { FileStreams } from './file-streams.ts';
import { lookUpPeer } from './look-up-peer.ts';
import { chosenBehaviors } from './options.ts';
import type { BehaviorOptions } from './options.ts';
import type { FileChoice } from './selection.ts';
import { abortable } from './signal.ts';
import type { Abortable } from './signal.ts';
import { ScrapeAnswers } from './scrape-answers.ts';
import { tellFact } from './tell-fact.ts';
import { isFactOf } from './torrent-events.ts';
import type { Scraped, TorrentEvent, TorrentFact } from './torrent-events.ts';
import { TorrentFigures } from './torrent-figures.ts';
import type { TorrentSetup } from './torrent-setup.ts';
import { Waiters } from './waiters.ts';

/** Events that one slow `events()` reader may be behind; above it the oldest are dropped and counted. */
export const eventQueueMax = 1000;

export class Torrent extends TorrentFigures {
  readonly #engine: Engine;
  readonly #setup: TorrentSetup;
  readonly #ticker: ByteTicker;
  readonly #waiters = new Waiters();
  readonly #queues = new Set<EventQueue<TorrentEvent>>();
  readonly #streams: FileStreams;
  readonly #id: TorrentId;
  #behaviors: BehaviorOptions;
  #downloading: boolean;
  #seeding: boolean;
  #paused: boolean;
  #state: TorrentState = 'stopped';
  #complete = false;
  #error: CodedError | null = null;
  #removal: Promise<void> | null = null;
  readonly #scrapes = new ScrapeAnswers();
  #gone = false;

  /** @internal Made by `client.add()`. */
  constructor(engine: Engine, setup: TorrentSetup) {
    super(setup.metainfo, setup.location, setup.selection, () => engine.now());
    this.#engine = engine;
    this.#setup = setup;
    this.#downloading = setup.downloading;
    this.#seeding = setup.seeding;
    this.#paused = setup.paused;
    this.#behaviors = setup.behaviors;
    this.#ticker = new ByteTicker(
      engine,
      () => [this.received, this.uploaded],
      (down, up) => this.#tellBytes(down, up),
    );
    this.#streams = new FileStreams(this, setup.read, (deadlines) => {
      if (!this.#gone) engine.command({ type: 'set-deadlines', torrent: this.#id, deadlines });
    });
    (this as unknown as EventEmitter).on('newListener', (name) => {
      if (name === 'download' || name === 'upload') this.#ticker.start();
    });
    this.#id = this.#enter(setup.skipVerify ? 'all' : 'check');
    // Later, so that whoever awaited `add()` hears everything from the first event on.
    engine.later(0, () => this.#begin());
  }

  /** Every wanted piece is verified and on disk. */
  get done(): boolean {
    return this.#complete;
  }
  /** It should not be running. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Ask peers for what is missing. */
  get downloading(): boolean {
    return this.#downloading;
  }
  set downloading(wish: boolean) {
    this.#downloading = wish;
    this.#sendFlags();
  }
  /** Give peers what is held. */
  get seeding(): boolean {
    return this.#seeding;
  }
  set seeding(wish: boolean) {
    this.#seeding = wish;
    this.#sendFlags();
  }

  /**
   * Bans a host (a literal address) from this torrent and closes its connections here, for `time` milliseconds (default:
   * the client's `banTime`), or until the torrent stops.
   */
  ban(host: string, options: BanOptions = {}): void {
    this.#engine.command(banCommand(this.#id, host, options));
  }

  /** Ends a ban before its time. */
  unban(host: string): void {
    this.#engine.command(unbanCommand(this.#id, host));
  }

  /** How much a file is wanted: 0, not at all, to 7, before all others. What is there of it stays. */
  setPriority(file: number, priority: number): void {
    this.selection.set(file, priority);
    this.#sendPriorities();
  }

  /** Wants these files and no others: by index, or by pattern. Throws where one of them means no file. */
  select(files: FileChoice): void {
    this.selection.choose(files);
    this.#sendPriorities();
  }

  /** Takes part in the swarm; also leaves the state `error`. */
  start(): void {
    this.#paused = false;
    this.#error = null;
    if (!this.#gone) this.#engine.command({ type: 'start-torrent', torrent: this.#id });
  }

  /** Leaves the swarm: says `stopped` to the trackers, closes the files. Resolves when that is done. */
  async stop(options: Abortable = {}): Promise<void> {
    this.#paused = true;
    if (this.#gone) return;
    this.#engine.command({ type: 'stop-torrent', torrent: this.#id });
    const stopped = (): boolean => this.state === 'stopped' || this.state === 'error';
    await this.#waiters.until(() => this.#gone || stopped(), options.signal);
  }

  /** `stop()` without waiting. */
  pause(): void {
    this.stop().catch(() => undefined);
  }

  /** The same as `start()`. */
  resume(): void {
    this.start();
  }

  /** Replaces behaviors while the torrent runs. Throws on an unknown name. */
  setBehaviors(options: BehaviorOptions): void {
    const behaviors = chosenBehaviors(options);
    this.#behaviors = {
      ...this.#behaviors,
      picker: undefined,
      strategy: undefined,
      choker: undefined,
      behaviors: { ...chosenBehaviors(this.#behaviors), ...behaviors },
    };
    this.#engine.command({ type: 'set-behaviors', torrent: this.#id, behaviors });
  }

  /** Dials a peer: an address, or `HOST:PORT` whose name is looked up first. */
  async addPeer(peer: string | Address, options: Abortable = {}): Promise<void> {
    const addresses =
      typeof peer === 'string' ? await lookUpPeer(peer, this.#engine, options.signal) : [peer];
    this.#engine.command({ type: 'add-peers', torrent: this.#id, addresses });
  }

  /** Asks the trackers as soon as they allow. */
  announce(): void {
    this.#engine.command({ type: 'announce', torrent: this.#id });
  }

  /**
   * Asks a tracker how many seeds and leeches it counts, paused or not. What it answered less than a minute ago is told
   * again. Rejects with `SWARMWRIGHT_TRACKER_FAILED` where no tracker can tell.
   */
  async scrape(options: Abortable = {}): Promise<Scraped> {
    this.#assertThere();
    const before = this.#scrapes.count;
    this.#engine.command({ type: 'scrape', torrent: this.#id });
    const answered = (): boolean => {
      if (this.#scrapes.count === before) this.#assertThere();
      return this.#scrapes.count > before;
    };
    await this.#waiters.until(answered, options.signal);
    return this.#scrapes.result();
  }

  /** Forgets what is verified and hashes everything again. Resolves when it takes part in the swarm again. */
  async recheck(options: Abortable = {}): Promise<void> {
    this.#assertThere();
    this.#engine.command({ type: 'recheck-torrent', torrent: this.#id });
    this.start();
    let left = false;
    const back = (): boolean => {
      left ||= this.#state !== 'active';
      return left && this.#state === 'active';
    };
    await this.#waiters.until(() => this.#throwIfStopped() || back(), options.signal);
  }

  /** Removes it from the client; its files stay. Resolves when the trackers know and the files are closed. */
  async destroy(options: Abortable = {}): Promise<void> {
    this.#paused = true;
    if (this.#gone) return;
    this.#removal ??= this.#waiters.until(() => this.#gone, undefined);
    this.#engine.command({ type: 'remove-torrent', torrent: this.#id });
    await abortable(this.#removal, options.signal);
  }

  /** Resolves when existing data is checked and it takes part in the swarm. Rejects as `completed()` does. */
  async started(options: Abortable = {}): Promise<void> {
    await this.#waiters.until(
      () => this.#state === 'active' || this.#throwIfStopped(),
      options.signal,
    );
  }

  /** Resolves when every wanted piece is verified and on disk. Rejects when the torrent fails or is removed. */
  async completed(options: Abortable = {}): Promise<void> {
    await this.#waiters.until(() => this.#complete || this.#throwIfStopped(), options.signal);
  }

  /**
   * All that happens to this torrent from now on, in order. A reader that falls `eventQueueMax` events behind loses the
   * oldest and gets `{ type: 'events-dropped', count }` in their place. Ends when the torrent is removed; throws the
   * signal's reason when it is aborted.
   */
  events(options: Abortable = {}): AsyncIterableIterator<TorrentEvent> {
    const { signal } = options;
    const give = (): void => queue.end(signal?.reason as Error);
    const queue = new EventQueue<TorrentEvent>(
      eventQueueMax,
      (count) => ({ type: 'events-dropped', count }),
      () => {
        this.#queues.delete(queue);
        signal?.removeEventListener('abort', give);
      },
    );
    if (this.#gone) queue.end(null);
    else if (signal?.aborted === true) give();
    else {
      this.#queues.add(queue);
      signal?.addEventListener('abort', give, { once: true });
    }
    return queue;
  }

  protected streamFile(file: number, start: number, end: number): Readable {
    this.#assertThere();
    if (this.#error !== null) throw this.#error;
    if (this.selection.priority(file) === 0) this.setPriority(file, 1);
    return this.#streams.add(start, end);
  }

  protected status(): TorrentStatus | undefined {
    return this.#engine.status(this.#id);
  }

  #enter(existing: 'check' | 'all'): TorrentId {
    const torrent = this.#engine.newTorrentId();
    this.#engine.subscribe(torrent, (event) => this.#hear(event));
    this.#engine.command({
      type: 'add-torrent',
      torrent,
      metainfo: this.#setup.routed,
      tiers: this.#setup.tiers,
      downloading: this.#downloading,
      seeding: this.#seeding,
      existing,
      behaviors: chosenBehaviors(this.#behaviors),
    });
    if (!this.selection.isPlain) {
      this.#engine.command({ type: 'set-priorities', torrent, ...this.selection.toCommand() });
    }
    return torrent;
  }

  #begin(): void {
    if (this.#gone) return;
    this.emit('infoHash');
    this.emit('metadata');
    for (const peer of this.#setup.peers) {
      this.addPeer(peer).catch((error: unknown) => this.emit('warning', error as CodedError));
    }
    if (!this.#paused) this.start();
  }

  #sendPriorities(): void {
    if (this.#gone) return;
    this.#engine.command({
      type: 'set-priorities',
      torrent: this.#id,
      ...this.selection.toCommand(),
    });
    if (this.status()?.wantedLeft !== 0) this.#complete = false;
  }

  #sendFlags(): void {
    this.#engine.command({
      type: 'set-flags',
      torrent: this.#id,
      downloading: this.#downloading,
      seeding: this.#seeding,
    });
  }

  #tellBytes(down: number, up: number): boolean {
    if (down > 0) this.emit('download', down);
    if (up > 0) this.emit('upload', up);
    return !this.#gone && this.listenerCount('download') + this.listenerCount('upload') > 0;
  }

  #assertThere(): void {
    if (this.#gone) throw codedError('SWARMWRIGHT_TORRENT_REMOVED', `"${this.name}" was removed`);
  }

  /** Never returns true: for use in a test that may also throw. */
  #throwIfStopped(): boolean {
    if (this.#error !== null) throw this.#error;
    this.#assertThere();
    return false;
  }

  #hear(event: SessionEvent | EngineEnd): void {
    if (event.type === 'engine-ended') {
      this.#end(event.error);
      return;
    }
    if (!isFactOf(event, this.#id)) return;
    this.#note(event);
    this.#streams.hear(event, this.#error);
    this.#waiters.ask();
    for (const queue of [...this.#queues]) {
      queue.push(event);
      if (this.#gone) queue.end(null);
    }
    tellFact(this, event, this.#error);
    if (this.#gone) this.emit('close');
  }

  /** The client is gone, and this with it. */
  #end(error: CodedError): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#state = 'stopped';
    this.#error = error;
    this.#ticker.stop();
    this.#streams.end(error);
    this.#waiters.ask();
    const failure = error.code === 'SWARMWRIGHT_BUG' ? error : null;
    for (const queue of [...this.#queues]) queue.end(failure);
    this.#setup.removed();
    if (failure !== null && this.listenerCount('error') > 0) this.emit('error', failure);
    this.emit('close');
  }

  /** Keeps what the event changes here. */
  #note(event: TorrentFact): void {
    switch (event.type) {
      case 'state-changed':
        this.#state = event.state;
        if (event.state === 'checking') this.#complete = false;
        if (event.state === 'error') {
          this.#error = storeError(event.fault ?? 'io', this.#setup.location.root);
        }
        break;
      case 'complete':
        // More may have been wanted since.
        this.#complete = (this.status()?.wantedLeft ?? 0) === 0;
        break;
      case 'scraped':
      case 'scrape-failed':
        this.#scrapes.note(event);
        break;
      case 'removed':
        this.#engine.unsubscribe(this.#id);
        this.#state = 'stopped';
        this.#gone = true;
        this.#ticker.stop();
        this.#setup.removed();
        break;
      default:
    }
  }
}
