/** Public names of the torrent tools: each verb of the command line as a function. */
export { BencodeDump, dumpLimits } from '../protocol/index.ts';
export type { DumpLimits, DumpNote, DumpToken } from '../protocol/index.ts';
export { describeTorrent, torrentInfo } from './info.ts';
export type { TorrentInfo, TorrentInfoFile } from './info.ts';
export { loadBytes, loadTorrent } from './torrent-source.ts';
export type { LoadedTorrent, ToolSource } from './torrent-source.ts';
