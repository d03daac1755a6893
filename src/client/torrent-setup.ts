/** How a torrent is handed to the machine, and what its client wants to hear of it. */
import type { Metainfo } from '../protocol/index.ts';
import type { Location } from './location.ts';
import type { TorrentMover } from './move-data.ts';
import type { BehaviorOptions } from './options.ts';
import type { EarlierSession } from './resume/earlier-session.ts';
import type { Selection } from './selection.ts';

/** How a torrent is handed to the machine. @internal */
export interface TorrentSetup {
  readonly metainfo: Metainfo;
  /** The metainfo as the machine gets it: with routed paths. */
  readonly routed: Metainfo;
  readonly location: Location;
  readonly tiers: readonly (readonly string[])[] | null;
  readonly downloading: boolean;
  readonly seeding: boolean;
  readonly skipVerify: boolean;
  /** What an earlier session left; null: nothing is remembered, here or for later. */
  readonly earlier: EarlierSession | null;
  readonly paused: boolean;
  readonly behaviors: BehaviorOptions;
  readonly selection: Selection;
  readonly peers: readonly string[];
  /** Bytes of the store that is open, at an offset of the torrent. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>;
  /** Deletes its files, and the folders that are empty then. */
  readonly removeData: () => Promise<void>;
  readonly mover: TorrentMover;
  /** The torrent is gone. */
  readonly removed: () => void;
}
