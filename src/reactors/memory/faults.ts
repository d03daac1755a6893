/**
 * What can go wrong in the memory reactor, asked at the moment it would: one question per operation, in order.
 *
 * The reactor asks and obeys; it decides nothing, and counts nothing. Who answers (a fault plan, a sweep that fails
 * each operation once, a test) draws from its own seeded stream, so that a run with the same answers is the same run.
 * Faults that are a state of the world and not of one operation (partitions, frozen hosts, crashes, clock jumps) are
 * methods of `MemoryWorld` and `Host`.
 */
import type { HttpFault, LostReason, Millis, ResolveFault, StoreFault } from '../../core/index.ts';

/** The operations that a reactor performs for its user. */
export type OperationKind =
  | 'store-open'
  | 'store-read'
  | 'store-write'
  | 'store-hash'
  | 'store-sync'
  | 'store-close'
  | 'connect'
  | 'accept'
  | 'segment'
  | 'datagram'
  | 'resolve'
  | 'http'
  | 'timer';

/** One job of a store, before it is done. */
export interface StoreOperation {
  readonly kind: Extract<OperationKind, `store-${string}`>;
  /** Bytes; 0 where the operation has no range. */
  readonly offset: number;
  readonly length: number;
}

/**
 * How a store job ends. `fault`: answered so, nothing done. `torn`: only the first `bytes` of a write reach the disk and
 * it is answered `io`. `flip`: one bit of what is written or read is wrong and nobody is told. `delay`: done, later.
 */
export type StoreVerdict =
  | { readonly type: 'fault'; readonly fault: StoreFault }
  | { readonly type: 'torn'; readonly bytes: number }
  | { readonly type: 'flip'; readonly bit: number }
  | { readonly type: 'delay'; readonly by: Millis };

/** How a datagram fares. `late` also reorders. */
export type DatagramVerdict =
  | { readonly type: 'lost' }
  | { readonly type: 'twice' }
  | { readonly type: 'late'; readonly by: Millis };

/** What happens to a segment of a stream on its way. `reset`: both ends lose the connection. */
export type SegmentVerdict =
  { readonly type: 'reset' } | { readonly type: 'late'; readonly by: Millis };

/** Hosts by the number that `MemoryWorld.addHost` gave them. Null answers: nothing goes wrong. */
export interface Faults {
  store(host: number, operation: StoreOperation): StoreVerdict | null;
  connect(host: number, to: number): LostReason | null;
  segment(from: number, to: number, bytes: number): SegmentVerdict | null;
  datagram(from: number, to: number, bytes: number): DatagramVerdict | null;
  resolve(host: number, name: string): ResolveFault | null;
  http(host: number, url: string): HttpFault | null;
  /** A delayed call that fires so much late; 0: on time. */
  timer(host: number): Millis;
}
