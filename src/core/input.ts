/**
 * Everything that can enter a machine, over the message type `M` and the command type `C`.
 *
 * Plain discriminated unions: at once the log, the replay file and the vocabulary of tests. Every variant
 * carries all its fields, in this order, with `null` for absent.
 */
import type {
  Address,
  ConnectionId,
  HttpFault,
  HttpReply,
  JobId,
  LostReason,
  ResolveFault,
  StoreFault,
} from './types.ts';

/** Answers of a store. `store-done` answers open, select, write, sync and close. */
export type StoreInput =
  | { readonly type: 'store-done'; readonly job: JobId; readonly fault: StoreFault | null }
  | {
      readonly type: 'read-done';
      readonly job: JobId;
      /**
       * The bytes asked for; nobody writes to them. They belong to the network once sent: when they are on their way to
       * the remote, their memory may be used for other reads.
       */
      readonly data: Uint8Array | null;
      readonly fault: StoreFault | null;
    }
  | {
      readonly type: 'hash-done';
      readonly job: JobId;
      readonly digest: Uint8Array | null;
      readonly fault: StoreFault | null;
    };

export interface HttpInput {
  readonly type: 'http-done';
  readonly job: JobId;
  readonly reply: HttpReply | null;
  readonly fault: HttpFault | null;
}

export interface ResolveInput {
  readonly type: 'resolve-done';
  readonly job: JobId;
  /** Literal addresses in the order the resolver prefers; empty on a fault. */
  readonly hosts: readonly string[];
  readonly fault: ResolveFault | null;
}

export type Input<M, C = never> =
  | { readonly type: 'timeout' }
  | { readonly type: 'connected'; readonly conn: ConnectionId; readonly address: Address }
  | { readonly type: 'message'; readonly conn: ConnectionId; readonly message: M }
  | {
      readonly type: 'disconnected';
      readonly conn: ConnectionId;
      readonly reason: LostReason;
      readonly detail: string | null;
    }
  | { readonly type: 'pause-writing' | 'resume-writing'; readonly conn: ConnectionId }
  | { readonly type: 'datagram'; readonly address: Address; readonly data: Uint8Array }
  | { readonly type: 'command'; readonly command: C }
  | StoreInput
  | HttpInput
  | ResolveInput;
