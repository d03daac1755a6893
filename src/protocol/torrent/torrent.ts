/**
 * One torrent, from added to removed: what lasts over a stop.
 *
 * The metainfo, the ledger, the flags, the totals and the clocks last; whatever belongs to a swarm is an
 * `ActiveTorrent`, made anew at every start. When it starts and stops is its `Life`'s business; commands go there, or to
 * whom they concern.
 */
import type { Address, StoreFault } from '../../core/index.ts';
import type { Metainfo } from '../metainfo/types.ts';
import { ActiveTorrent } from './active-torrent.ts';
import type { ActiveListener } from './active-torrent.ts';
import { Availability } from './pieces/availability.ts';
import type { Behaviors } from './behavior.ts';
import { TorrentClocks } from './clocks.ts';
import type { Command, TorrentId } from '../session/command.ts';
import type { Holdings, SessionFacts } from './context.ts';
import type { TorrentState } from '../session/event.ts';
import { Deadlines } from './pieces/deadlines.ts';
import type { PieceDeadline } from './pieces/deadlines.ts';
import { Geometry } from './pieces/geometry.ts';
import { Ledger } from './pieces/ledger.ts';
import { Life } from './life.ts';
import type { Living } from './life.ts';
import type { Links } from '../session/links.ts';
import { Overhead } from './peers/overhead.ts';
import { NamedPeers } from './dialing/named-peers.ts';
import type { Peer } from './peers/peer.ts';
import { RateLimit } from '../session/rate-limit.ts';
import type { RateLimits } from '../session/rate-limit.ts';
import { Sharing } from './sharing.ts';
import type { ShareGoal, ShareGoals } from './sharing.ts';
import type { PieceSet } from './pieces/piece-set.ts';
import { Saving } from './data/saving.ts';
import { Scraping } from './trackers/scraping.ts';
import { SelectedFiles } from './pieces/selected-files.ts';
import { TorrentFacts } from './torrent-facts.ts';
import { TorrentTrackers } from './trackers/torrent-trackers.ts';
import type { TorrentView } from './views.ts';

/** What the session must hear of. */
export interface TorrentListener {
  /** It takes part in its swarm: what was met before may be handed over. */
  readonly joined: (active: ActiveTorrent) => void;
  readonly removed: () => void;
}

type AddCommand = Extract<Command, { type: 'add-torrent' }>;

export class Torrent implements Living, ActiveListener {
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
  readonly #joined: TorrentListener['joined'];
  readonly trackers: TorrentTrackers;
  readonly scraping: Scraping;
  #behaviors: Behaviors;
  #active: ActiveTorrent | null = null;
  readonly #life: Life;
  readonly #saving: Saving;
  readonly #named = new NamedPeers();
  #downloadedBefore: number;
  #uploadedBefore: number;
  readonly clocks: TorrentClocks;

  constructor(
    command: AddCommand,
    session: SessionFacts,
    links: Links,
    behaviors: Behaviors,
    { joined, removed }: TorrentListener,
  ) {
    const { metainfo } = command;
    this.id = command.torrent;
    this.session = session;
    this.metainfo = metainfo;
    this.overhead = new Overhead(session.overhead);
    this.#links = links;
    this.#behaviors = { ...behaviors, ...command.behaviors };
    this.trackers = new TorrentTrackers(command.tiers ?? metainfo.tiers, this, () =>
      session.discretion.trackerRules(this.id, metainfo),
    );
    this.#removed = () => {
      this.scraping.stop();
      removed();
    };
    this.#joined = joined;
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
      this.#life.inspection.doubtAll(); // files may have been moved in part
      this.storeFailed(fault);
    });
    this.#facts = new TorrentFacts(this.ledger, this.availability, this.#deadlines, command);
    this.#saving = new Saving(this);
    this.#life = new Life(this, command.existing);
    const { legacy } = this.#life.inspection;
    this.#downloadedBefore = legacy.downloaded;
    this.#uploadedBefore = legacy.uploaded;
    this.clocks = new TorrentClocks(legacy.times);
  }

  // --- facts

  get view(): TorrentView {
    return this.#facts;
  }
  get state(): TorrentState {
    return this.#life.state;
  }
  /** Why it is in state `error`; null in every other state. */
  get fault(): StoreFault | null {
    return this.#life.fault;
  }
  get active(): ActiveTorrent | null {
    return this.#active;
  }
  get store(): number {
    return this.#life.store;
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
    this.#active?.goOn();
    this.#life.start();
  }

  stop(): void {
    this.#life.stop();
  }

  check(): void {
    this.#life.check();
  }

  drain(): void {
    if (this.state !== 'active') {
      this.stop();
      return;
    }
    this.#life.drains();
    this.#active?.drain();
  }

  recheck(): void {
    this.#life.recheck();
  }

  remove(): void {
    this.#life.remove();
  }

  save(): void {
    if (this.state === 'active') this.#saving.ask();
  }

  /** The wait after a store fault is over. */
  retry(): void {
    this.#life.retry();
  }

  sessionPaused(): void {
    this.#life.sessionPaused();
  }

  sessionResumed(): void {
    this.#life.sessionResumed();
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
    if (this.state === 'checking' || this.state === 'active') this.#selected.tell(this.store);
    if (!this.ledger.complete) {
      this.clocks.unfinish(this.session.turn.now);
      this.sharing.look();
    }
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
    this.#tellComplete();
    this.clocks.finish(this.ledger.verified.isFull, this.session.turn.now);
    this.sharing.look();
    this.#active?.aim(this.sharing.uploadGoal - this.#uploadedBefore);
  }

  goalReached(): void {
    this.sharing.look();
  }

  progressed(): void {
    this.#life.storeWorks();
    if (this.ledger.verified.isFull) this.clocks.finish(true, this.session.turn.now);
  }

  drained(): void {
    this.#saving.ask();
    this.stop();
  }

  storeFailed(fault: StoreFault, piece = -1): void {
    this.#life.storeFailed(fault, piece);
  }

  announcedStop(): void {
    this.#life.farewellSaid();
  }

  // --- SavedTorrent

  get blocksLost(): boolean {
    return this.#life.inspection.blocksLost;
  }

  synced(pieces: PieceSet): void {
    this.#life.inspection.synced(pieces);
  }

  // --- Living

  storeOpened(): void {
    this.#selected.tell(this.store);
  }

  checked(): void {
    if (this.view.complete) this.#tellComplete();
  }

  join(): void {
    this.clocks.active.start(this.session.turn.now);
    this.#active = new ActiveTorrent(this, this.#links, this.#behaviors, this.trackers, this);
    this.#active.behaviors.picker.allChanged();
    if (this.view.complete) this.completed();
    this.#active.start();
    this.#joined(this.#active);
    this.#active.learn(this.#named.all);
  }

  leave(): void {
    this.clocks.stop(this.session.turn.now);
    this.sharing.look();
    this.#active?.stop();
    this.#saving.close();
  }

  hasLeft(): void {
    this.#downloadedBefore = this.downloaded;
    this.#uploadedBefore = this.uploaded;
    this.#active = null;
  }

  removed(): void {
    this.scraping.stop();
    this.#removed();
  }

  // --- inside

  #shareReached(goal: ShareGoal): void {
    this.session.turn.notify({ type: 'share-reached', torrent: this.id, goal });
    this.stop();
  }

  #tellComplete(): void {
    const { id: torrent, downloaded } = this;
    this.session.turn.notify({ type: 'complete', torrent, downloaded });
  }

  assertInvariants(): void {
    this.ledger.assertInvariants();
    this.#active?.assertInvariants();
  }
}
