/**
 * Everything that a machine can ask of the world, over the message type `M` and the event type `E`.
 *
 * Effects are performed in the order they were pushed; those of several steps may be performed together.
 */
import type { Address, ConnectionId, HttpRequest, JobId, StoreFile, StoreId } from './types.ts';

export type StoreEffect =
  | {
      readonly type: 'store-open';
      readonly job: JobId;
      readonly store: StoreId;
      readonly files: readonly StoreFile[];
      /**
       * Bytes. The aligned unit in which the opener will fill and hash the store; the store may gather one
       * extent in memory and write it at once. A hint about speed, never about meaning.
       */
      readonly extent: number;
    }
  | {
      readonly type: 'store-read';
      readonly job: JobId;
      readonly store: StoreId;
      readonly offset: number;
      readonly length: number;
    }
  | {
      /**
       * Answered when the store has taken its copy and later reads and hashes see it. Until then the bytes count
       * as unwritten; a store answers late to push back. Failing to reach the disk may show only at the
       * `store-hash` or `store-sync` that covers the range.
       */
      readonly type: 'store-write';
      readonly job: JobId;
      readonly store: StoreId;
      readonly offset: number;
      readonly data: Uint8Array;
    }
  | {
      /** Answered with the digest once every earlier write to the range is in the file. */
      readonly type: 'store-hash';
      readonly job: JobId;
      readonly store: StoreId;
      readonly offset: number;
      readonly length: number;
      readonly algorithm: 'sha1' | 'sha256';
    }
  | {
      /**
       * Says which files are wanted; until the first such job all are. Earlier jobs are done first, later ones see it.
       *
       * A store makes no file that is not wanted. Bytes of one that are written all the same, because a wanted file
       * shares their piece, are kept elsewhere (a part file, say), and are read and hashed as if they were in place;
       * when the file is wanted they move into it. A file that exists is used where it is, wanted or not. A wanted file
       * of no length is made. A store without files may only answer.
       */
      readonly type: 'store-select';
      readonly job: JobId;
      readonly store: StoreId;
      /** One byte per file of `store-open`: 0, not wanted. */
      readonly wanted: Uint8Array;
    }
  | {
      readonly type: 'store-sync' | 'store-close';
      readonly job: JobId;
      readonly store: StoreId;
    };

export interface HttpEffect {
  readonly type: 'http';
  readonly job: JobId;
  readonly request: HttpRequest;
}

export interface ResolveEffect {
  readonly type: 'resolve';
  readonly job: JobId;
  readonly host: string;
}

export interface DatagramEffect {
  readonly type: 'datagram';
  readonly address: Address;
  readonly data: Uint8Array;
  /**
   * The address of this machine that it leaves from, `0.0.0.0` and `::` included, with the port that is asked for; where
   * that one is taken it is another. Absent: the driver's own.
   */
  readonly local?: Address;
}

export type Effect<M, E = never> =
  | { readonly type: 'connect'; readonly conn: ConnectionId; readonly address: Address }
  | { readonly type: 'send'; readonly conn: ConnectionId; readonly message: M }
  | {
      /** `close` sends what is queued first, `abort` does not. */
      readonly type: 'close' | 'abort';
      readonly conn: ConnectionId;
      readonly reason: string;
    }
  | { readonly type: 'pause-reading' | 'resume-reading'; readonly conn: ConnectionId }
  | { readonly type: 'notify'; readonly event: E }
  | DatagramEffect
  | StoreEffect
  | HttpEffect
  | ResolveEffect;
