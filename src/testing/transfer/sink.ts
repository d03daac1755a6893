/**
 * The machine that takes: dials a source, fills its store chunk by chunk, and hashes it when it is full.
 *
 * Invariant: a chunk counts as held when its write was answered. A sink that loses its source dials again after
 * `REDIAL_DELAY` and asks for what it does not hold, until it is complete or has given up.
 */
import type {
  Address,
  ConnectionId,
  Effect,
  Input,
  JobId,
  Machine,
  Millis,
  Sink as Out,
  StoreFault,
  StoreFile,
} from '../../core/index.ts';
import { sameBytes } from '../pattern.ts';
import type { Parcel } from './parcel-codec.ts';
import { CHUNK_BYTES } from './source.ts';

/** What is asked of a sink from outside. */
export type SinkCommand =
  /** Dials for the first time. */
  | { readonly type: 'begin' }
  /** Drops the source, and dials again. */
  | { readonly type: 'leave'; readonly flush: boolean }
  /** Takes back its wants, drops the source, closes the store, for good. */
  | { readonly type: 'give-up' }
  | { readonly type: 'pause' | 'resume' };

/** What a sink tells. */
export type SinkEvent =
  /** Another chunk is in the store. */
  | { readonly type: 'held'; readonly count: number }
  | { readonly type: 'complete' | 'corrupt' | 'gone' }
  | { readonly type: 'failed'; readonly fault: StoreFault };

/** How a sink goes about it. */
export interface SinkPlan {
  readonly source: Address;
  readonly files: readonly StoreFile[];
  /** Chunks asked for ahead of what was received; Infinity: all at once. */
  readonly window: number;
  /** Asks for everything this many times over; what it holds already it drops. */
  readonly times: number;
}

type Effects = Out<Effect<Parcel, SinkEvent>>;

const REDIAL_DELAY = 5;

/** A sink of chunks. */
export class Sink implements Machine<Input<Parcel, SinkCommand>, Effect<Parcel, SinkEvent>> {
  deadline: Millis = Infinity;
  /** Dials so far. */
  dials = 0;
  readonly #plan: SinkPlan;
  readonly #held = new Set<number>();
  readonly #writes = new Map<JobId, number>();
  #conn: ConnectionId | null = null;
  #job: JobId = 0;
  #opening: JobId | null = null;
  #open = false;
  #length = 0;
  #digest: Uint8Array = new Uint8Array(0);
  /** The first chunk not asked for on this connection. */
  #asked = 0;
  /** Asked for and not received. */
  #outstanding = 0;
  #over = false;

  constructor(plan: SinkPlan) {
    this.#plan = plan;
  }

  get #chunks(): number {
    return Math.ceil(this.#length / CHUNK_BYTES);
  }

  step(input: Input<Parcel, SinkCommand>, now: Millis, out: Effects): void {
    switch (input.type) {
      case 'command':
        this.#obey(input.command, now, out);
        return;
      case 'timeout':
        if (now >= this.deadline) this.#dial(out);
        return;
      case 'message':
        if (input.conn === this.#conn) this.#hear(input.message, out);
        return;
      case 'disconnected':
        if (input.conn === this.#conn) this.#lose(now, out);
        return;
      case 'store-done':
        this.#stored(input.job, input.fault, out);
        return;
      case 'hash-done':
        this.#hashed(input.digest, out);
        return;
      default:
    }
  }

  #obey(command: SinkCommand, now: Millis, out: Effects): void {
    const conn = this.#conn;
    switch (command.type) {
      case 'begin':
        this.#dial(out);
        return;
      case 'leave':
        if (conn === null) return;
        out.push({ type: command.flush ? 'close' : 'abort', conn, reason: 'off' });
        this.#lose(now, out);
        return;
      case 'give-up':
        this.#over = true;
        this.deadline = Infinity;
        if (conn !== null) {
          out.push({ type: 'send', conn, message: { type: 'cancel' } });
          out.push({ type: 'close', conn, reason: 'no more' });
        }
        this.#conn = null;
        if (this.#open) out.push({ type: 'store-close', job: ++this.#job, store: 1 });
        this.#open = false;
        out.push({ type: 'notify', event: { type: 'gone' } });
        return;
      case 'pause':
      case 'resume':
        if (conn !== null) out.push({ type: `${command.type}-reading`, conn });
    }
  }

  #dial(out: Effects): void {
    this.deadline = Infinity;
    if (this.#over) return;
    this.#conn = 2 * ++this.dials;
    this.#asked = 0;
    this.#outstanding = 0;
    out.push({ type: 'connect', conn: this.#conn, address: this.#plan.source });
  }

  #lose(now: Millis, out: Effects): void {
    this.#conn = null;
    out.push({ type: 'notify', event: { type: 'gone' } });
    if (!this.#over && this.#held.size + this.#writes.size < this.#chunks) {
      this.deadline = now + REDIAL_DELAY;
    } else if (!this.#over && this.#chunks === 0) {
      this.deadline = now + REDIAL_DELAY; // before it heard the offer
    }
  }

  #hear(parcel: Parcel, out: Effects): void {
    if (parcel.type === 'offer') {
      this.#length = parcel.length;
      this.#digest = Uint8Array.from(parcel.digest); // the parcel is borrowed
      if (this.#open) this.#want(out);
      else if (this.#opening === null) this.#openStore(out);
    } else if (parcel.type === 'chunk' && this.#open) {
      this.#outstanding--;
      this.#keep(parcel.index, parcel.data, out);
      this.#want(out);
    }
  }

  #openStore(out: Effects): void {
    this.#opening = ++this.#job;
    const { files } = this.#plan;
    out.push({ type: 'store-open', job: this.#opening, store: 1, files, extent: CHUNK_BYTES });
  }

  #keep(index: number, data: Uint8Array, out: Effects): void {
    if (this.#held.has(index) || [...this.#writes.values()].includes(index)) return;
    const job = ++this.#job;
    this.#writes.set(job, index);
    out.push({ type: 'store-write', job, store: 1, offset: index * CHUNK_BYTES, data });
  }

  #want(out: Effects): void {
    const conn = this.#conn;
    if (conn === null) return;
    const { window, times } = this.#plan;
    while (this.#outstanding < window && this.#asked < this.#chunks * times) {
      const index = this.#asked++ % this.#chunks;
      if (this.#held.has(index) && times === 1) continue;
      this.#outstanding++;
      out.push({ type: 'send', conn, message: { type: 'want', from: index, count: 1 } });
    }
  }

  #stored(job: JobId, fault: StoreFault | null, out: Effects): void {
    if (fault !== null && !this.#over)
      out.push({ type: 'notify', event: { type: 'failed', fault } });
    if (job === this.#opening) {
      this.#open = fault === null && !this.#over;
      if (this.#open) this.#want(out);
      return;
    }
    const index = this.#writes.get(job);
    if (index === undefined) return;
    this.#writes.delete(job);
    if (fault !== null || this.#over) return;
    this.#held.add(index);
    out.push({ type: 'notify', event: { type: 'held', count: this.#held.size } });
    if (this.#held.size < this.#chunks) return;
    const length = this.#length;
    const hash = { offset: 0, length, algorithm: 'sha1' } as const;
    out.push({ type: 'store-hash', job: ++this.#job, store: 1, ...hash });
  }

  #hashed(digest: Uint8Array | null, out: Effects): void {
    if (this.#over) return;
    const right = digest !== null && sameBytes(digest, this.#digest);
    out.push({ type: 'notify', event: { type: right ? 'complete' : 'corrupt' } });
  }
}
