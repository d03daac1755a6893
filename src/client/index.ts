/** The library's front door: `createClient()` and the types of what it gives. */
export { Client } from './client.ts';
export type { ClientEvents, CloseOptions } from './client-parts.ts';
export { createClient } from './create-client.ts';
export { parseHostAndPort } from './words/address.ts';
export { LISTEN_RULE, listensMax, parseListen } from './words/listen-words.ts';
export type { HostAndPort } from './words/address.ts';
export { hasCode } from './errors.ts';
export type { CodedError, ErrorCode } from './errors.ts';
export type { Limits } from './words/limits.ts';
export { chokerNames, pickerNames } from './words/named-behaviors.ts';
export type { AddOptions, BehaviorOptions, ClientOptions, ShareOptions } from './options.ts';
export type { SlowRule } from './queue/slow-watch.ts';
export type { StopOptions } from './torrent/torrent-setup.ts';
export type { ActiveOptions } from './queue/turns.ts';
export type { RecordTarget } from './recording/recording.ts';
export { recordingNames } from './recording/recording-names.ts';
export { replayTrace } from './recording/replay.ts';
export type { ReplayOptions } from './recording/replay.ts';
export { linesOf as replayLines } from './recording/replay-lines.ts';
export type { LineBatch } from './recording/replay-lines.ts';
export { defaultStateFolder } from './resume/resume-path.ts';
export type { FileChoice, SelectionOptions } from './torrent/selection.ts';
export type { Abortable } from './signal.ts';
export type { TorrentSource } from './sources/source.ts';
export type { FetchProgress } from './sources/metadata-fetches.ts';
export type { MoveOptions } from './data/move-data.ts';
export { Torrent } from './torrent/torrent.ts';
export type { RemoveOptions } from './torrent/torrent-setup.ts';
export { eventQueueMax } from './torrent/torrent-life.ts';
export type { PieceMap } from './torrent/torrent-figures.ts';
export type {
  Announced,
  CheckProgress,
  PeerBanned,
  Scraped,
  PeerConnected,
  PeerDisconnected,
  TorrentEvent,
  TorrentEvents,
  TorrentFact,
} from './torrent/torrent-events.ts';
export type { StreamRange, TorrentFile } from './torrent/torrent-file.ts';
export { VERSION } from './version.ts';
