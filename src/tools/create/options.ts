/** What a torrent to be made may be told, and what its maker tells back. */
import type { FullMetainfo } from '../../protocol/index.ts';
import type { HashOptions } from '../hashing/content-hasher.ts';
import type { ToolSource } from '../torrent-source.ts';
import type { Lint } from './lints.ts';

/** Which of the two formats: hybrids have both. */
export type TorrentVersion = 'v1' | 'v2' | 'hybrid';

/** The order of files in a v1 torrent; v2 knows `path` alone. */
export const sortOrders = ['path', 'path-desc', 'size', 'size-desc'] as const;
export type SortOrder = (typeof sortOrders)[number];

/**
 * What becomes of symbolic links below the folder: left out; what they lead to, as if it lay there; links in the torrent
 * (BEP 47); or no torrent at all.
 */
export const symlinkPolicies = ['skip', 'follow', 'keep', 'refuse'] as const;
export type SymlinkPolicy = (typeof symlinkPolicies)[number];

/** Which files below the folder go into the torrent. Patterns are compared with the path below the folder. */
export interface ChooseOptions {
  /** `*`, `?` and `**`; without a slash they mean the file's name. Default: everything. */
  readonly include?: readonly string[] | undefined;
  /** Goes before `include`. */
  readonly exclude?: readonly string[] | undefined;
  readonly includeRegex?: readonly RegExp[] | undefined;
  readonly excludeRegex?: readonly RegExp[] | undefined;
  /** Names that begin with a dot. Default: left out. */
  readonly hidden?: boolean | undefined;
  /** What systems leave in folders (`.DS_Store`, `Thumbs.db`). Default: left out. */
  readonly junk?: boolean | undefined;
  /** Default: `skip`. */
  readonly symlinks?: SymlinkPolicy | undefined;
  /** Default: `path`, by the bytes of each element. */
  readonly sort?: SortOrder | undefined;
}

/** What a torrent says beside its files, wherever its content comes from. */
export interface DescribeOptions {
  /** Default: `v1`, which all clients transfer. */
  readonly format?: TorrentVersion | undefined;
  /** Bytes. Default: a power of two that makes some two thousand pieces. */
  readonly pieceLength?: number | undefined;
  /** Tracker URLs, tier by tier. */
  readonly trackers?: readonly (readonly string[])[] | undefined;
  readonly webSeeds?: readonly string[] | undefined;
  /** Where to enter the DHT. */
  readonly nodes?: readonly { readonly host: string; readonly port: number }[] | undefined;
  readonly private?: boolean | undefined;
  readonly source?: string | undefined;
  /** Info-hashes of torrents that share files with this one (BEP 38): 40 hexadecimal digits. */
  readonly similar?: readonly string[] | undefined;
  readonly collections?: readonly string[] | undefined;
  readonly comment?: string | undefined;
  /** Null: nobody. Default: this program and its version. */
  readonly createdBy?: string | null | undefined;
  /** Seconds since 1970; null: none. Default: now. Without it, equal content gives equal bytes. */
  readonly creationDate?: number | null | undefined;
  /** Lints that do not count. */
  readonly allow?: readonly Lint[] | undefined;
}

export interface CreateOptions extends ChooseOptions, DescribeOptions, HashOptions {
  /** Default: the name of the file or folder. */
  readonly name?: string | undefined;
  /** Hears what will be made, before anything is hashed; what it throws ends it. */
  readonly planned?: ((plan: TorrentPlan) => void | Promise<void>) | undefined;
  /** A torrent of the same files, whose hashes are taken after a sample of pieces was checked. */
  readonly reuse?: ToolSource | undefined;
}

/** For content that is not a file: it comes once and in order, and its length is known at its end. */
export interface StreamOptions extends DescribeOptions, Pick<HashOptions, 'signal' | 'progress'> {
  /** Of the only file, and of the torrent. */
  readonly name: string;
}

/** What would become of it, before anything is hashed. */
export interface TorrentPlan {
  readonly name: string;
  readonly format: TorrentVersion;
  /** Bytes of content, without padding. */
  readonly length: number;
  /** Bytes. */
  readonly pieceLength: number;
  readonly pieces: number;
  /** Paths with `/`, the torrent's name first, in the torrent's order. */
  readonly files: readonly { readonly path: string; readonly length: number }[];
  readonly notes: readonly CreateNote[];
}

export interface CreatedTorrent extends TorrentPlan {
  /** The torrent file. */
  readonly bytes: Uint8Array;
  readonly metainfo: FullMetainfo;
}

/** What was left out, and other things that a person should hear. */
export type CreateNote =
  | { readonly type: 'left-out'; readonly reason: LeftOut; readonly count: number }
  | { readonly type: 'reused'; readonly checked: number }
  | { readonly type: 'not-reused'; readonly reason: string };

export type LeftOut = 'hidden' | 'junk' | 'symlink' | 'special' | 'pattern';
