/**
 * What an application hears from a session (`notify`). Facts that have happened, in order.
 */
import type { Address, ConnectionId, Millis, StoreFault } from '../../core/index.ts';
import type { TorrentId } from './command.ts';
import type { TorrentTimes } from '../torrent/clocks.ts';
import type { PartialPiece } from '../torrent/data/existing.ts';
import type { CloseReason } from './reason.ts';
import type { ShareGoal } from '../torrent/sharing.ts';

/**
 * `opening`: the store is being opened. `checking`: existing data is being hashed. `active`: connected to the swarm.
 * `stopping`: closing, announcing `stopped`. `error`: stopped by a store fault; `start-torrent` tries again, and after `full` and `io` it
 * tries by itself after a while.
 */
export type TorrentState = 'stopped' | 'opening' | 'checking' | 'active' | 'stopping' | 'error';

export type SessionEvent =
  | {
      readonly type: 'state-changed';
      readonly torrent: TorrentId;
      readonly state: TorrentState;
      /** Why, in state `error`. */
      readonly fault: StoreFault | null;
    }
  /** While metadata is fetched: bytes of the furthest attempt, and of all metadata, as those who give it claim. */
  | {
      readonly type: 'metadata-progress';
      readonly torrent: TorrentId;
      readonly received: number;
      readonly size: number;
    }
  /** What was asked for by `fetch-metadata`: bytes of `info` that have the info-hash, whatever is in them. */
  | { readonly type: 'metadata'; readonly torrent: TorrentId; readonly info: Uint8Array }
  /** While checking: so many pieces hashed, so many of them good. */
  | {
      readonly type: 'check-progress';
      readonly torrent: TorrentId;
      readonly checked: number;
      readonly verified: number;
    }
  | { readonly type: 'piece-verified'; readonly torrent: TorrentId; readonly index: number }
  | { readonly type: 'piece-failed'; readonly torrent: TorrentId; readonly index: number }
  /** All this is on the device, and may be claimed by a later session (`save-torrent`). */
  | {
      readonly type: 'saved';
      readonly torrent: TorrentId;
      /** As in a `bitfield` message. */
      readonly verified: Uint8Array;
      readonly partial: readonly PartialPiece[];
      /** Payload bytes received and sent since the torrent was first added, earlier sessions included. */
      readonly downloaded: number;
      readonly uploaded: number;
      /** What the clocks showed when the sync was asked for, earlier sessions included. */
      readonly times: TorrentTimes;
    }
  /**
   * Every wanted piece is verified and on disk: after a check that finds all, when the last one arrives, or when the
   * rest is no longer wanted. Once per start, and again when more was wanted in between.
   */
  | { readonly type: 'complete'; readonly torrent: TorrentId; readonly downloaded: number }
  | {
      readonly type: 'peer-connected';
      readonly torrent: TorrentId;
      readonly conn: ConnectionId;
      readonly address: Address;
      readonly peerId: Uint8Array;
      readonly dialled: boolean;
    }
  | {
      readonly type: 'peer-disconnected';
      readonly torrent: TorrentId;
      readonly conn: ConnectionId;
      readonly address: Address;
      readonly reason: CloseReason;
    }
  /** A connection that never became a peer of a torrent. */
  | {
      readonly type: 'connection-failed';
      readonly torrent: TorrentId | null;
      readonly conn: ConnectionId;
      readonly address: Address;
      readonly reason: CloseReason;
    }
  /** We choke or unchoke a peer; the reason is the choker's own. */
  | {
      readonly type: 'choke-changed';
      readonly torrent: TorrentId;
      readonly conn: ConnectionId;
      readonly choking: boolean;
      readonly reason: string;
    }
  /** The first block of a piece is asked for; the reason is the picker's own. */
  | {
      readonly type: 'piece-begun';
      readonly torrent: TorrentId;
      readonly index: number;
      readonly conn: ConnectionId;
      readonly reason: string;
    }
  /** Nobody at this host is a peer of this torrent any more, until the ban expires or the torrent stops. */
  | {
      readonly type: 'peer-banned';
      readonly torrent: TorrentId;
      /** Who was found out, connected or already gone; null: the application asked for it (`ban-host`). */
      readonly conn: ConnectionId | null;
      /** Its port is 0 where only the host is known. */
      readonly address: Address;
      readonly reason: string;
      /** When it expires; Infinity: not by time. */
      readonly until: Millis;
    }
  /** The host may come again: its time is over, the application lifted it, or there are too many bans. */
  | { readonly type: 'ban-expired'; readonly torrent: TorrentId; readonly host: string }
  | {
      readonly type: 'announced';
      readonly torrent: TorrentId;
      readonly url: string;
      readonly event: AnnounceEvent;
      /** Addresses received. */
      readonly peers: number;
      readonly seeds: number | null;
      readonly leeches: number | null;
      /** Milliseconds until the next regular announce. */
      readonly interval: Millis;
      readonly warning: string | null;
      /** The listening address that was announced; absent where none was named (`listening-at`). */
      readonly local?: Address;
    }
  | {
      readonly type: 'announce-failed';
      readonly torrent: TorrentId;
      readonly url: string;
      readonly event: AnnounceEvent;
      readonly reason: string;
      /** As in `announced`. */
      readonly local?: Address;
    }
  /** It has given enough (`set-share-goals`), and stops. */
  | { readonly type: 'share-reached'; readonly torrent: TorrentId; readonly goal: ShareGoal }
  /** What a tracker counts of the torrent; null: it did not say. */
  | {
      readonly type: 'scraped';
      readonly torrent: TorrentId;
      readonly url: string;
      readonly seeds: number | null;
      readonly leeches: number | null;
      /** Downloads completed since the tracker knows the torrent. */
      readonly completed: number | null;
    }
  | {
      readonly type: 'scrape-failed';
      readonly torrent: TorrentId;
      /** The last tracker that was asked; null: none could be. */
      readonly url: string | null;
      readonly reason: string;
    }
  /** Two others or more see us at this address, and no other one has more votes. */
  | { readonly type: 'external-address'; readonly host: string; readonly votes: number }
  /** The torrent was removed; its id is forgotten. */
  | { readonly type: 'removed'; readonly torrent: TorrentId }
  /** After `shutdown`: everything is closed. */
  | { readonly type: 'closed' };

/** The BEP 3 announce events; `none` is a regular announce. */
export type AnnounceEvent = 'none' | 'started' | 'completed' | 'stopped';
