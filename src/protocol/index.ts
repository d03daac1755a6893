/** Public names of the BitTorrent protocol: views and behavior contracts, machines, codecs. */
export { defaultConfig } from './config.ts';
export type { SessionConfig } from './config.ts';
export type {
  Ban,
  BanPolicy,
  Behavior,
  Behaviors,
  Choker,
  ConnectionCounts,
  Dialing,
  Disclosure,
  DisclosureEvent,
  PickSink,
  PiecePicker,
  Pipelining,
  RevealSink,
  Unchoke,
} from './torrent/behavior.ts';
export type { Command, TorrentId } from './session/command.ts';
export type { PieceDeadline } from './torrent/pieces/deadlines.ts';
export type { AnnounceEvent, SessionEvent, TorrentState } from './session/event.ts';
export type { Existing, PartialPiece, Resumed } from './torrent/data/existing.ts';
export { BLOCK_LENGTH, Geometry } from './torrent/pieces/geometry.ts';
export { burstOf, isRate, rateMax } from './session/rate-limit.ts';
export type { RateLimits } from './session/rate-limit.ts';
export { peerPriority } from './torrent/dialing/peer-priority.ts';
export { EARLIER } from './torrent/pieces/piece-progress.ts';
export { PieceSet } from './torrent/pieces/piece-set.ts';
export type { CloseReason } from './session/reason.ts';
export { Session } from './session/session.ts';
export type { SessionInput, SessionOptions } from './session/session.ts';
export type { TorrentTimes } from './torrent/clocks.ts';
export type { ShareGoal, ShareGoals } from './torrent/sharing.ts';
export type { SessionEffect } from './session/turn.ts';
export type { Torrent } from './torrent/torrent.ts';
export type {
  BlockIndex,
  BlockState,
  CandidateView,
  PeerView,
  TorrentView,
} from './torrent/views.ts';
export { BencodeDump, dumpLimits } from './bencode/dump.ts';
export type { DumpLimits, DumpNote, DumpToken } from './bencode/dump.ts';
export { decodeUtf8, encodeUtf8 } from './bencode/utf8.ts';
export { IpFilter } from './filter/ip-filter.ts';
export type { IpRange } from './filter/ip-filter.ts';
export { parseIpFilter } from './filter/ip-filter-text.ts';
export type { BadRule, ParsedIpFilter } from './filter/ip-filter-text.ts';
export { magnetLimits } from './magnet/limits.ts';
export type { MagnetLimits } from './magnet/limits.ts';
export type { FileRange, Magnet, MagnetFault } from './magnet/magnet.ts';
export { magnetFaultText } from './magnet/magnet-fault.ts';
export { makeMagnet } from './magnet/make-magnet.ts';
export { isMagnetText, parseMagnet } from './magnet/parse-magnet.ts';
export type { ParsedMagnet } from './magnet/parse-magnet.ts';
export { buildMetainfo } from './metainfo/build.ts';
export type { MetainfoPlan, PlannedFile } from './metainfo/build.ts';
export { buildFullMetainfo } from './metainfo/build-full.ts';
export type { FullMetainfoPlan, FullPlannedFile } from './metainfo/build-full.ts';
export { safeElement } from './metainfo/safe-path.ts';
export type { PathNaming } from './metainfo/safe-path.ts';
export { editMetainfo } from './metainfo/edit.ts';
export type { MetainfoChanges } from './metainfo/edit.ts';
export type { MetainfoFault, MetainfoFaultCode } from './metainfo/fault.ts';
export { metainfoLimits } from './metainfo/limits.ts';
export type { MetainfoLimits } from './metainfo/limits.ts';
export {
  leavesOfPiece,
  MERKLE_BLOCK,
  MERKLE_DIGEST,
  merkleRoot,
  padPiece,
  rootOfLayer,
  treeWidth,
} from './metainfo/merkle.ts';
export { parseMetainfo } from './metainfo/parse.ts';
export type { ParsedMetainfo } from './metainfo/parse.ts';
export { parseInfo } from './metainfo/parse-info.ts';
export { parseFullMetainfo } from './metainfo/parse-full.ts';
export type { ParsedFullMetainfo, ParseOptions } from './metainfo/parse-full.ts';
export { pieceLengthFor } from './metainfo/piece-length.ts';
export { filePriorityMax, piecePriorities } from './metainfo/piece-priorities.ts';
export type { PiecePriorityOptions } from './metainfo/piece-priorities.ts';
export type {
  FileV2,
  FullMetainfo,
  Metainfo,
  MetainfoExtras,
  MetainfoFile,
  MetainfoV2,
} from './metainfo/types.ts';
export { judgeClaims } from './resume/judge-claims.ts';
export type { ChooseSamples, ClaimedFile, JudgedTorrent } from './resume/judge-claims.ts';
export { resumeLimits } from './resume/limits.ts';
export type { ResumeLimits } from './resume/limits.ts';
export { looksAlike, readResume, resumeVersion, writeResume } from './resume/resume-file.ts';
export type {
  Digest,
  FileStamp,
  Looks,
  ReadResume,
  ResumedTorrent,
  ResumeFault,
  ResumeState,
} from './resume/resume-file.ts';
export { BehaviorNames } from './trace/behavior-names.ts';
export type { BehaviorKind, BehaviorTables } from './trace/behavior-names.ts';
export { mixEvent } from './trace/mix-event.ts';
export { mixInput } from './trace/mix-input.ts';
export {
  openSessionTrace,
  readSessionHeader,
  sessionOf,
  writeSessionHeader,
} from './trace/session-header.ts';
export type { SessionHeader } from './trace/session-header.ts';
export { TraceScrubber } from './trace/scrub/trace-scrubber.ts';
export { SessionTraceCodec } from './trace/session-trace-codec.ts';
export * from './tracker/index.ts';
export { PeerCodec } from './wire/codec.ts';
export type { PeerCodecOptions } from './wire/codec.ts';
export { reservedBits, supportsDht, supportsExtended, supportsFast } from './wire/handshake.ts';
export { wireLimitsDefault } from './wire/limits.ts';
export type { WireFault, WireLimits } from './wire/limits.ts';
export type { HandshakeMessage, PeerMessage } from './wire/messages.ts';
