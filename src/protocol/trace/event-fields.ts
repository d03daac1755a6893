/**
 * How an event stands in a trace: every field in full.
 */
import type { CloseReason } from '../session/reason.ts';
import type { ShareGoal } from '../torrent/sharing.ts';
import type { AnnounceEvent, SessionEvent, TorrentState } from '../session/event.ts';
import { partialPiece, times } from './existing-field.ts';
import { bytes, flag, list, nullable, number, optional, text, words } from './field.ts';
import { address, storeFault } from './shared-fields.ts';
import { Union } from './union.ts';

const state = words<TorrentState>({
  stopped: true,
  opening: true,
  checking: true,
  active: true,
  stopping: true,
  error: true,
});

const closeReason = words<CloseReason>({
  closed: true,
  reset: true,
  refused: true,
  unreachable: true,
  'timed-out': true,
  'bad-frame': true,
  'handshake-timed-out': true,
  'unknown-torrent': true,
  'self-connection': true,
  'duplicate-connection': true,
  'too-many-connections': true,
  banned: true,
  filtered: true,
  idle: true,
  'bad-bitfield': true,
  'bad-index': true,
  'bad-message': true,
  'message-out-of-order': true,
  flooding: true,
  'both-seeds': true,
  'not-reading': true,
  uninterested: true,
  'idle-slot': true,
  turnover: true,
  'torrent-stopped': true,
  asked: true,
});

const announceEvent = words<AnnounceEvent>({
  none: true,
  started: true,
  completed: true,
  stopped: true,
});

const torrent = { torrent: number };
const piece = { ...torrent, index: number };
const peer = { ...torrent, conn: number };

export const event: Union<SessionEvent> = new Union<SessionEvent>({
  'state-changed': { ...torrent, state, fault: nullable(storeFault) },
  'metadata-progress': { ...torrent, received: number, size: number },
  metadata: { ...torrent, info: bytes },
  'check-progress': { ...torrent, checked: number, verified: number },
  'piece-verified': piece,
  'piece-failed': piece,
  saved: {
    ...torrent,
    verified: bytes,
    partial: list(partialPiece),
    downloaded: number,
    uploaded: number,
    times,
  },
  complete: { ...torrent, downloaded: number },
  'peer-connected': { ...peer, address, peerId: bytes, dialled: flag },
  'peer-disconnected': { ...peer, address, reason: closeReason },
  'connection-failed': {
    torrent: nullable(number),
    conn: number,
    address,
    reason: closeReason,
  },
  'choke-changed': { ...peer, choking: flag, reason: text },
  'piece-begun': { ...piece, conn: number, reason: text },
  'peer-banned': { ...torrent, conn: nullable(number), address, reason: text, until: number },
  'ban-expired': { ...torrent, host: text },
  announced: {
    ...torrent,
    url: text,
    event: announceEvent,
    peers: number,
    seeds: nullable(number),
    leeches: nullable(number),
    interval: number,
    warning: nullable(text),
    local: optional(address),
  },
  'announce-failed': {
    ...torrent,
    url: text,
    event: announceEvent,
    reason: text,
    local: optional(address),
  },
  'share-reached': { ...torrent, goal: words<ShareGoal>({ ratio: true, time: true }) },
  scraped: {
    ...torrent,
    url: text,
    seeds: nullable(number),
    leeches: nullable(number),
    completed: nullable(number),
  },
  'scrape-failed': { ...torrent, url: nullable(text), reason: text },
  'external-address': { host: text, votes: number },
  removed: torrent,
  closed: {},
});
