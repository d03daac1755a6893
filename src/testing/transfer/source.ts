/**
 * The machine that gives: offers what its store holds to everybody who connects, and sends the chunks that are wanted.
 *
 * Invariant: per link at most `READS_MAX` chunks are being read, and none while the link's writing is paused, so what is
 * unsent is bounded by the transport. After `close` or `abort` of a link it forgets it; late reads for it are dropped.
 */
import type {
  ConnectionId,
  Effect,
  Input,
  JobId,
  Machine,
  Millis,
  Sink,
  StoreFault,
} from '../../core/index.ts';
import type { Parcel } from './parcel-codec.ts';

/** Bytes of every chunk but the last. */
export const CHUNK_BYTES = 16_384;

const READS_MAX = 4;

/** What a source holds. */
export interface Goods {
  readonly length: number;
  /** SHA-1. */
  readonly digest: Uint8Array;
}

/** What a source tells. */
export type SourceEvent =
  | { readonly type: 'paused' | 'resumed'; readonly conn: ConnectionId }
  | { readonly type: 'failed'; readonly fault: StoreFault };

type Out = Sink<Effect<Parcel, SourceEvent>>;

interface Link {
  /** Chunks to be sent, the next one first. */
  readonly wanted: number[];
  reading: number;
  paused: boolean;
}

/** A source of chunks. Its store, number 1, must be open already. */
export class Source implements Machine<Input<Parcel>, Effect<Parcel, SourceEvent>> {
  readonly deadline: Millis = Infinity;
  /** Chunks sent so far. */
  sent = 0;
  readonly #goods: Goods;
  readonly #closesAfterLast: boolean;
  readonly #links = new Map<ConnectionId, Link>();
  readonly #reads = new Map<JobId, { readonly conn: ConnectionId; readonly index: number }>();
  #job: JobId;

  /** @param closesAfterLast Says goodbye to a sink as soon as its last wanted chunk is handed to the network. */
  constructor(goods: Goods, firstJob: JobId, closesAfterLast: boolean) {
    this.#goods = goods;
    this.#job = firstJob;
    this.#closesAfterLast = closesAfterLast;
  }

  /** Links, and reads under way: nothing may be left of those that went. */
  get busy(): { readonly links: number; readonly reads: number } {
    return { links: this.#links.size, reads: this.#reads.size };
  }

  step(input: Input<Parcel>, _now: Millis, out: Out): void {
    switch (input.type) {
      case 'connected':
        this.#links.set(input.conn, { wanted: [], reading: 0, paused: false });
        out.push({ type: 'send', conn: input.conn, message: { type: 'offer', ...this.#goods } });
        return;
      case 'disconnected':
        this.#links.delete(input.conn);
        return;
      case 'message':
        this.#hear(input.conn, input.message, out);
        return;
      case 'pause-writing':
      case 'resume-writing':
        this.#pause(input.conn, input.type === 'pause-writing', out);
        return;
      case 'read-done':
        this.#read(input.job, input.data, input.fault, out);
        return;
      default:
    }
  }

  #hear(conn: ConnectionId, parcel: Parcel, out: Out): void {
    const link = this.#links.get(conn);
    if (link === undefined) return;
    if (parcel.type === 'cancel') link.wanted.length = 0;
    if (parcel.type !== 'want') return;
    for (let i = 0; i < parcel.count; i++) link.wanted.push(parcel.from + i);
    this.#fill(conn, link, out);
  }

  #pause(conn: ConnectionId, paused: boolean, out: Out): void {
    const link = this.#links.get(conn);
    if (link === undefined) return;
    link.paused = paused;
    out.push({ type: 'notify', event: { type: paused ? 'paused' : 'resumed', conn } });
    this.#fill(conn, link, out);
  }

  #fill(conn: ConnectionId, link: Link, out: Out): void {
    while (!link.paused && link.reading < READS_MAX && link.wanted.length > 0) {
      const index = link.wanted.shift()!;
      const offset = index * CHUNK_BYTES;
      if (offset >= this.#goods.length) continue;
      const length = Math.min(CHUNK_BYTES, this.#goods.length - offset);
      const job = this.#job++;
      this.#reads.set(job, { conn, index });
      link.reading++;
      out.push({ type: 'store-read', job, store: 1, offset, length });
    }
  }

  #read(job: JobId, data: Uint8Array | null, fault: StoreFault | null, out: Out): void {
    const read = this.#reads.get(job);
    this.#reads.delete(job);
    if (fault !== null) out.push({ type: 'notify', event: { type: 'failed', fault } });
    const link = read === undefined ? undefined : this.#links.get(read.conn);
    if (read === undefined || link === undefined || data === null) return;
    const { conn, index } = read;
    link.reading--;
    this.sent++;
    out.push({ type: 'send', conn, message: { type: 'chunk', index, data } });
    this.#fill(conn, link, out);
    if (!this.#closesAfterLast || link.reading > 0 || link.wanted.length > 0) return;
    this.#links.delete(conn);
    out.push({ type: 'close', conn, reason: 'that was all' });
  }
}
