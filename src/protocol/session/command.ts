/**
 * What an application asks of a session. Every command is an input like any other, so a session is driven, logged
 * and replayed through one door. A command for an unknown torrent changes nothing.
 */
import type { Address } from '../../core/index.ts';
import type { IpRange } from '../filter/ip-filter.ts';
import type { Metainfo } from '../metainfo/types.ts';
import type { AnnounceReach } from '../tracker/announce-reach.ts';
import type { Behaviors } from '../torrent/behavior.ts';
import type { ShareGoals } from '../torrent/sharing.ts';
import type { PieceDeadline } from '../torrent/pieces/deadlines.ts';
import type { Existing } from '../torrent/data/existing.ts';

/** Chosen by whoever adds the torrent; a small integer, never reused. */
export type TorrentId = number;

export type Command =
  | {
      readonly type: 'add-torrent';
      readonly torrent: TorrentId;
      readonly metainfo: Metainfo;
      /** Replaces the metainfo's tiers; null: use the metainfo's; []: no tracker. */
      readonly tiers: readonly (readonly string[])[] | null;
      /** Ask peers for what is missing. */
      readonly downloading: boolean;
      /** Give peers what is held. */
      readonly seeding: boolean;
      /** What the store holds already, and how far to trust it. */
      readonly existing: Existing;
      /** Replaces some of the session's behaviors for this torrent. */
      readonly behaviors: Partial<Behaviors>;
    }
  /**
   * Gets the metadata of a torrent of which only the info-hash is known (BEP 9), from peers, at once; `metadata` tells of
   * it. Then `add-torrent` of the same id and info-hash takes over the peers, if it is started within two minutes.
   * `remove-torrent` calls it off; peers are added, hosts banned and trackers asked as those of any torrent.
   */
  | {
      readonly type: 'fetch-metadata';
      readonly torrent: TorrentId;
      /** 20 bytes. */
      readonly infoHash: Uint8Array;
      /** Tracker URLs, tier by tier. */
      readonly tiers: readonly (readonly string[])[];
    }
  /** Opens the store, checks it where asked, announces `started`, dials. Also leaves an error state. */
  | { readonly type: 'start-torrent'; readonly torrent: TorrentId }
  /** Closes all its connections, announces `stopped`, closes the store. */
  | { readonly type: 'stop-torrent'; readonly torrent: TorrentId }
  /**
   * Stops it when what it was promised has come and what it has promised is sent, `drainTimeMax` later at most; until
   * then it stays `active`, but asks nobody, takes no requests and lets nobody in. What came is on the device then. A
   * torrent that is not active stops at once; `start-torrent` takes it back.
   */
  | { readonly type: 'drain-torrent'; readonly torrent: TorrentId }
  /**
   * Hashes what is in doubt and tells what it found (`complete`, where nothing wanted is missing), then stops: no
   * tracker and no peer hears of it. A torrent that is active stops.
   */
  | { readonly type: 'check-torrent'; readonly torrent: TorrentId }
  /** Stops it where needed, then forgets it. Its files stay. */
  | { readonly type: 'remove-torrent'; readonly torrent: TorrentId }
  | {
      readonly type: 'set-flags';
      readonly torrent: TorrentId;
      readonly downloading: boolean;
      readonly seeding: boolean;
    }
  /**
   * Replaces every priority. Works in any state, so one that comes before the first `start-torrent` holds before the
   * first request; it lasts over stops. Pieces that are verified or begun stay so, wanted or not.
   */
  | {
      readonly type: 'set-priorities';
      readonly torrent: TorrentId;
      /** One byte per piece: 0, not wanted; 1 to 255, higher first. At the beginning all are 1. */
      readonly pieces: Uint8Array;
      /** One byte per file of the metainfo: 0, it need not exist. Null: all are wanted. */
      readonly files: Uint8Array | null;
    }
  /**
   * Replaces the pieces that somebody waits for, as one who plays a file does with every piece that he leaves behind.
   * Pieces that are held, or are no pieces, are left out. Wants nothing that priorities do not want.
   */
  | {
      readonly type: 'set-deadlines';
      readonly torrent: TorrentId;
      readonly deadlines: readonly PieceDeadline[];
    }
  | {
      readonly type: 'set-behaviors';
      readonly torrent: TorrentId;
      readonly behaviors: Partial<Behaviors>;
    }
  /** Forgets what is verified and hashes everything again; a torrent that was running goes on running. */
  | { readonly type: 'recheck-torrent'; readonly torrent: TorrentId }
  /**
   * Puts what is held on the device, then tells of it (`saved`). Means nothing to a torrent that is not active.
   */
  | { readonly type: 'save-torrent'; readonly torrent: TorrentId }
  /** Addresses that the user names. Remembered: they are dialled again after every start. */
  | {
      readonly type: 'add-peers';
      readonly torrent: TorrentId;
      readonly addresses: readonly Address[];
    }
  /**
   * Offers this peer these pieces while it is choked, in place of the canonical set of BEP 6 (S-27); to be said before
   * the peer tells what it has. Pieces that there are not are left out.
   */
  | { readonly type: 'allow-fast'; readonly conn: number; readonly pieces: readonly number[] }
  /** Closes one connection. */
  | { readonly type: 'drop-peer'; readonly conn: number }
  /** Limits over all torrents together, payload bytes per second, from now on; null: none. */
  | {
      readonly type: 'set-session-limits';
      readonly download: number | null;
      readonly upload: number | null;
    }
  /** Limits of one torrent, beside those of the session. They last over a stop. */
  | {
      readonly type: 'set-torrent-limits';
      readonly torrent: TorrentId;
      readonly download: number | null;
      readonly upload: number | null;
    }
  /** Once it has everything, it stops when it has given so much, or for so long; `null`: no such goal. */
  | ({ readonly type: 'set-share-goals'; readonly torrent: TorrentId } & ShareGoals)
  /**
   * Bans a host from one torrent that is active, and closes its connections there. Like every ban it ends with its time
   * (milliseconds; null: the session's `banTime`; Infinity: no end) or when the torrent stops; what must stay out for
   * good belongs into an IP filter.
   */
  | {
      readonly type: 'ban-host';
      readonly torrent: TorrentId;
      readonly host: string;
      readonly time: number | null;
      /** For people. */
      readonly reason: string;
    }
  | { readonly type: 'unban-host'; readonly torrent: TorrentId; readonly host: string }
  /**
   * Replaces the IP filter: whom it denies is neither dialled nor let in, and is disconnected where it is connected. The
   * last range that names an address decides.
   */
  | { readonly type: 'set-ip-filter'; readonly ranges: readonly IpRange[] }
  /** The IP filter leaves this torrent alone, and its trackers, from now on; or no longer. It lasts over a stop. */
  | {
      readonly type: 'exempt-from-ip-filter';
      readonly torrent: TorrentId;
      readonly exempt: boolean;
    }
  /**
   * Which trackers are asked, from the next announce on: those with internationalised names (`idna`; at the beginning they
   * are), and only those at addresses that the IP filter lets pass (`filtered`; at the beginning so).
   */
  | { readonly type: 'set-tracker-hosts'; readonly idna: boolean; readonly filtered: boolean }
  /**
   * Torrents that are not private show these 20 bytes as their peer id from their next start, and neither the name of the
   * client nor, to trackers, that of the program; null, as at the beginning: the session's own.
   */
  | { readonly type: 'set-anonymous'; readonly peerId: Uint8Array | null }
  /** Announce now, as soon as the tracker's min interval allows. */
  | { readonly type: 'announce'; readonly torrent: TorrentId }
  /** Announce to this tracker, whatever its tier, as soon as its min interval allows; nothing where it is none of ours. */
  | { readonly type: 'announce-to'; readonly torrent: TorrentId; readonly url: string }
  /**
   * Replaces the trackers, in any state. One that stays is told nothing anew, wherever it stands now; one that goes hears
   * `stopped` where it had heard `started`.
   */
  | {
      readonly type: 'set-trackers';
      readonly torrent: TorrentId;
      readonly tiers: readonly (readonly string[])[];
    }
  /** How many trackers hear of it at a time. At the beginning one does (BEP 12). */
  | ({ readonly type: 'set-announce-reach'; readonly torrent: TorrentId } & AnnounceReach)
  /**
   * Asks the trackers what they count of the torrent, in whatever state it is (BEP 48, 15). Answered by one `scraped` or
   * `scrape-failed`; those asked for while one is under way share it.
   */
  | { readonly type: 'scrape'; readonly torrent: TorrentId }
  /** The port on which the application accepts peers, told to trackers; 0: none. */
  | { readonly type: 'listening'; readonly port: number }
  /**
   * The addresses at which the application accepts peers, each once. Trackers are announced to from each of them, with
   * its port, as if it were the only one: an IPv4 one to IPv4 addresses, an IPv6 one to IPv6 ones. `0.0.0.0` and `::`
   * stand for whichever address of their family the system chooses. None: no tracker hears of any torrent. Takes the
   * place of `listening`, and of the addresses before: those that stay go on, those that go say `stopped`.
   */
  | { readonly type: 'listening-at'; readonly addresses: readonly Address[] }
  /**
   * Stops every torrent that runs, and lets nobody in. What is asked of torrents meanwhile (starts, stops, peers) is kept:
   * `resume-session` starts those that should be running then. Scrapes go out all the same.
   */
  | { readonly type: 'pause-session' }
  | { readonly type: 'resume-session' }
  /** Stops every torrent; `closed` is notified when the last one has stopped. */
  | { readonly type: 'shutdown' };
