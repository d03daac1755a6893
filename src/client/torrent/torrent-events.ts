/**
 * What a torrent tells its application, in two forms: named events for `on()`, with WebTorrent's names, and the
 * machine's own facts, in order, for `for await (const event of torrent.events())`.
 */
import type { SessionEvent, ShareGoal, TorrentState } from '../../protocol/index.ts';
import type { CodedError } from '../errors.ts';

/** Everything that the machine notifies about one torrent. */
export type TorrentFact = Exclude<
  SessionEvent,
  { type: 'closed' | 'connection-failed' | 'external-address' }
>;

/** Whether the event tells of this torrent. */
export function isFactOf(event: SessionEvent, torrent: number): event is TorrentFact {
  switch (event.type) {
    case 'closed':
    case 'connection-failed':
    case 'external-address':
      return false;
    default:
      return event.torrent === torrent;
  }
}

/** What `events()` yields: facts, and how many were lost because the reader was slow. */
export type TorrentEvent =
  TorrentFact | { readonly type: 'events-dropped'; readonly count: number };

export type PeerConnected = Extract<SessionEvent, { type: 'peer-connected' }>;
export type PeerDisconnected = Extract<SessionEvent, { type: 'peer-disconnected' }>;
export type PeerBanned = Extract<SessionEvent, { type: 'peer-banned' }>;
export type Announced = Extract<SessionEvent, { type: 'announced' }>;
export type Scraped = Extract<SessionEvent, { type: 'scraped' }>;
export type ScrapeFailed = Extract<SessionEvent, { type: 'scrape-failed' }>;
export type CheckProgress = Extract<SessionEvent, { type: 'check-progress' }>;

/** Listener arguments by event name. */
export interface TorrentEvents {
  /** The info-hash is known. */
  infoHash: [];
  /** The metainfo is known. */
  metadata: [];
  /** Existing data is checked, and the torrent takes part in the swarm. Once per start. */
  ready: [];
  /** Every wanted piece is verified and on disk. Once per start, and again when more was wanted in between. */
  done: [];
  /** Something to know that stops nothing, such as a tracker that fails. */
  warning: [warning: CodedError];
  /** The torrent stopped; `start()` tries again. Without a listener nothing is thrown. */
  error: [error: CodedError];
  /** Payload bytes received since the last such event; at most twice a second. */
  download: [bytes: number];
  /** Payload bytes sent since the last such event; at most twice a second. */
  upload: [bytes: number];
  /** A peer went through the handshake (WebTorrent's `wire`). */
  peer: [peer: PeerConnected];
  peerGone: [peer: PeerDisconnected];
  /** A host was banned: why, and until when. */
  ban: [ban: PeerBanned];
  /** A ban is over: its time has passed, or it was lifted. */
  unban: [host: string];
  /** A tracker answered with no addresses, and nobody is connected. */
  noPeers: [source: 'tracker'];
  /** A piece matched its hash. */
  verified: [piece: number];
  /** A piece did not match its hash and is asked for again. */
  failed: [piece: number];
  announce: [announce: Announced];
  /** A tracker told what it counts (WebTorrent's tracker client has the same name for it). */
  scrape: [scrape: Scraped];
  checked: [progress: CheckProgress];
  /** It has given enough, and stops: by its ratio, or its time. */
  shared: [goal: ShareGoal];
  state: [state: TorrentState];
  /** It was removed; nothing follows. */
  close: [];
}
