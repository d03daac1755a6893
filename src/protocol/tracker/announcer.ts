/**
 * CONTRACT ONLY (to be implemented): the announce state machine of one torrent over its tiers (BEP 12), HTTP (BEP 3,
 * 7, 23) and UDP (BEP 15).
 */
import type {
  Address,
  DatagramEffect,
  HttpEffect,
  HttpInput,
  JobId,
  Millis,
  Random,
  ResolveEffect,
  ResolveInput,
  Sink,
} from '../../core/index.ts';
import type { AnnounceEvent } from '../torrent/event.ts';

/** Live facts that an announce tells; the torrent owns them, fields are read at the moment of each announce. */
export interface AnnounceFacts {
  readonly infoHash: Uint8Array;
  readonly peerId: Uint8Array;
  /** 32 bits, the same for the whole session of the torrent, to prove identity after an address change. */
  readonly key: number;
  /** Our listening port; 0: not reachable (announced as port 1, which nobody dials usefully: see BEP 3 practice). */
  readonly port: number;
  readonly uploaded: number;
  readonly downloaded: number;
  readonly left: number;
  /** numwant: how many addresses would be welcome now. */
  readonly peersWanted: number;
}

export type AnnounceEffect = HttpEffect | ResolveEffect | DatagramEffect;

/** What the torrent hears back. */
export type AnnounceReport =
  | {
      readonly type: 'announced';
      readonly url: string;
      readonly event: AnnounceEvent;
      readonly addresses: readonly Address[];
      readonly seeds: number | null;
      readonly leeches: number | null;
      readonly interval: Millis;
      readonly warning: string | null;
    }
  | {
      readonly type: 'announce-failed';
      readonly url: string;
      readonly event: AnnounceEvent;
      readonly reason: string;
    }
  /** `stop` has been told to every tracker that knew of us, or given up on: nothing more will be pushed. */
  | { readonly type: 'stopped' };

export declare class Announcer {
  constructor(
    tiers: readonly (readonly string[])[],
    facts: AnnounceFacts,
    nextJob: () => JobId,
    random: Random,
    reports: Sink<AnnounceReport>,
  );
  /** Infinity: nothing due. A field read. */
  readonly deadline: Millis;
  /** Announces `started`. */
  start(now: Millis, out: Sink<AnnounceEffect>): void;
  /** The download has just finished: announces `completed` (not after a start that was complete already). */
  completed(now: Millis, out: Sink<AnnounceEffect>): void;
  /** The user, or a torrent starved of peers, wants an announce as soon as the min interval allows. */
  announceSoon(now: Millis, out: Sink<AnnounceEffect>): void;
  /** Announces `stopped` where `started` succeeded, and gives up after `stopTimeMax`; cancels the rest. */
  stop(now: Millis, out: Sink<AnnounceEffect>): void;
  timeout(now: Millis, out: Sink<AnnounceEffect>): void;
  /** True where the job was this announcer's. */
  jobDone(input: HttpInput | ResolveInput, now: Millis, out: Sink<AnnounceEffect>): boolean;
  /** True where the datagram answered a transaction of this announcer. */
  datagram(address: Address, data: Uint8Array, now: Millis, out: Sink<AnnounceEffect>): boolean;
}
