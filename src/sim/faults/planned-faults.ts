/**
 * The answers to a reactor's questions, from the operation entries of a plan.
 *
 * Every entry that a question concerns takes its draw, whatever the others say; the first that strikes, in the order of
 * the plan, is obeyed and counted. So an entry can be taken away without a change to the draws of the rest.
 */
import type { HttpFault, LostReason, Millis, ResolveFault } from '../../core/index.ts';
import type {
  DatagramVerdict,
  Faults,
  SegmentVerdict,
  StoreOperation,
  StoreVerdict,
} from '../../reactors/memory/faults.ts';
import {
  concernsStore,
  datagramVerdict,
  OperationDraw,
  segmentVerdict,
  storeVerdict,
} from './operation-draws.ts';
import type { DatagramEntry, SegmentEntry, StoreEntry } from './operation-draws.ts';
import type { OperationFault } from './plan.ts';
import type { TimedEvent } from './world-event.ts';

type Draw<F extends OperationFault = OperationFault> = OperationDraw<F>;
type Of<K> = Draw<Extract<OperationFault, { readonly kind: K }>>;

export interface FaultWorld {
  readonly now: () => Millis;
  /** The number of the peer that lives on a host; any other number: none of ours. */
  readonly peerOf: (host: number) => number;
  /** An event that a store operation caused, to be carried out when the reactor has returned. */
  readonly trigger: (event: TimedEvent) => void;
  readonly count: (fault: string) => void;
}

export class PlannedFaults implements Faults {
  readonly #world: FaultWorld;
  readonly #store: Draw<StoreEntry>[] = [];
  readonly #segment: Draw<SegmentEntry>[] = [];
  readonly #datagram: Draw<DatagramEntry>[] = [];
  readonly #connect: Of<'connect-fault'>[] = [];
  readonly #resolve: Of<'resolve-fault'>[] = [];
  readonly #http: Of<'http-fault'>[] = [];
  readonly #timer: Of<'timer-late'>[] = [];

  constructor(draws: readonly Draw[], world: FaultWorld) {
    this.#world = world;
    for (const draw of draws) this.#sort(draw);
  }

  store(host: number, operation: StoreOperation): StoreVerdict | null {
    let verdict: StoreVerdict | null = null;
    for (const draw of this.#store) {
      if (!concernsStore(draw.fault, operation) || !this.#strikes(draw, host)) continue;
      const given = storeVerdict(draw, operation);
      if (draw.fault.kind === 'crash-at') this.#crash(draw, host);
      else if (verdict === null && given !== null) verdict = this.#counted(draw, given);
    }
    return verdict;
  }

  connect(host: number): LostReason | null {
    let reason: LostReason | null = null;
    for (const draw of this.#connect) {
      if (this.#strikes(draw, host)) reason ??= this.#counted(draw, draw.fault.reason);
    }
    return reason;
  }

  segment(from: number, to: number): SegmentVerdict | null {
    let verdict: SegmentVerdict | null = null;
    for (const draw of this.#segment) {
      // One question, whichever end it is about.
      if (!this.#concerns(draw, from) && !this.#concerns(draw, to)) continue;
      if (!draw.strikes()) continue;
      const given = segmentVerdict(draw);
      verdict ??= this.#counted(draw, given);
    }
    return verdict;
  }

  datagram(from: number, to: number): DatagramVerdict | null {
    let verdict: DatagramVerdict | null = null;
    for (const draw of this.#datagram) {
      if (!this.#concerns(draw, from) && !this.#concerns(draw, to)) continue;
      if (!draw.strikes()) continue;
      const given = datagramVerdict(draw);
      verdict ??= this.#counted(draw, given);
    }
    return verdict;
  }

  resolve(host: number): ResolveFault | null {
    let fault: ResolveFault | null = null;
    for (const draw of this.#resolve) {
      if (this.#strikes(draw, host)) fault ??= this.#counted(draw, draw.fault.fault);
    }
    return fault;
  }

  http(host: number): HttpFault | null {
    let fault: HttpFault | null = null;
    for (const draw of this.#http) {
      if (this.#strikes(draw, host)) fault ??= this.#counted(draw, draw.fault.fault);
    }
    return fault;
  }

  timer(host: number): Millis {
    let late = 0;
    for (const draw of this.#timer) {
      if (!this.#strikes(draw, host)) continue;
      const by = draw.span(draw.fault.by);
      if (late === 0) late = this.#counted(draw, by);
    }
    return late;
  }

  #sort(draw: Draw): void {
    const { kind } = draw.fault;
    switch (kind) {
      case 'segment-reset':
      case 'segment-late':
        this.#segment.push(draw as Draw<SegmentEntry>);
        return;
      case 'datagram-lost':
      case 'datagram-twice':
      case 'datagram-late':
        this.#datagram.push(draw as Draw<DatagramEntry>);
        return;
      case 'connect-fault':
        this.#connect.push(draw as Of<'connect-fault'>);
        return;
      case 'resolve-fault':
        this.#resolve.push(draw as Of<'resolve-fault'>);
        return;
      case 'http-fault':
        this.#http.push(draw as Of<'http-fault'>);
        return;
      case 'timer-late':
        this.#timer.push(draw as Of<'timer-late'>);
        return;
      default:
        this.#store.push(draw as Draw<StoreEntry>);
    }
  }

  #concerns(draw: Draw, host: number): boolean {
    return draw.concerns(this.#world.peerOf(host), this.#world.now());
  }

  #strikes(draw: Draw, host: number): boolean {
    return this.#concerns(draw, host) && draw.strikes();
  }

  /** The runner counts it, when it has happened. */
  #crash(draw: Draw<StoreEntry>, host: number): void {
    const { fault } = draw;
    if (fault.kind !== 'crash-at') return;
    const peer = this.#world.peerOf(host);
    const at = this.#world.now();
    const back = Math.min(at + draw.span(fault.lasts), fault.until);
    const { name, mode } = fault;
    const event = { type: 'crash', peer, mode, silent: false } as const;
    this.#world.trigger({ at, fault: name, breaks: true, event });
    this.#world.trigger({ at: back, fault: name, breaks: false, event: { type: 'restart', peer } });
  }

  #counted<T>(draw: Draw, verdict: T): T {
    this.#world.count(draw.fault.name);
    return verdict;
  }
}
