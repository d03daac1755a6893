/**
 * What all stores of one disk share: its speed, its space, who asks for faults, and whether it was restarted.
 *
 * Invariants: one question per job, in the order of submission; a verdict that its job cannot obey is somebody's bug and
 * stops the run. It performs nothing and holds no content.
 */
import { assert } from '../../../core/index.ts';
import type { Millis, Random } from '../../../core/index.ts';
import type { Settling } from '../clock.ts';
import { DiskQueue } from './disk-queue.ts';
import type { DiskEvent } from './disk-queue.ts';
import type { DiskOptions, DiskSpace } from './disk.ts';
import type { Faults, StoreOperation, StoreVerdict } from '../faults.ts';

/** The kind of a store job. */
export type DiskJobKind = StoreOperation['kind'];

/** Most that a reordered completion comes late. */
const REORDER_MAX: Millis = 8;

/** Instants are whole microseconds, so that different ones never become equal by rounding. */
const MICROS_PER_MILLI = 1000;

export class DiskDevice implements DiskSpace, Settling {
  readonly host: number;
  readonly reorder: Random | null;
  /** Counts crashes: whoever was opened under another number is dead. */
  generation = 0;
  readOnly = false;
  limit: number;
  used = 0;
  readonly #queue: DiskQueue;
  readonly #unsettled: ((party: Settling) => void) | null;
  /** What is done when the running event is over; the array never shrinks. */
  readonly #atOnce: (DiskEvent | null)[] = [];
  #atOnceCount = 0;
  readonly #faults: Faults | null;
  readonly #latency: Readonly<Record<DiskJobKind, Millis>>;
  readonly #millisPerByte: number;
  readonly #grainMicros: number;
  /** When it is done with the transfers that were asked for so far. */
  #free: Millis = 0;

  constructor(options: DiskOptions) {
    const { open = 0, read = 0, write = 0, hash = 0, sync = 0 } = options.latency ?? {};
    this.host = options.host;
    this.reorder = options.reorder ?? null;
    this.limit = options.bytesMax ?? Infinity;
    this.#unsettled = options.unsettled ?? null;
    this.#queue = options.queue ?? new DiskQueue(options.time);
    this.#faults = options.faults;
    this.#latency = {
      'store-open': open,
      'store-read': read,
      'store-write': write,
      'store-hash': hash,
      'store-sync': sync,
      'store-close': open,
    };
    this.#millisPerByte = 1000 / (options.latency?.bytesPerSecond ?? Infinity);
    this.#grainMicros = Math.max(Math.round((options.grain ?? 0) * MICROS_PER_MILLI), 1);
  }

  /** How the job ends; null: well. */
  ask(kind: DiskJobKind, offset: number, length: number): StoreVerdict | null {
    if (this.#faults === null) return null;
    const verdict = this.#faults.store(this.host, { kind, offset, length });
    if (verdict?.type === 'torn') assert(kind === 'store-write', 'only a write can be torn');
    if (verdict?.type === 'flip') {
      const moves = kind === 'store-write' || kind === 'store-read' || kind === 'store-hash';
      assert(moves, 'a bit flips where bytes move');
    }
    return verdict;
  }

  /** When a job that is asked for now, moves `bytes` and is `delayed` will be done. */
  due(kind: DiskJobKind, bytes: number, delayed: Millis): Millis {
    let at = this.#queue.now();
    if (bytes > 0 && this.#millisPerByte > 0) {
      this.#free = Math.max(this.#free, at) + bytes * this.#millisPerByte;
      at = this.#free;
    }
    at += this.#latency[kind] + delayed;
    if (this.reorder !== null) at += this.reorder.below(REORDER_MAX + 1);
    return this.#instant(at);
  }

  /** The next instant that is not now's past. */
  soon(): Millis {
    return this.#instant(this.#queue.now());
  }

  later(due: Millis, event: DiskEvent): void {
    // What was due before and is late, on a host that sleeps, must not be overtaken.
    const overtakes = this.#queue.earliest <= due;
    if (this.#unsettled === null || overtakes || due > this.#queue.now()) {
      this.#queue.add(due, event);
      return;
    }
    this.#atOnce[this.#atOnceCount++] = event;
    if (this.#atOnceCount === 1) this.#unsettled(this);
  }

  settle(): void {
    // By index: one may bring the next.
    for (let i = 0; i < this.#atOnceCount; i++) {
      const event = this.#atOnce[i]!;
      this.#atOnce[i] = null;
      event.happen();
    }
    this.#atOnceCount = 0;
  }

  /** Allocates, if there is room. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.limit) return false;
    this.used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.used -= bytes;
    assert(this.used >= 0, 'a disk gives back what was taken');
  }

  /** The process or the machine is gone: nothing that was asked for is done. */
  crash(): void {
    this.generation++;
    this.#free = 0;
  }

  #instant(at: Millis): Millis {
    const micros = Math.round(at * MICROS_PER_MILLI);
    const grain = this.#grainMicros;
    return (Math.ceil(micros / grain) * grain) / MICROS_PER_MILLI;
  }
}
