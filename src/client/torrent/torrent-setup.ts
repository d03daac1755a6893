/** How a torrent is handed to the machine, and what its client wants to hear of it. */
import type { AnnounceReach, Command, Metainfo, TorrentId } from '../../protocol/index.ts';
import type { Limits } from '../words/limits.ts';
import type { Location } from '../data/location.ts';
import type { TorrentMover } from '../data/move-data.ts';
import { chosenBehaviors } from '../options.ts';
import type { AddOptions, BehaviorOptions, ShareOptions } from '../options.ts';
import type { RemovedData } from '../data/remove-data.ts';
import type { EarlierSession } from '../resume/earlier-session.ts';
import type { Selection } from './selection.ts';
import type { Abortable } from '../signal.ts';
import type { PeerConnected } from './torrent-events.ts';

/** How a torrent is handed to the machine. @internal */
export interface TorrentSetup {
  /** What the machine calls it already, which has met its peers; null: nothing yet. */
  readonly id: TorrentId | null;
  /** Those peers, by connection. */
  readonly met: ReadonlyMap<number, PeerConnected>;
  readonly metainfo: Metainfo;
  /** The metainfo as the machine gets it: with routed paths. */
  readonly routed: Metainfo;
  readonly location: Location;
  readonly tiers: readonly (readonly string[])[] | null;
  readonly reach: AnnounceReach;
  readonly downloading: boolean;
  readonly seeding: boolean;
  readonly skipVerify: boolean;
  /** What an earlier session left; null: nothing is remembered, here or for later. */
  readonly earlier: EarlierSession | null;
  readonly paused: boolean;
  /** The client's IP filter holds for it. */
  readonly filtered: boolean;
  readonly limits: Limits;
  readonly share: ShareOptions;
  readonly behaviors: BehaviorOptions;
  readonly selection: Selection;
  readonly peers: readonly string[];
  /** Bytes of the store that is open, at an offset of the torrent. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
  /** Deletes its files, and the folders that are empty then; or its part file. */
  readonly removeData: (what: RemovedData) => Promise<void>;
  /** What is kept of it beside its resume file is deleted. */
  readonly forget: () => Promise<void>;
  /** It may be another torrent's turn: this one wants to run or not, or it is done. */
  readonly turnsChanged: () => void;
  readonly mover: TorrentMover;
  /** The torrent is gone. */
  readonly removed: () => void;
}

export interface StopOptions extends Abortable {
  /**
   * Ask for nothing new, take what was asked for, send what was promised (a minute at most: `config.drainTimeMax`), and
   * stop then. `stop()` meanwhile cuts it short, `start()` takes it back. Default: false.
   */
  readonly graceful?: boolean | undefined;
}

export interface RemoveOptions extends Abortable {
  /**
   * Delete its files as well: only those that the torrent names, its part file, then the folders that are empty.
   * `part-file`: the part file alone, so that nothing stays but files that were wanted. Default: false.
   */
  readonly data?: boolean | 'part-file' | undefined;
}

/** Its trackers; null: those of the metainfo. `asks`: whether the client's torrents ask any. @internal */
export function tiersFor(
  metainfo: Metainfo,
  { tracker, announce }: AddOptions,
  asks = true,
): TorrentSetup['tiers'] {
  if (!(tracker ?? asks)) return [];
  if (announce === undefined) return null;
  return [...metainfo.tiers, ...announce.map((url) => [url])];
}

/** What it is to do, as its options or the client's say. `fetches`: it is there to be downloaded. @internal */
export function purposeOf(
  options: AddOptions,
  share: ShareOptions | undefined,
  fetches: boolean,
): Pick<
  TorrentSetup,
  'downloading' | 'seeding' | 'skipVerify' | 'paused' | 'filtered' | 'limits' | 'share' | 'peers'
> {
  return {
    downloading: options.downloading ?? fetches,
    seeding: options.seeding ?? true,
    skipVerify: options.skipVerify ?? false,
    paused: options.paused ?? false,
    filtered: options.filtered ?? true,
    limits: options.limits ?? {},
    share: options.share ?? share ?? {},
    peers: options.peers ?? [],
  };
}

/** How many trackers hear of it. @internal */
export function reachOf({ allTrackers = false, allTiers = false }: AddOptions): AnnounceReach {
  return { allTrackers, allTiers };
}

/** What the machine must be told first. @internal */
export function entryCommands(torrent: TorrentId, setup: TorrentSetup): Command[] {
  const { routed: metainfo, tiers, downloading, seeding, skipVerify, earlier, selection } = setup;
  const existing = skipVerify ? 'all' : (earlier?.existing ?? 'check');
  const behaviors = chosenBehaviors(setup.behaviors);
  const commands: Command[] = [
    { type: 'add-torrent', torrent, metainfo, tiers, downloading, seeding, existing, behaviors },
  ];
  const { reach } = setup;
  if (reach.allTrackers || reach.allTiers) {
    commands.push({ type: 'set-announce-reach', torrent, ...reach });
  }
  if (!setup.filtered) commands.push({ type: 'exempt-from-ip-filter', torrent, exempt: true });
  if (!selection.isPlain) {
    commands.push({ type: 'set-priorities', torrent, ...selection.toCommand() });
  }
  return commands;
}
