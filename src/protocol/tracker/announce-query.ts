/**
 * What one announce says and hears, free of the transport: HTTP and UDP encode the same query and decode to the same
 * outcome, and our own tracker reads the same query on the other side.
 */
import type {
  Address,
  DatagramEffect,
  HttpEffect,
  Millis,
  ResolveEffect,
} from '../../core/index.ts';
import type { AnnounceEvent } from '../session/event.ts';

/** One announce (BEP 3, 15). */
export interface AnnounceQuery {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** 32 bits, unsigned, that prove identity after an address change; null: the peer did not say (server side). */
  readonly key: number | null;
  readonly port: number;
  /** Bytes since `started`. */
  readonly uploaded: number;
  readonly downloaded: number;
  /** Bytes still missing; 0 for a seed. */
  readonly left: number;
  readonly event: AnnounceEvent;
  /** Addresses wanted (numwant); null: as many as the tracker likes to give. */
  readonly peersWanted: number | null;
}

/** What an announce asks of the world. */
export type AnnounceEffect = HttpEffect | ResolveEffect | DatagramEffect;

/** A good answer, checked and bounded. */
export interface AnnounceAnswered {
  readonly type: 'answered';
  /** Milliseconds, clamped to `intervalMin`..`intervalMax`, and no less than `minInterval`. */
  readonly interval: Millis;
  /** Milliseconds, clamped as well; `intervalMin` where the tracker named none. */
  readonly minInterval: Millis;
  readonly seeds: number | null;
  readonly leeches: number | null;
  readonly addresses: readonly Address[];
  readonly warning: string | null;
  /** To be sent back with the next announce; a copy. */
  readonly trackerId: Uint8Array | null;
  /** Our address as the tracker sees it (BEP 24), canonical; null: it did not say. */
  readonly externalIp: string | null;
}

/** Why there is none. */
export interface TrackerFailure {
  readonly type: 'failed';
  /** For people; fit to be shown. */
  readonly reason: string;
  /** The tracker itself said no, as against: could not be reached, or answered garbage. */
  readonly refused: boolean;
  /** Milliseconds until the tracker wants to be asked again (BEP 31); Infinity: never; null: it did not say. */
  readonly retryIn: Millis | null;
  /** Its name has no address, or none of the family that was asked for. Absent: it is not that. */
  readonly unresolved?: true;
}

/** What came back. */
export type AnnounceOutcome = AnnounceAnswered | TrackerFailure;

/** A failure that is not the tracker's own word. */
export function unreached(reason: string): TrackerFailure {
  return { type: 'failed', reason, refused: false, retryIn: null };
}

/** The tracker's name leads nowhere, or to no address of the family that was asked for. */
export function unresolved(reason: string): TrackerFailure {
  return { ...unreached(reason), unresolved: true };
}
