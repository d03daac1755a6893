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
import type { Existing, SessionEvent, TorrentId } from '../protocol/index.ts';
import { banCommand, unbanCommand } from './ban-words.ts';
import type { BanOptions } from './ban-words.ts';
import { ByteTicker } from './byte-ticker.ts';
import type { Engine, EngineEnd, TorrentStatus } from './engine.ts';
import { codedError } from './errors.ts';
import type { CodedError } from './errors.ts';
import { FileStreams } from './file-streams.ts';
import { lookUpPeer } from './look-up-peer.ts';
import type { MoveOptions } from './move-data.ts';
import { chosenBehaviors } from './options.ts';
import type { BehaviorOptions } from './options.ts';
import type { FileChoice } from './selection.ts';
import { abortable } from './signal.ts';
import type { Abortable } from './signal.ts';
import { keeperFor } from './resume/keeper-for.ts';
import type { ResumeKeeper } from './resume/resume-keeper.ts';
import { ScrapeAnswers } from './scrape-answers.ts';
import { tellFact } from './tell-fact.ts';
import { isFactOf } from './torrent-events.ts';
import type { Scraped } from './torrent-events.ts';
import { TorrentLife } from './torrent-life.ts';
import type { TorrentSetup } from './torrent-setup.ts';

export interface RemoveOptions extends Abortable {
  /** Delete its files as well: only those that the torrent names, then the folders that are empty. Default: false. */
  readonly data?: boolean | undefined;
}

export class Torrent extends TorrentLife {
  readonly #engine: Engine;
  readonly #setup: TorrentSetup;
  readonly #ticker: ByteTicker;
  readonly #scrapes = new ScrapeAnswers();
  readonly #streams: FileStreams;
  readonly #id: TorrentId;
  readonly #keeper: ResumeKeeper | null;
  #behaviors: BehaviorOptions;
  #downloading: boolean;
  #seeding: boolean;
  #paused: boolean;
  #removal: Promise<void> | null = null;

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
      if (!this.gone) engine.command({ type: 'set-deadlines', torrent: this.#id, deadlines });
    });
    (this as unknown as EventEmitter).on('newListener', (name) => {
      if (name === 'download' || name === 'upload') this.#ticker.start();
    });
    this.#id = this.#enter(setup.skipVerify ? 'all' : (setup.earlier?.existing ?? 'check'));
    this.#keeper = keeperFor(this, setup, engine, () => {
      engine.command({ type: 'save-torrent', torrent: this.#id });
    });
    // Later, so that whoever awaited `add()` hears everything from the first event on.
    engine.later(0, () => this.#begin());
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
    this.failure = null;
    if (!this.gone) this.#engine.command({ type: 'start-torrent', torrent: this.#id });
  }

  /** Leaves the swarm: says `stopped` to the trackers, closes the files. Resolves when that is done. */
  async stop(options: Abortable = {}): Promise<void> {
    this.#paused = true;
    if (this.gone) return;
    this.#keeper?.save();
    this.#engine.command({ type: 'stop-torrent', torrent: this.#id });
    const stopped = (): boolean => this.state === 'stopped' || this.state === 'error';
    await this.waiters.until(() => this.gone || stopped(), options.signal);
    await this.saved();
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
    this.assertThere();
    const before = this.#scrapes.count;
    this.#engine.command({ type: 'scrape', torrent: this.#id });
    const answered = (): boolean => {
      if (this.#scrapes.count === before) this.assertThere();
      return this.#scrapes.count > before;
    };
    await this.waiters.until(answered, options.signal);
    return this.#scrapes.result();
  }

  /** Forgets what is verified and hashes everything again. Resolves when it takes part in the swarm again. */
  async recheck(options: Abortable = {}): Promise<void> {
    this.assertThere();
    await this.#keeper?.doubt();
    this.assertThere();
    this.#engine.command({ type: 'recheck-torrent', torrent: this.#id });
    this.start();
    let left = false;
    const back = (): boolean => {
      left ||= this.told !== 'active';
      return left && this.told === 'active';
    };
    await this.waiters.until(() => this.throwIfStopped() || back(), options.signal);
  }

  /**
   * Moves its files, with what is there of them, to another folder, made as needed, and goes on there: peers stay, nothing
   * is hashed again, what is remembered follows. A folder on another device gets copies first, while reads go on.
   *
   * Rejects with `SWARMWRIGHT_MOVE_FAILED` where a name is taken there or a device fails: then everything is where it was,
   * or the message names what is not. With the signal aborted while files are being copied, likewise. Where old files
   * cannot be deleted, the torrent is moved all the same, and a `warning` tells of them.
   */
  async move(folder: string, options: MoveOptions = {}): Promise<void> {
    this.assertThere();
    const left = await this.#setup.mover.move(folder, this.#keeper, options);
    if (left !== null) this.emit('warning', left);
    if (this.ready) this.save();
    // A disk that was full is another one now.
    if (this.state === 'error' && !this.#paused) this.start();
  }

  /** The client is about to close. @internal */
  leave(): void {
    this.#callOff();
    this.save();
  }

  /** Asks for the resume file to be brought up to date, where there is one. Does not wait. @internal */
  save(): void {
    if (!this.gone) this.#keeper?.save();
  }

  /** Resolves when the resume file holds all that was told so far. @internal */
  async saved(): Promise<void> {
    await this.#setup.mover.settled();
    await this.#keeper?.settled();
  }

  /**
   * Removes it from the client, and what is remembered of it; its files stay, unless `data` says otherwise. Resolves when
   * the trackers know and the files are closed, or deleted. Rejects with `SWARMWRIGHT_REMOVE_FAILED` where files of it
   * could not be deleted; the torrent is gone all the same.
   */
  async remove(options: RemoveOptions = {}): Promise<void> {
    this.#paused = true;
    if (this.gone) return;
    this.#removal ??= this.waiters.until(() => this.gone, undefined);
    this.#engine.command({ type: 'remove-torrent', torrent: this.#id });
    this.#callOff();
    await abortable(this.#removal, options.signal);
    await this.#setup.mover.settled();
    await this.#keeper?.forget();
    if (options.data === true) await this.#setup.removeData();
  }

  /** WebTorrent's name for `remove()`. */
  async destroy(options: RemoveOptions = {}): Promise<void> {
    await this.remove(options);
  }

  protected streamFile(file: number, start: number, end: number): Readable {
    this.assertThere();
    if (this.failure !== null) throw this.failure;
    if (this.selection.priority(file) === 0) this.setPriority(file, 1);
    return this.#streams.add(start, end);
  }

  protected status(): TorrentStatus | undefined {
    return this.#engine.status(this.#id);
  }

  #enter(existing: Existing): TorrentId {
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
    if (this.gone) return;
    this.emit('infoHash');
    this.emit('metadata');
    const { earlier } = this.#setup;
    if (earlier !== null && earlier.peers.length > 0) {
      const { peers: addresses } = earlier;
      this.#engine.command({ type: 'add-peers', torrent: this.#id, addresses });
    }
    for (const peer of this.#setup.peers) {
      this.addPeer(peer).catch((error: unknown) => this.emit('warning', error as CodedError));
    }
    if (!this.#paused) this.start();
  }

  #sendPriorities(): void {
    if (this.gone) return;
    this.#engine.command({
      type: 'set-priorities',
      torrent: this.#id,
      ...this.selection.toCommand(),
    });
    this.#keeper?.selected();
    this.selectionChanged();
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
    return !this.gone && this.listenerCount('download') + this.listenerCount('upload') > 0;
  }

  #hear(event: SessionEvent | EngineEnd): void {
    if (event.type === 'engine-ended') {
      this.#end(event.error);
      return;
    }
    if (!isFactOf(event, this.#id)) return;
    this.#keeper?.hear(event);
    this.note(event);
    if (this.gone) this.#leave();
    if (event.type === 'scraped' || event.type === 'scrape-failed') this.#scrapes.note(event);
    this.#streams.hear(event, this.failure);
    this.tellReaders(event);
    tellFact(this, event, this.failure);
    if (this.gone) this.emit('close');
  }

  /** The client is gone, and this with it. */
  #end(error: CodedError): void {
    if (this.gone) return;
    const bug = error.code === 'SWARMWRIGHT_BUG' ? error : null;
    this.#ticker.stop();
    this.#streams.end(error);
    this.#setup.mover.callOff(error);
    this.over(error, bug);
    this.#setup.removed();
    if (bug !== null && this.listenerCount('error') > 0) this.emit('error', bug);
    this.emit('close');
  }

  #callOff(): void {
    const what = `"${this.name}" was not moved: it is being stopped for good`;
    this.#setup.mover.callOff(codedError('SWARMWRIGHT_TORRENT_STOPPED', what));
  }

  /** It was removed. */
  #leave(): void {
    this.#engine.unsubscribe(this.#id);
    this.#ticker.stop();
    this.#setup.removed();
  }
}
