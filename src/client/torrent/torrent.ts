/**
 * One torrent of a client, as the application holds it: live figures, commands, events, promises.
 *
 * Owns no protocol state: figures are read from the machine at the moment they are asked for. It keeps whether it should
 * run, and what is still under way of what the application asked for. A torrent's error never leaves as an exception: it is the
 * `error` event, where somebody listens, and the rejection of `completed()`.
 */
import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import type { Address } from '../../core/index.ts';
import type { SessionEvent, TorrentState } from '../../protocol/index.ts';
import { ByteTicker } from '../events/byte-ticker.ts';
import type { Engine, EngineEnd } from '../engine.ts';
import { codedError } from '../errors.ts';
import type { CodedError } from '../errors.ts';
import { FileStreams } from '../data/file-streams.ts';
import { lookUpPeer } from '../words/look-up-peer.ts';
import type { MoveOptions } from '../data/move-data.ts';
import { abortable } from '../signal.ts';
import type { Abortable } from '../signal.ts';
import { keeperFor } from '../resume/keeper-for.ts';
import type { ResumeKeeper } from '../resume/resume-keeper.ts';
import { ScrapeAnswers } from './scrape-answers.ts';
import { tellFact } from './tell-fact.ts';
import type { Turn } from '../queue/torrent-queue.ts';
import { isFactOf } from './torrent-events.ts';
import type { Scraped, TorrentFact } from './torrent-events.ts';
import { entryCommands } from './torrent-setup.ts';
import type { RemoveOptions, StopOptions, TorrentSetup } from './torrent-setup.ts';
import { TorrentTurn } from '../queue/torrent-turn.ts';
import type { TurnTaker } from '../queue/turns.ts';
import { TorrentWishes } from './torrent-wishes.ts';

export class Torrent extends TorrentWishes implements TurnTaker {
  readonly #engine: Engine;
  readonly #setup: TorrentSetup;
  readonly #ticker: ByteTicker;
  readonly #scrapes = new ScrapeAnswers();
  readonly #streams: FileStreams;
  readonly #keeper: ResumeKeeper | null;
  #paused: boolean;
  readonly #turn = new TorrentTurn();
  /** `check()` is under way. */
  #checks = false;
  #known = false;
  /** It moves next to nothing (`ClientOptions.slow`). @internal */
  slow = false;
  #removal: Promise<void> | null = null;

  /** @internal Made by `client.add()`. */
  constructor(engine: Engine, setup: TorrentSetup) {
    super(engine, setup);
    this.#engine = engine;
    this.#setup = setup;
    this.#paused = setup.paused;
    this.#ticker = new ByteTicker(
      engine,
      () => [this.received, this.uploaded],
      (down, up) => this.#tellBytes(down, up),
    );
    this.#streams = new FileStreams(this, setup.read, (deadlines) => {
      if (!this.gone) engine.command({ type: 'set-deadlines', torrent: this.id, deadlines });
    });
    (this as unknown as EventEmitter).on('newListener', (name) => {
      if (name === 'download' || name === 'upload') this.#ticker.start();
    });
    engine.subscribe(this.id, (event) => this.#hear(event));
    for (const command of entryCommands(this.id, setup)) engine.command(command);
    this.#keeper = keeperFor(this, setup, engine, () => {
      engine.command({ type: 'save-torrent', torrent: this.id });
    });
    if (Object.keys(setup.share).length > 0) this.setShare(setup.share);
    if (Object.keys(setup.limits).length > 0) this.setLimits(setup.limits);
    // Later, so that whoever awaited `add()` hears everything from the first event on.
    engine.later(0, () => this.#begin());
  }

  /** It should not be running. */
  get paused(): boolean {
    return this.#paused;
  }

  /**
   * Takes part in the swarm, when its turn comes; also leaves the state `error`. `forced`: at once, however many others
   * do.
   */
  start(options: { readonly forced?: boolean } = {}): void {
    this.#paused = false;
    this.failure = null;
    this.#turn.ask(options.forced ?? false);
    if (!this.gone) this.#setup.turnsChanged();
  }

  /** It waits for its turn (`activeDownloads`, `activeSeeds`). */
  get queued(): boolean {
    return this.wants && !this.#turn.runs;
  }
  /** It takes part without waiting for its turn. */
  get forced(): boolean {
    return this.#turn.forced;
  }
  /** It wants to run. @internal */
  get wants(): boolean {
    return this.#turn.asked && !this.#paused && !this.gone && this.failure === null;
  }

  /** Its data was looked at at least once: `done` and `progress` say what is there. */
  get known(): boolean {
    return this.#known;
  }

  /** Its turn has come to run or to be checked, or it has not. @internal */
  takeTurn(turn: Turn | null): void {
    const type = this.#turn.take(turn);
    if (type === 'stop-torrent') this.#keeper?.save();
    if (type !== null) this.#engine.command({ type, torrent: this.id });
  }

  /**
   * Leaves the swarm: says `stopped` to the trackers, closes the files. Resolves when that is done. `graceful`: first
   * takes what peers were asked for and sends what they were promised.
   */
  async stop(options: StopOptions = {}): Promise<void> {
    this.#keeper?.save();
    await this.#stopBy(options.graceful === true ? 'drain-torrent' : 'stop-torrent', options);
  }

  /**
   * Hashes what is there, unless that was done, and stops: no tracker and no peer hears of it. Then `done`, `progress` and
   * `pieces` say what is there. A torrent that is running stops. In a paused client it waits.
   */
  async check(options: Abortable = {}): Promise<void> {
    this.#checks = true;
    await this.#stopBy('check-torrent', options);
  }

  async #stopBy(
    type: 'stop-torrent' | 'drain-torrent' | 'check-torrent',
    options: Abortable,
  ): Promise<void> {
    this.#paused = true;
    if (this.gone) return;
    this.#turn.leave();
    this.#engine.command({ type, torrent: this.id });
    this.#setup.turnsChanged();
    await this.left(options);
    await this.saved();
  }

  /** Resolves when it is in no swarm and its files are closed. @internal */
  async left(options: Abortable): Promise<void> {
    const stopped = (): boolean =>
      (this.state === 'stopped' && !this.#checks) || this.state === 'error';
    await this.waiters.until(() => this.gone || stopped(), options.signal);
  }

  /** `stop()` without waiting. */
  pause(): void {
    this.stop().catch(() => undefined);
  }

  /** The same as `start()`. */
  resume(): void {
    this.start();
  }

  /** Dials a peer: an address, or `HOST:PORT` whose name is looked up first. */
  async addPeer(peer: string | Address, options: Abortable = {}): Promise<void> {
    const addresses =
      typeof peer === 'string' ? await lookUpPeer(peer, this.#engine, options.signal) : [peer];
    this.#engine.command({ type: 'add-peers', torrent: this.id, addresses });
  }

  /** Asks the trackers as soon as they allow; with a URL that tracker alone, where it is one of the torrent's. */
  announce(url?: string): void {
    const torrent = this.id;
    if (url === undefined) this.#engine.command({ type: 'announce', torrent });
    else this.#engine.command({ type: 'announce-to', torrent, url });
  }

  /**
   * Asks a tracker how many seeds and leeches it counts, paused or not. What it answered less than a minute ago is told
   * again. Rejects with `SWARMWRIGHT_TRACKER_FAILED` where no tracker can tell.
   */
  async scrape(options: Abortable = {}): Promise<Scraped> {
    this.assertThere();
    const before = this.#scrapes.count;
    this.#engine.command({ type: 'scrape', torrent: this.id });
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
    this.#engine.command({ type: 'recheck-torrent', torrent: this.id });
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
    this.#engine.command({ type: 'remove-torrent', torrent: this.id });
    this.#callOff();
    await abortable(this.#removal, options.signal);
    await this.#setup.mover.settled();
    await this.#keeper?.forget();
    await this.#setup.forget();
    const { data = false } = options;
    if (data !== false) await this.#setup.removeData(data === true ? 'all' : data);
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

  protected override selectionSent(): void {
    this.#keeper?.selected();
  }

  #begin(): void {
    if (this.gone) return;
    this.emit('infoHash');
    this.emit('metadata');
    const { earlier, met } = this.#setup;
    for (const peer of met.values()) {
      this.tellReaders(peer);
      tellFact(this, peer, null);
    }
    if (earlier !== null && earlier.peers.length > 0) {
      const { peers: addresses } = earlier;
      this.#engine.command({ type: 'add-peers', torrent: this.id, addresses });
    }
    for (const peer of this.#setup.peers) {
      this.addPeer(peer).catch((error: unknown) => this.emit('warning', error as CodedError));
    }
    // Whoever started it meanwhile has said how.
    if (!this.#paused && !this.#turn.asked) this.start();
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
    if (!isFactOf(event, this.id)) return;
    this.#keeper?.hear(event);
    const failed = this.failure !== null;
    this.note(event);
    this.#noteTurn(event, failed);
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
    this.#engine.unsubscribe(this.id);
    this.#ticker.stop();
    this.#setup.removed();
  }

  /** Whether it runs, or counts as a download, may have changed by what it was told. */
  #noteTurn(event: TorrentFact, failedBefore: boolean): void {
    if (event.type === 'share-reached') this.#paused = true;
    if (event.type === 'complete') this.slow = false;
    if (event.type === 'state-changed') this.#noteKnown(event.state);
    const stops = event.type === 'state-changed' && event.state === 'error';
    if (event.type === 'share-reached' || stops) this.#turn.leave();
    // A store that works again: it goes on by itself, and is one of those that run.
    else if (failedBefore && this.failure === null) this.#turn.goesOn();
    else if (event.type !== 'complete') return;
    this.#setup.turnsChanged();
  }

  #noteKnown(state: TorrentState): void {
    // The machine as it is now: a check may have begun behind a stop that is only told yet.
    const isChecked = state === 'stopped' && this.state === 'stopped';
    if (state === 'error') this.#checks = false;
    if (state !== 'active' && !isChecked) return;
    const checked = this.#checks || this.#turn.isCheck;
    this.#checks = false;
    if (state === 'active' || checked) this.#known = true;
    if (!isChecked || !this.#turn.isCheck) return;
    this.#turn.leave();
    this.#setup.turnsChanged();
  }
}
