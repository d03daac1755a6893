/**
 * One torrent: its life from added to removed, and what lasts over a stop.
 *
 * `stopped → opening → checking → active → stopping → stopped`, or `error` where the store failed. The metainfo, the
 * ledger, the flags and the totals last; whatever belongs to a swarm is an `ActiveTorrent`, made anew at every start.
 * A wish that comes at the wrong moment (start while stopping, stop while opening) is kept and carried out in time.
 * Where a store is full or failing and nobody said stop, the torrent starts again by itself (`StoreRetry`).
 */
import type { Address, StoreFault, StoreId } from '../../core/index.ts';
import type { Metainfo } from '../metainfo/types.ts';
import { ActiveTorrent } from './active-torrent.ts';
import type { ActiveListener } from './active-torrent.ts';
import { Availability } from './availability.ts';
import type { Behaviors } from './behavior.ts';
import type { Command, TorrentId } from './command.ts';
import type { Holdings, SessionFacts } from './context.ts';
import type { TorrentState } from './event.ts';
import { Deadlines } from './deadlines.ts';
import type { PieceDeadline } from './deadlines.ts';
import { Geometry } from './geometry.ts';
import { Inspection } from './inspection.ts';
import { Ledger } from './ledger.ts';
import type { Links } from './links.ts';
import { Overhead } from './overhead.ts';
import { NamedPeers } from './named-peers.ts';
import type { Peer } from './peer.ts';
import { RateLimit } from './rate-limit.ts';
import type { RateLimits } from './rate-limit.ts';
import { Sharing } from './sharing.ts';
import type { ShareGoal, ShareGoals } from './sharing.ts';
import type { PieceSet } from './piece-set.ts';
import { Saving } from './saving.ts';
import { Scraping } from './scraping.ts';
import { SelectedFiles } from './selected-files.ts';
import { StoreRetry } from './store-retry.ts';
import { TorrentFacts } from './torrent-facts.ts';
import { TorrentTrackers } from './torrent-trackers.ts';
import type { JobAnswer } from './turn.ts';
import type { TorrentView } from './views.ts';

type AddCommand = Extract<Command, { type: 'add-torrent' }>;

export class Torrent implements Holdings, ActiveListener {
  readonly id: TorrentId;
  readonly session: SessionFacts;
  readonly metainfo: Metainfo;
  readonly ledger: Ledger;
  readonly availability: Availability;
  readonly limits: Holdings['limits'] = { download: new RateLimit(), upload: new RateLimit() };
  readonly overhead: Overhead;
  readonly sharing: Sharing = new Sharing(this, (goal) => this.#shareReached(goal));
  readonly #links: Links;
  readonly #facts: TorrentFacts;
  readonly #deadlines = new Deadlines();
  readonly #selected: SelectedFiles;
  readonly #removed: () => void;
  readonly trackers: TorrentTrackers;
  readonly scraping: Scraping;
  #behaviors: Behaviors;
  #state: TorrentState = 'stopped';
  #fault: StoreFault | null = null;
  #active: ActiveTorrent | null = null;
  store: StoreId = 0;
  /** What must still happen before `stopping` is over. */
  #closing = { announce: false, store: false };
  /** What was asked for meanwhile. */
  #next: 'stay' | 'start' | 'remove' = 'stay';
  /** It should be running, as far as the application knows. */
  #wanted = false;
  readonly #inspection: Inspection;
  readonly #saving: Saving;
  readonly #retry: StoreRetry;
  readonly #named = new NamedPeers();
  #downloadedBefore: number;
  #uploadedBefore: number;

  constructor(
    command: AddCommand,
    session: SessionFacts,
    links: Links,
    behaviors: Behaviors,
    removed: () => void,
  ) {
    const { metainfo } = command;
    this.id = command.torrent;
    this.session = session;
    this.metainfo = metainfo;
    this.overhead = new Overhead(session.overhead);
    this.#links = links;
    this.#behaviors = { ...behaviors, ...command.behaviors };
    this.trackers = new TorrentTrackers(command.tiers ?? metainfo.tiers, this);
    this.#removed = () => {
      this.scraping.stop();
      removed();
    };
    this.scraping = new Scraping(this, this.trackers);
    const listener = {
      pieceChanged: (piece: number): void => {
        if (this.#deadlines.count > 0 && this.ledger.verified.has(piece)) {
          this.#deadlines.remove(piece);
        }
        this.#active?.picking.changed(piece);
      },
      manyCopiesChanged: (): void => this.#active?.picking.manyCopiesChanged(),
    };
    const geometry = new Geometry(metainfo.length, metainfo.pieceLength);
    const padding = metainfo.files.filter((file) => file.padding && file.length > 0);
    this.ledger = new Ledger(geometry, padding, listener);
    this.availability = new Availability(geometry.pieceCount, listener);
    this.#selected = new SelectedFiles(this, (fault) => {
      this.#inspection.doubtAll(); // files may have been moved in part
      this.storeFailed(fault);
    });
    this.#facts = new TorrentFacts(this.ledger, this.availability, this.#deadlines, command);
    this.#saving = new Saving(this);
    this.#retry = new StoreRetry(this.id, session);
    this.#inspection = new Inspection(this, command.existing, {
      checking: () => this.#setState('checking', null),
      inspected: () => this.#activate(),
      inspectionFailed: (fault) => this.#stop(fault),
    });
    this.#downloadedBefore = this.#inspection.legacy.downloaded;
    this.#uploadedBefore = this.#inspection.legacy.uploaded;
  }

  // --- facts

  get view(): TorrentView {
    return this.#facts;
  }
  get state(): TorrentState {
    return this.#state;
  }
  /** Why it is in state `error`; null in every other state. */
  get fault(): StoreFault | null {
    return this.#fault;
  }
  get active(): ActiveTorrent | null {
    return this.#active;
  }
  get downloading(): boolean {
    return this.#facts.downloading;
  }
  get seeding(): boolean {
    return this.#facts.seeding;
  }
  /** Payload bytes received since it was first added, good or not; earlier sessions included. */
  get downloaded(): number {
    return this.#downloadedBefore + (this.#active?.downloaded ?? 0);
  }
  /** Payload bytes sent since it was first added. */
  get uploaded(): number {
    return this.#uploadedBefore + (this.#active?.uploaded ?? 0);
  }
  /** Bytes of wanted pieces that are not verified. */
  get wantedLeft(): number {
    return this.ledger.wantedLeft;
  }
  /** Bytes of pieces that are not verified, wanted or not. */
  get left(): number {
    return this.ledger.bytesLeft;
  }
  get peers(): readonly Peer[] {
    return this.#active === null ? [] : [...this.#active.peers.values()];
  }

  // --- commands

  start(): void {
    this.#wanted = true;
    if (this.#state === 'stopping') {
      if (this.#next === 'stay') this.#next = 'start';
      return;
    }
    if (this.#state !== 'stopped' && this.#state !== 'error') return;
    this.#next = 'stay';
    this.#retry.cancel();
    this.#inspection.prepare();
    this.#setState('opening', null);
    const { turn } = this.session;
    this.store = turn.newStore();
    turn.out.push({
      type: 'store-open',
      job: turn.newJob({ jobDone: (answer) => this.#opened(answer) }),
      store: this.store,
      files: this.metainfo.files,
      extent: this.metainfo.pieceLength,
    });
  }

  stop(): void {
    this.#wanted = false;
    this.#retry.cancel();
    this.#stop(null);
  }

  /** The wait after a store fault is over. */
  retry(): void {
    if (this.#state === 'error') this.start();
  }

  save(): void {
    if (this.#state === 'active') this.#saving.ask();
  }

  recheck(): void {
    this.#inspection.doubtAll();
    const running = this.#state !== 'stopped' && this.#state !== 'error';
    const goesOn = this.#state === 'stopping' ? this.#next : running ? 'start' : 'stay';
    this.#stop(null);
    this.#next = goesOn;
  }

  remove(): void {
    this.#next = 'remove';
    this.#wanted = false;
    this.#retry.cancel();
    if (this.#state === 'stopped' || this.#state === 'error') this.#removed();
    else if (this.#state !== 'stopping') this.#stop(null);
  }

  setFlags(downloading: boolean, seeding: boolean): void {
    this.#facts.downloading = downloading;
    this.#facts.seeding = seeding;
    this.#active?.flagsChanged();
  }

  /** Both as in `set-priorities`. */
  prioritize(pieces: Uint8Array, files: Uint8Array | null): void {
    const wasComplete = this.ledger.complete;
    this.ledger.prioritize(pieces);
    this.#selected.choose(files);
    if (this.#state === 'checking' || this.#state === 'active') this.#selected.tell(this.store);
    if (!this.ledger.complete) this.sharing.end(); // it is no seed any more
    this.#active?.prioritiesChanged(wasComplete);
  }

  /** As in `set-deadlines`. What does not exist or is held already is left out. */
  setDeadlines(deadlines: readonly PieceDeadline[]): void {
    const { geometry, verified } = this.ledger;
    this.#deadlines.set(deadlines, this.session.turn.now, (piece) => {
      return Number.isInteger(piece) && geometry.isPiece(piece) && !verified.has(piece);
    });
    this.#active?.deadlinesChanged();
  }

  setBehaviors(behaviors: Partial<Behaviors>): void {
    this.#behaviors = { ...this.#behaviors, ...behaviors };
    this.#active?.replace(behaviors);
  }

  setLimits({ download, upload }: RateLimits): void {
    const { rates, turn } = this.session;
    this.limits.download.set(download, this.#active?.asked ?? 0, turn.now);
    this.limits.upload.set(upload, 0, turn.now);
    rates.download.wake(null);
    rates.upload.wake(null);
  }

  setShareGoals(goals: ShareGoals): void {
    this.sharing.set({ ratio: goals.ratio, seedTime: goals.seedTime });
    this.#active?.aim(this.sharing.uploadGoal - this.#uploadedBefore);
  }

  addPeers(addresses: readonly Address[]): void {
    this.#named.add(addresses, this.session.config.candidatesMax);
    this.#active?.learn(addresses);
  }

  // --- ActiveListener

  completed(): void {
    const { id: torrent, downloaded } = this;
    this.session.turn.notify({ type: 'complete', torrent, downloaded });
    this.sharing.begin();
    this.#active?.aim(this.sharing.uploadGoal - this.#uploadedBefore);
  }

  goalReached(): void {
    this.sharing.look();
  }

  progressed(): void {
    this.#retry.succeeded();
  }

  storeFailed(fault: StoreFault, piece = -1): void {
    if (this.#state !== 'active' && this.#state !== 'checking') return;
    this.#inspection.storeFailed(fault, piece);
    this.#stop(fault);
  }

  // --- SavedTorrent

  synced(pieces: PieceSet): void {
    this.#inspection.synced(pieces);
  }

  announcedStop(): void {
    this.#closing.announce = false;
    this.#settle();
  }

  // --- inside

  #opened(answer: JobAnswer): void {
    const fault = answer.type === 'store-done' ? answer.fault : 'io';
    if (this.#state === 'stopping') {
      this.#closeStore();
      return;
    }
    if (fault !== null) {
      this.#inspection.doubtAll();
      this.#failed(fault);
      return;
    }
    this.#selected.tell(this.store);
    this.#inspection.begin();
  }

  #activate(): void {
    this.#setState('active', null);
    this.#active = new ActiveTorrent(this, this.#links, this.#behaviors, this.trackers, this);
    this.#active.behaviors.picker.allChanged();
    if (this.view.complete) this.completed();
    this.#active.start();
    this.#active.learn(this.#named.all);
  }

  #stop(fault: StoreFault | null): void {
    switch (this.#state) {
      case 'stopped':
      case 'error':
        return;
      case 'stopping':
        if (this.#next === 'start') this.#next = 'stay';
        return;
      default:
    }
    const wasOpening = this.#state === 'opening';
    this.#fault = fault;
    this.#closing = { announce: this.#active !== null, store: true };
    this.#setState('stopping', fault);
    this.sharing.end();
    this.#inspection.close();
    this.#active?.stop();
    this.#saving.close();
    if (!wasOpening) this.#closeStore();
  }

  #closeStore(): void {
    const { turn } = this.session;
    turn.out.push({
      type: 'store-close',
      job: turn.newJob({ jobDone: () => this.#storeClosed() }),
      store: this.store,
    });
  }

  #storeClosed(): void {
    this.#closing.store = false;
    this.#settle();
  }

  /** Ends `stopping` when the tracker knows and the store is closed. */
  #settle(): void {
    if (this.#state !== 'stopping' || this.#closing.announce || this.#closing.store) return;
    this.#downloadedBefore = this.downloaded;
    this.#uploadedBefore = this.uploaded;
    this.#active = null;
    if (this.#fault === null) this.#setState('stopped', null);
    else this.#failed(this.#fault);
    if (this.#next === 'remove') this.#removed();
    else if (this.#next === 'start') this.start();
  }

  #shareReached(goal: ShareGoal): void {
    this.session.turn.notify({ type: 'share-reached', torrent: this.id, goal });
    this.stop();
  }

  #failed(fault: StoreFault): void {
    this.#setState('error', fault);
    if (this.#wanted) this.#retry.failed(fault);
  }

  #setState(state: TorrentState, fault: StoreFault | null): void {
    this.#state = state;
    this.#fault = fault;
    this.session.turn.notify({ type: 'state-changed', torrent: this.id, state, fault });
  }

  assertInvariants(): void {
    this.ledger.assertInvariants();
    this.#active?.assertInvariants();
  }
}
