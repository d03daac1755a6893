/**
 * How a torrent should behave, as its application wishes from moment to moment: flags, limits, goals, selection, bans,
 * behaviors.
 *
 * Keeps what can be read back, and tells the machine. Whether it runs at all is not decided here.
 */
import type { AnnounceReach, RateLimits, TorrentId } from '../../protocol/index.ts';
import { banCommand, unbanCommand } from '../words/ban-words.ts';
import type { BanOptions } from '../words/ban-words.ts';
import type { Engine, TorrentStatus } from '../engine.ts';
import { changedLimits, noLimits } from '../words/limits.ts';
import type { Limits } from '../words/limits.ts';
import { checkLimits, checkShare, checkTrackers, chosenBehaviors } from '../options.ts';
import type { BehaviorOptions, ShareOptions } from '../options.ts';
import type { FileChoice } from './selection.ts';
import { TorrentLife } from './torrent-life.ts';
import type { TorrentSetup } from './torrent-setup.ts';

export abstract class TorrentWishes extends TorrentLife {
  /** What the machine calls it. */
  protected readonly id: TorrentId;
  readonly #engine: Engine;
  #downloading: boolean;
  #seeding: boolean;
  #limits = noLimits;

  protected constructor(engine: Engine, setup: TorrentSetup) {
    super(setup.metainfo, setup.location, setup.selection, () => engine.now());
    this.#engine = engine;
    this.#downloading = setup.downloading;
    this.#seeding = setup.seeding;
    this.id = setup.id ?? engine.newTorrentId();
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

  /** Most payload bytes per second of this torrent; null: no limit beside the client's. */
  get limits(): RateLimits {
    return this.#limits;
  }

  /** Limits this torrent, from now on, beside the client's limits. What is left out stays as it is. */
  setLimits(limits: Limits): void {
    checkLimits(limits);
    this.#limits = changedLimits(this.#limits, limits);
    this.#engine.command({ type: 'set-torrent-limits', torrent: this.id, ...this.#limits });
  }

  /** Stops when it has given enough, from now on; what is left out is no goal. `shared` tells when. */
  setShare(share: ShareOptions): void {
    checkShare(share);
    const { ratio = null, seedTime = null } = share;
    this.#engine.command({ type: 'set-share-goals', torrent: this.id, ratio, seedTime });
  }

  /**
   * Replaces the trackers: a list of URLs per tier (BEP 12). One that stays goes on as before; one that goes is told that
   * we left. Not remembered: a later client begins with those of the torrent file.
   */
  setTrackers(tiers: readonly (readonly string[])[]): void {
    checkTrackers(tiers);
    const copy = tiers.map((tier) => [...tier]);
    this.#engine.command({ type: 'set-trackers', torrent: this.id, tiers: copy });
  }

  /** How many trackers hear of it at a time, from now on; what is left out is off. */
  setAnnounceReach(reach: Partial<AnnounceReach>): void {
    const { allTrackers = false, allTiers = false } = reach;
    this.#engine.command({ type: 'set-announce-reach', torrent: this.id, allTrackers, allTiers });
  }

  /**
   * Bans a host (a literal address) from this torrent and closes its connections here, for `time` milliseconds (default:
   * the client's `banTime`), or until the torrent stops.
   */
  ban(host: string, options: BanOptions = {}): void {
    this.#engine.command(banCommand(this.id, host, options));
  }

  /** Ends a ban before its time. */
  unban(host: string): void {
    this.#engine.command(unbanCommand(this.id, host));
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

  /** Replaces behaviors while the torrent runs. Throws on an unknown name. */
  setBehaviors(options: BehaviorOptions): void {
    const behaviors = chosenBehaviors(options);
    this.#engine.command({ type: 'set-behaviors', torrent: this.id, behaviors });
  }

  /** The machine was told what is wanted now. */
  protected abstract selectionSent(): void;

  protected status(): TorrentStatus | undefined {
    return this.#engine.status(this.id);
  }

  #sendPriorities(): void {
    if (this.gone) return;
    this.#engine.command({
      type: 'set-priorities',
      torrent: this.id,
      ...this.selection.toCommand(),
    });
    this.selectionSent();
    this.selectionChanged();
  }

  #sendFlags(): void {
    this.#engine.command({
      type: 'set-flags',
      torrent: this.id,
      downloading: this.#downloading,
      seeding: this.#seeding,
    });
  }
}
