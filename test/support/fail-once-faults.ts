/**
 * Counts the operations of a run by kind, and lets exactly one of them fail.
 *
 * Operations are told apart by their number within their kind, in the order in which the reactors of all hosts ask: the
 * run is deterministic up to the one that fails, so the number means the same operation in every run.
 */
import type {
  HttpFault,
  LostReason,
  Millis,
  ResolveFault,
  StoreFault,
} from '../../src/core/index.ts';
import type { Faults } from '../../src/reactors/memory/index.ts';
import type {
  DatagramVerdict,
  OperationKind,
  SegmentVerdict,
  StoreOperation,
  StoreVerdict,
} from '../../src/reactors/memory/faults.ts';

/** Whoever listens asks nobody: a connection that is accepted was connected. */
export type FailingKind = Exclude<OperationKind, 'accept'>;

type StoreKind = StoreOperation['kind'];
/** A fault, or the beginning of a write. */
type StoreEnd = StoreFault | 'torn' | 'late';

/** One way in which operations of one kind fail. */
export type Failing =
  | { readonly kind: StoreKind; readonly how: StoreEnd }
  | { readonly kind: 'connect'; readonly how: LostReason }
  | { readonly kind: 'segment'; readonly how: 'reset' | 'late' }
  | { readonly kind: 'datagram'; readonly how: 'lost' | 'twice' | 'late' }
  | { readonly kind: 'resolve'; readonly how: ResolveFault }
  | { readonly kind: 'http'; readonly how: HttpFault }
  | { readonly kind: 'timer'; readonly how: 'late' };

/** Every way in which an operation may plausibly fail. */
export const failings: readonly Failing[] = [
  ...ways('store-open', 'io', 'denied', 'full', 'late'),
  ...ways('store-read', 'io', 'missing', 'late'),
  ...ways('store-write', 'io', 'full', 'denied', 'torn', 'late'),
  ...ways('store-hash', 'io', 'missing', 'late'),
  ...ways('store-sync', 'io', 'full'),
  ...ways('store-close', 'io', 'late'),
  ...(['refused', 'timed-out', 'unreachable', 'reset'] as const).map((how) => ({
    kind: 'connect' as const,
    how,
  })),
  { kind: 'segment', how: 'reset' },
  { kind: 'segment', how: 'late' },
  { kind: 'datagram', how: 'lost' },
  { kind: 'datagram', how: 'twice' },
  { kind: 'datagram', how: 'late' },
  ...(['not-found', 'failed', 'timed-out'] as const).map((how) => ({
    kind: 'resolve' as const,
    how,
  })),
  ...(['timed-out', 'bad-reply', 'refused', 'too-large'] as const).map((how) => ({
    kind: 'http' as const,
    how,
  })),
  { kind: 'timer', how: 'late' },
];

function ways(kind: StoreKind, ...hows: readonly StoreEnd[]): Failing[] {
  return hows.map((how) => ({ kind, how }));
}

/** What a store answers when it fails so; null: it does not fail. */
export function faultOf({ kind, how }: Failing): StoreFault | null {
  if (!kind.startsWith('store-') || how === 'late') return null;
  return how === 'torn' ? 'io' : (how as StoreFault);
}

/** Long against every round trip, and longer than a UDP tracker is waited for. */
const LATE: Millis = 20_000;

export class FailOnce implements Faults {
  /** Operations so far. */
  readonly asked: Map<FailingKind, number> = new Map<FailingKind, number>();
  /** How many failed. */
  struck = 0;
  readonly #failing: Failing | null;
  readonly #number: number;

  /** `failing` null: none fails. `number` counts from 0. */
  constructor(failing: Failing | null, number: number) {
    this.#failing = failing;
    this.#number = number;
  }

  store(_host: number, { kind, length }: StoreOperation): StoreVerdict | null {
    const how = this.#strikes(kind) as StoreEnd | null;
    if (how === null) return null;
    if (how === 'torn') return { type: 'torn', bytes: length >> 1 };
    return how === 'late' ? { type: 'delay', by: LATE } : { type: 'fault', fault: how };
  }

  connect(): LostReason | null {
    return this.#strikes('connect') as LostReason | null;
  }

  segment(): SegmentVerdict | null {
    const how = this.#strikes('segment');
    if (how === null) return null;
    return how === 'reset' ? { type: 'reset' } : { type: 'late', by: LATE };
  }

  datagram(): DatagramVerdict | null {
    const how = this.#strikes('datagram') as 'lost' | 'twice' | 'late' | null;
    if (how === null) return null;
    return how === 'late' ? { type: 'late', by: LATE } : { type: how };
  }

  resolve(): ResolveFault | null {
    return this.#strikes('resolve') as ResolveFault | null;
  }

  http(): HttpFault | null {
    return this.#strikes('http') as HttpFault | null;
  }

  timer(): Millis {
    return this.#strikes('timer') === null ? 0 : LATE;
  }

  #strikes(kind: FailingKind): Failing['how'] | null {
    const number = this.asked.get(kind) ?? 0;
    this.asked.set(kind, number + 1);
    if (this.#failing?.kind !== kind || number !== this.#number) return null;
    this.struck++;
    return this.#failing.how;
  }
}
