/** Public names of the torrent tools: each verb of the command line as a function. */
export { BencodeDump, dumpLimits } from '../protocol/index.ts';
export type { DumpLimits, DumpNote, DumpToken } from '../protocol/index.ts';
export { describeTorrent, torrentInfo } from './info.ts';
export type { TorrentInfo, TorrentInfoFile } from './info.ts';
export { loadBytes, loadTorrent } from './torrent-source.ts';
export type { LoadedTorrent, ToolSource } from './torrent-source.ts';
export { createTorrent, planTorrent } from './create/create-torrent.ts';
export { createTorrentOfStream, streamPieceLength } from './create/stream-torrent.ts';
export { lintNames, lints } from './create/lints.ts';
export type { Lint } from './create/lints.ts';
export { sortOrders, symlinkPolicies } from './create/options.ts';
export type {
  ChooseOptions,
  CreatedTorrent,
  CreateNote,
  CreateOptions,
  DescribeOptions,
  LeftOut,
  SortOrder,
  StreamOptions,
  SymlinkPolicy,
  TorrentPlan,
  TorrentVersion,
} from './create/options.ts';
export type { HashOptions } from './hashing/content-hasher.ts';
export { verifyTorrent } from './verify/verify-torrent.ts';
export type { Verification, VerifyOptions } from './verify/verify-torrent.ts';
export type { ByteRange, FileVerdict, Verdict } from './verify/verdicts.ts';
export { announce, scrape } from './ask-trackers.ts';
export type { AnnounceOptions, AskOptions, TrackerAnswer } from './ask-trackers.ts';
export { editTorrent } from './edit.ts';
export type { EditedTorrent, EditOptions } from './edit.ts';
export { magnetInfo, magnetOf } from './magnet.ts';
export type { MagnetInfo, MagnetOptions } from './magnet.ts';
