/** The library's front door: `createClient()` and the types of what it gives. */
export { Client } from './client.ts';
export type { ClientEvents, CloseOptions } from './client-parts.ts';
export { createClient } from './create-client.ts';
export { parseHostAndPort } from './address.ts';
export type { HostAndPort } from './address.ts';
export { hasCode } from './errors.ts';
export type { CodedError, ErrorCode } from './errors.ts';
export type { Limits } from './limits.ts';
export { chokerNames, pickerNames } from './named-behaviors.ts';
export type { AddOptions, BehaviorOptions, ClientOptions, ShareOptions } from './options.ts';
export type { SlowRule } from './slow-watch.ts';
export type { StopOptions } from './torrent-setup.ts';
export type { ActiveOptions } from './turns.ts';
export type { RecordTarget } from './recording.ts';
export { recordingNames } from './recording-names.ts';
export { replayTrace } from './replay.ts';
export type { ReplayOptions } from './replay.ts';
export { linesOf as replayLines } from './replay-lines.ts';
export type { LineBatch } from './replay-lines.ts';
export { defaultStateFolder } from './resume/resume-path.ts';
export type { FileChoice, SelectionOptions } from './selection.ts';
export type { Abortable } from './signal.ts';
export type { TorrentSource } from './source.ts';
export type { FetchProgress } from './metadata-fetches.ts';
export type { MoveOptions } from './move-data.ts';
export { Torrent } from './torrent.ts';
export type { RemoveOptions } from './torrent-setup.ts';
export { eventQueueMax } from './torrent-life.ts';
export type { PieceMap } from './torrent-figures.ts';
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
} from './torrent-events.ts';
export type { StreamRange, TorrentFile } from './torrent-file.ts';
export { VERSION } from './version.ts';
