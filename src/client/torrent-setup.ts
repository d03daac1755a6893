/**
 * How a torrent is handed to the machine, and what its client wants to hear of it.
 */
import type { Metainfo } from '../protocol/index.ts';
import type { Limits } from './limits.ts';
import type { Location } from './location.ts';
import type { BehaviorOptions, ShareOptions } from './options.ts';

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
  readonly paused: boolean;
  readonly limits: Limits;
  readonly share: ShareOptions;
  readonly behaviors: BehaviorOptions;
  readonly peers: readonly string[];
  /** It may be another torrent's turn: this one wants to run or not, or it is done. */
  readonly turnsChanged: () => void;
  /** The torrent is gone. */
  readonly removed: () => void;
}
