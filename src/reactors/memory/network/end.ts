/**
 * One end of a connection, whatever it carries: what TCP promises, over two flows.
 *
 * Invariant: its user hears `opened` at most once and first, and `lost` exactly once and last; nothing from inside a call
 * of its own, nothing while its host is frozen. `close` sends what is queued and then the end, `abort` drops it and
 * resets the other side, as soon as that one can hear it. An end that is closing reads no more. One that lingers longer
 * than `lingerMax` is aborted.
 */
import type { Address, LostReason, Millis } from '../../../core/index.ts';
import type { AccessLink } from './access-link.ts';
import type { Due, Micros } from '../event-queue.ts';
import { Flow } from './flow.ts';
import type { FlowReceiver, FlowSender, FlowWorld } from './flow.ts';

/** How long a closing end may take to send what is queued. */
export const lingerMax: Millis = 5_000;

/** What an end needs of its host. */
export interface EndHost {
  readonly index: number;
  readonly link: AccessLink;
  readonly frozen: boolean;
  /** Delivers the event when the host is thawed. */
  defer(target: Due, kind: number, arg: number): void;
  /** The ends that exist here. */
  readonly ends: Set<End<never>>;
}

/** The user of an end: a transport's protocol, or a network of messages. */
export interface EndListener<U> {
  opened(end: End<U>): void;
  /** `count` units: take each with `flow.shift()`. */
  arrived(flow: Flow<U>, count: number): void;
  lost(reason: LostReason): void;
  pauseWriting(): void;
  resumeWriting(): void;
}

const OPENED = 0;
const LOST = 1;
const LINGERED = 2;
const PAUSED = 3;
const RESUMED = 4;
const REASONS: readonly LostReason[] = ['closed', 'reset', 'refused', 'unreachable', 'timed-out'];

export class End<U> implements Due, FlowSender, FlowReceiver<U> {
  readonly address: Address;
  readonly #host: EndHost;
  readonly #world: FlowWorld;
  readonly #listener: EndListener<U>;
  #out: Flow<U> | null = null;
  #other: End<U> | null = null;
  #latency: Micros = 0;
  #state: 'dialling' | 'open' | 'closing' | 'over' = 'dialling';
  /** The user has heard `lost`. */
  #told = false;
  #reading = true;
  /** Nothing that the other side says gets here. */
  #isCutOff = false;
  /** The other side has reset the connection while this one could not hear it. */
  #resetOwed = false;

  constructor(host: EndHost, world: FlowWorld, address: Address, listener: EndListener<U>) {
    this.#host = host;
    this.#world = world;
    this.address = address;
    this.#listener = listener;
    host.ends.add(this as unknown as End<never>);
  }

  get over(): boolean {
    return this.#state === 'over';
  }

  get host(): EndHost {
    return this.#host;
  }

  get other(): End<U> | null {
    return this.#other;
  }

  get unsentBytes(): number {
    return this.#out?.unsentBytes ?? 0;
  }

  /** Joins two ends; neither is told yet. */
  static join<U>(a: End<U>, b: End<U>, latency: Micros): void {
    a.#other = b;
    b.#other = a;
    a.#latency = latency;
    b.#latency = latency;
    a.#out = new Flow(a.#world, a.#host, b.#host, latency, a, b);
    b.#out = new Flow(b.#world, b.#host, a.#host, latency, b, a);
    // Who has not heard `opened` cannot be told of anything else.
    a.#out.shut();
    b.#out.shut();
  }

  /** Tells the user at `at` that it may write. */
  openAt(at: Micros): void {
    this.#world.clock.at(at, this, OPENED, 0);
  }

  /** Tells the user at `at` that the dial came to nothing. */
  failAt(at: Micros, reason: LostReason): void {
    this.#world.clock.at(at, this, LOST, REASONS.indexOf(reason));
  }

  // --- the user

  /** Queues a unit until `flush`, or `close`. */
  write(unit: U, size: number): void {
    if (this.#state === 'open') this.#out?.write(unit, size);
  }

  flush(): void {
    if (this.#state === 'open') this.#out?.flush();
  }

  pauseReading(): void {
    if (!this.#reading || this.#state !== 'open') return;
    this.#reading = false;
    this.#other?.gateOut(true);
  }

  resumeReading(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#other?.gateOut(false);
  }

  close(): void {
    if (this.#state === 'dialling') this.abort();
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.#out?.finish();
    this.resumeReading(); // what comes is dropped, so that the other side can end as well
    this.#world.clock.at(this.#world.clock.now + lingerMax * 1000, this, LINGERED, 0);
  }

  abort(): void {
    if (this.#state === 'over') return;
    this.#end('closed');
    this.#resetOther();
  }

  /** The process is gone: the system resets the connection, and the user hears nothing any more. */
  drop(): void {
    if (this.#state !== 'over') this.#resetOther();
    this.#forget();
  }

  /** The host is gone without a word: nobody is told anything. */
  vanish(): void {
    this.#forget();
    this.#other?.gateOut(true); // nobody acknowledges what the other side sends
  }

  /** The other side, or the way, has reset the connection. */
  resetAt(at: Micros): void {
    this.#world.clock.at(at, this, LOST, REASONS.indexOf('reset'));
  }

  /** What arrives here is held back (`shut`), or no longer. */
  gate(shut: boolean): void {
    this.#other?.gateOut(shut);
  }

  /** The network is cut between the other side and here, or no longer. */
  cutOff(cut: boolean): void {
    if (cut === this.#isCutOff) return;
    this.#isCutOff = cut;
    this.gate(cut);
    if (!cut && this.#resetOwed) this.resetAt(this.#world.clock.now + this.#latency);
  }

  /** What leaves here is held back before it is delivered, or no longer. @internal */
  gateOut(shut: boolean): void {
    if (shut) this.#out?.shut();
    else this.#out?.open();
  }

  // --- FlowReceiver

  arrived(flow: Flow<U>, count: number): void {
    if (this.#state === 'open') this.#listener.arrived(flow, count);
    else for (let i = 0; i < count; i++) flow.shift();
  }

  finished(): void {
    if (this.#state === 'over') return;
    this.#tell('closed');
  }

  // --- FlowSender

  pauseWriting(): void {
    if (this.#host.frozen) this.#host.defer(this, PAUSED, 0);
    else if (this.#state === 'open') this.#listener.pauseWriting();
  }

  resumeWriting(): void {
    if (this.#host.frozen) this.#host.defer(this, RESUMED, 0);
    else if (this.#state === 'open') this.#listener.resumeWriting();
  }

  flushed(): void {
    if (this.#state === 'closing') this.#end('closed');
  }

  broke(): void {
    this.#end('reset');
    this.#resetOther();
  }

  due(kind: number, arg: number): void {
    if (this.#told) return;
    if (this.#host.frozen && kind !== LINGERED) {
      this.#host.defer(this, kind, arg);
      return;
    }
    if (kind === LOST) this.#tell(REASONS[arg]!);
    else if (kind === LINGERED) this.abort();
    else if (kind === PAUSED) this.pauseWriting();
    else if (kind === RESUMED) this.resumeWriting();
    else if (this.#state === 'dialling') {
      this.#state = 'open';
      this.gate(false);
      this.#listener.opened(this);
    }
  }

  // --- inside

  /** Over by our own doing: the user hears it in an event of its own. */
  #end(reason: LostReason): void {
    this.#state = 'over';
    this.#out?.kill();
    this.#world.clock.at(this.#world.clock.now, this, LOST, REASONS.indexOf(reason));
  }

  #resetOther(): void {
    const other = this.#other;
    if (other === null) return;
    if (other.#isCutOff) other.#resetOwed = true;
    else other.resetAt(this.#world.clock.now + this.#latency);
  }

  #tell(reason: LostReason): void {
    this.#forget();
    this.#listener.lost(reason);
  }

  #forget(): void {
    this.#state = 'over';
    this.#told = true;
    this.#out?.kill();
    this.#host.ends.delete(this as unknown as End<never>);
  }
}
