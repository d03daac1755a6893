/**
 * Connections as Observables: the contract between the RxJS reactor and whatever carries its bytes.
 *
 * A network is two functions, so that an operator or a few Subjects can be one: `dial` gives a duplex, `listen` gives a
 * port whose calls give duplexes. Bytes are borrowed for the length of `next` in both directions, as everywhere in this
 * house; whoever keeps or delays them copies them.
 */
import type { Observable, Observer } from 'rxjs';
import type { Address, ListenAddress, ListenFault, LostReason } from '../../core/index.ts';

/**
 * What a user of a duplex tells it besides bytes. `flush`: nothing follows for now, send what is queued. The other two
 * are back-pressure towards the remote.
 */
export type DuplexSignal = 'flush' | 'pause-reading' | 'resume-reading';

/** Why a dial or a connection failed, as the error of a stream. `detail` is for people. */
export interface Loss {
  readonly reason: LostReason;
  readonly detail: string | null;
}

/** One connection. */
export interface RxDuplex {
  /** The remote end. */
  readonly address: Address;
  /**
   * What arrives, for one subscriber. Completes when the remote has ended the connection; errors with a `Loss` when it
   * was lost. Also ends after `outgoing` did: that is how one learns that everything is over.
   */
  readonly incoming$: Observable<Uint8Array>;
  /**
   * What is sent. `next` queues bytes until `flush` (a duplex without `signals` may send at once); `complete` sends what
   * is queued and ends the connection; `error` ends it without.
   */
  readonly outgoing: Observer<Uint8Array>;
  /** Back-pressure towards us: true when too much is unsent, false when there is room again. Absent: never full. */
  readonly full$?: Observable<boolean>;
  /** Absent: there is no flushing, and reading cannot be paused. */
  readonly signals?: Pick<Observer<DuplexSignal>, 'next'>;
}

/** Somebody dials us. */
export interface RxCall {
  readonly from: Address;
  /** Subscribing takes the call. One that nobody took when the `next` that brought it returns is refused. */
  readonly duplex$: Observable<RxDuplex>;
}

/** An open port. */
export interface RxPort {
  readonly address: Address;
  /** For one subscriber. */
  readonly calls$: Observable<RxCall>;
}

/** Connections for `createRxReactor`. */
export interface RxNetwork {
  /** Emits the duplex once and completes, or errors with a `Loss`. Unsubscribing before that gives the dial up. */
  dial(address: Address): Observable<RxDuplex>;
  /**
   * Emits once the port is open, or errors with a `ListenFault`. Unsubscribing closes the port; its connections stay.
   * Port 0 chooses a free one.
   */
  listen(address: ListenAddress): Observable<RxPort>;
}

const reasons: Readonly<Record<LostReason, true>> = {
  closed: true,
  reset: true,
  refused: true,
  unreachable: true,
  'timed-out': true,
  'bad-frame': true,
};
const codes: Readonly<Record<ListenFault['code'], true>> = {
  'in-use': true,
  denied: true,
  unavailable: true,
};

/** A stream may fail with anything: what is no `Loss` becomes one for the given reason. */
export function lossOf(error: unknown, otherwise: LostReason): Loss {
  if (isObject(error) && Object.hasOwn(reasons, String(error['reason']))) {
    const { reason, detail } = error;
    return { reason: reason as LostReason, detail: typeof detail === 'string' ? detail : null };
  }
  return { reason: otherwise, detail: textOf(error) };
}

/** As `lossOf`, for ports. */
export function listenFaultOf(error: unknown): ListenFault {
  if (isObject(error) && Object.hasOwn(codes, String(error['code']))) {
    const { code, detail } = error;
    return { code: code as ListenFault['code'], detail: typeof detail === 'string' ? detail : '' };
  }
  return { code: 'unavailable', detail: textOf(error) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
