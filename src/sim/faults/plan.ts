/**
 * A fault plan: everything that is to go wrong in one run, as data.
 *
 * An entry is one fault: its kind, whom it meets, from when until when, how often. Its `name` decides its random
 * stream, so that taking an entry away leaves the draws of all others as they were. Operation faults answer a question
 * of the reactor (`Faults`); world faults become a timeline of `WorldEvent`s; adversaries are peers that join.
 *
 * Times are milliseconds since the run began; every entry ends at or before `until`, where the safety phase ends and
 * all that was broken is whole again. `plan-schema.ts` holds the ranges, `fault-rows.ts` what each kind stands for.
 */
import type { HttpFault, LostReason, Millis, ResolveFault } from '../../core/index.ts';
import type { StoreOperation } from '../../reactors/memory/faults.ts';
import type { AdversaryKind, Span } from '../adversaries/index.ts';

/** Peers by number, or so many percent of them, drawn once from the entry's stream (one at least). */
export type FaultTarget =
  'all' | { readonly peers: readonly number[] } | { readonly share: number };

/**
 * How often: drawn per million questions, at most `most` times (null: without end); or at the question with this
 * number (from 0, counting only those that the entry is about), `sticky`: and at every later one.
 */
export type FaultTrigger =
  | { readonly rate: number; readonly most: number | null }
  | { readonly at: number; readonly sticky: boolean };

interface Entry {
  /** Unique in its plan. */
  readonly name: string;
  /** A run in which it never happened has failed. False: chance may have spared us. */
  readonly promised: boolean;
  readonly target: FaultTarget;
  readonly from: Millis;
  readonly until: Millis;
}

interface OperationEntry extends Entry {
  readonly trigger: FaultTrigger;
}

interface WorldEntry extends Entry {
  /**
   * How often it happens in the window: to every target, each at moments of its own. Partitions, trackers and churn
   * happen to all of them together.
   */
  readonly times: number;
  /** How long each lasts, milliseconds; cut to its share of the window. */
  readonly lasts: Span;
}

export type StoreOperationKind = StoreOperation['kind'];

/** Asked of `Faults`, one operation at a time. */
export type OperationFault =
  /** Of a segment to or from a target. */
  | (OperationEntry & { readonly kind: 'segment-reset' })
  | (OperationEntry & { readonly kind: 'segment-late'; readonly by: Span })
  | (OperationEntry & {
      readonly kind: 'connect-fault';
      readonly reason: Extract<LostReason, 'refused' | 'unreachable' | 'timed-out' | 'reset'>;
    })
  | (OperationEntry & { readonly kind: 'datagram-lost' | 'datagram-twice' })
  | (OperationEntry & { readonly kind: 'datagram-late'; readonly by: Span })
  | (OperationEntry & { readonly kind: 'resolve-fault'; readonly fault: ResolveFault })
  | (OperationEntry & { readonly kind: 'http-fault'; readonly fault: HttpFault })
  | (OperationEntry & {
      readonly kind: 'store-full' | 'store-io' | 'store-denied' | 'store-missing';
      readonly operations: readonly StoreOperationKind[];
    })
  /** A write of which only the beginning reaches the disk. */
  | (OperationEntry & { readonly kind: 'store-torn' })
  /** One bit of a read or a write is wrong, and nobody is told. */
  | (OperationEntry & {
      readonly kind: 'store-flip';
      readonly operations: readonly ('store-read' | 'store-write')[];
    })
  | (OperationEntry & {
      readonly kind: 'store-late';
      readonly operations: readonly StoreOperationKind[];
      readonly by: Span;
    })
  | (OperationEntry & { readonly kind: 'timer-late'; readonly by: Span })
  /** The host crashes at a store operation, and starts again. */
  | (OperationEntry & {
      readonly kind: 'crash-at';
      readonly operations: readonly StoreOperationKind[];
      readonly mode: CrashMode;
      readonly lasts: Span;
    });

/** `process`: what was written stays. `power`: what was not synced may be lost. */
export type CrashMode = 'process' | 'power';

/** What a tracker does instead of its work. */
export type TrackerMode =
  /** Connections are refused, datagrams lost. */
  | { readonly type: 'down' }
  | { readonly type: 'status'; readonly status: number }
  /** Bytes that are no reply. */
  | { readonly type: 'garbage' }
  /** Takes the request and never answers. */
  | { readonly type: 'stall' }
  /** Answers with more bytes than anybody should take. */
  | { readonly type: 'oversize' }
  | { readonly type: 'redirect-loop' }
  /** A good reply with this interval, seconds; may be 0, negative, absurd. */
  | { readonly type: 'interval'; readonly seconds: number }
  /** A good reply with so many invented addresses; `victim`: all on one host. */
  | { readonly type: 'many-peers'; readonly count: number; readonly victim: boolean }
  /** A good reply with the asker's own address, and every other one twice. */
  | { readonly type: 'mirror' }
  /** A second reply, from a stranger or with another transaction, comes before the true one (UDP). */
  | { readonly type: 'spoof' };

/** How a file is changed behind our back. */
export type Meddling = 'delete' | 'truncate' | 'extend' | 'replace';

/** What an application sets, and what it orders. */
export type Setting = 'flags' | 'behaviors' | 'limits';
export type Order = 'stop-start' | 'remove-add' | 'recheck' | 'announce';

/** States of the world, at times. */
export type WorldFault =
  /**
   * The targets fall apart into so many groups, one of which is all who are no targets, if there are any. `oneWay`: only
   * what the first group says is lost.
   */
  | (WorldEntry & {
      readonly kind: 'partition';
      readonly groups: number;
      readonly oneWay: boolean;
    })
  /** `freeze`: the process stands still, its kernel lives: windows close. `suspend`: the whole host sleeps. */
  | (WorldEntry & { readonly kind: 'freeze' | 'suspend' })
  /** The host dies without a word to anybody, and starts again. */
  | (WorldEntry & { readonly kind: 'half-open' })
  /** Nobody can connect to the host; it can connect to others. */
  | (WorldEntry & { readonly kind: 'nat' })
  | (WorldEntry & { readonly kind: 'crash'; readonly mode: CrashMode })
  /** All targets leave in good order together, and come back one by one. */
  | (WorldEntry & { readonly kind: 'churn' })
  /** The target is closed in good order, whatever it is doing, and started again. */
  | (WorldEntry & { readonly kind: 'close' })
  /** The host's clock runs ahead by so much at once. */
  | (WorldEntry & { readonly kind: 'clock-jump'; readonly by: Span })
  /** Room for so many percent of the content, then for all of it again. */
  | (WorldEntry & { readonly kind: 'disk-limit'; readonly percent: number })
  | (WorldEntry & { readonly kind: 'meddle'; readonly how: Meddling })
  | (WorldEntry & { readonly kind: 'tracker'; readonly mode: TrackerMode })
  /** Bytes per second up and down, milliseconds of latency, in place of the usual ones. */
  | (WorldEntry & {
      readonly kind: 'slow-link';
      readonly bytesPerSecond: Span;
      readonly latency: Span;
    })
  | (WorldEntry & { readonly kind: 'settings'; readonly settings: readonly Setting[] })
  | (WorldEntry & { readonly kind: 'orders'; readonly orders: readonly Order[] });

/** Hostile peers that take part from `from` until `until`, `count` of them. `target`: whom they dial. */
export type AdversaryFault = Entry & {
  readonly kind: 'adversary';
  readonly adversary: AdversaryKind;
  readonly count: number;
};

export type Fault = OperationFault | WorldFault | AdversaryFault;
export type FaultKind = Fault['kind'];

export interface FaultPlan {
  readonly version: 1;
  readonly name: string;
  /** Where the safety phase ends. */
  readonly until: Millis;
  readonly faults: readonly Fault[];
}
