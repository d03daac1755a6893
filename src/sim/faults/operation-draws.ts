/**
 * One operation entry at work: is it asked, does it strike, and with what.
 *
 * Invariant: whether it strikes depends on its own stream and on how many questions it was asked, never on what other
 * entries answered.
 */
import type { Millis, Random } from '../../core/index.ts';
import type {
  DatagramVerdict,
  SegmentVerdict,
  StoreOperation,
  StoreVerdict,
} from '../../reactors/memory/faults.ts';
import type { Span } from '../adversaries/index.ts';
import type { OperationFault } from './plan.ts';

type Kind<K> = Extract<OperationFault, { readonly kind: K }>;
export type StoreEntry = Extract<OperationFault, { readonly kind: `store-${string}` | 'crash-at' }>;
export type SegmentEntry = Kind<'segment-reset' | 'segment-late'>;
export type DatagramEntry = Kind<'datagram-lost' | 'datagram-twice' | 'datagram-late'>;

const MILLION = 1_000_000;
const FULL = { type: 'fault', fault: 'full' } as const;
const IO = { type: 'fault', fault: 'io' } as const;
const DENIED = { type: 'fault', fault: 'denied' } as const;
const MISSING = { type: 'fault', fault: 'missing' } as const;
const LOST = { type: 'lost' } as const;
const TWICE = { type: 'twice' } as const;
const RESET = { type: 'reset' } as const;

export class OperationDraw<F extends OperationFault> {
  readonly fault: F;
  readonly #targets: ReadonlySet<number>;
  readonly #random: Random;
  /** Questions so far. */
  #asked = 0;
  #struck = 0;

  constructor(fault: F, targets: readonly number[], random: Random) {
    this.fault = fault;
    this.#targets = new Set(targets);
    this.#random = random;
  }

  /** Whether the entry is about this peer at this time. */
  concerns(peer: number, now: Millis): boolean {
    return now >= this.fault.from && now < this.fault.until && this.#targets.has(peer);
  }

  /** Takes one question, and one draw. */
  strikes(): boolean {
    const { trigger } = this.fault;
    const number = this.#asked++;
    const struck =
      'rate' in trigger
        ? this.#random.below(MILLION) < trigger.rate &&
          (trigger.most === null || this.#struck < trigger.most)
        : number === trigger.at || (trigger.sticky && number > trigger.at);
    if (struck) this.#struck++;
    return struck;
  }

  span({ least, most }: Span): Millis {
    return least + this.#random.below(most - least + 1);
  }

  below(n: number): number {
    return this.#random.below(n);
  }
}

/** Whether a store entry is about this operation. */
export function concernsStore(fault: StoreEntry, operation: StoreOperation): boolean {
  if (fault.kind === 'store-torn') return operation.kind === 'store-write' && operation.length > 0;
  if (fault.kind === 'store-flip' && operation.length === 0) return false;
  const kinds: readonly StoreOperation['kind'][] = fault.operations;
  return kinds.includes(operation.kind);
}

/** What a store entry that strikes answers; null: the crash is the answer. */
export function storeVerdict(
  draw: OperationDraw<StoreEntry>,
  operation: StoreOperation,
): StoreVerdict | null {
  const { fault } = draw;
  switch (fault.kind) {
    case 'store-full':
      return FULL;
    case 'store-io':
      return IO;
    case 'store-denied':
      return DENIED;
    case 'store-missing':
      return MISSING;
    case 'store-torn':
      return { type: 'torn', bytes: draw.below(operation.length) };
    case 'store-flip':
      return { type: 'flip', bit: draw.below(operation.length) * 8 + draw.below(8) };
    case 'store-late':
      return { type: 'delay', by: draw.span(fault.by) };
    case 'crash-at':
      return null;
  }
}

export function segmentVerdict(draw: OperationDraw<SegmentEntry>): SegmentVerdict {
  const { fault } = draw;
  return fault.kind === 'segment-reset' ? RESET : { type: 'late', by: draw.span(fault.by) };
}

export function datagramVerdict(draw: OperationDraw<DatagramEntry>): DatagramVerdict {
  const { fault } = draw;
  switch (fault.kind) {
    case 'datagram-lost':
      return LOST;
    case 'datagram-twice':
      return TWICE;
    case 'datagram-late':
      return { type: 'late', by: draw.span(fault.by) };
  }
}
