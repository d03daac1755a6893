/**
 * One open store of a disk: takes jobs, keeps their order, obeys verdicts and answers.
 *
 * Life of a job: its fault is asked for and its instant is fixed when it is submitted; at that instant it takes effect
 * and is answered. A job that touches the range of an earlier one, unless both only read, is never due before it;
 * `store-sync` is not due before any write, `store-close` not before anything. All others may overtake.
 *
 * Invariants: every job is answered once, never from inside `submit`; after `store-close` the only answer is `closed`;
 * after a crash there is none. Jobs are kept for the next ones, so that a job costs no memory but its answer. What the
 * bytes are is the affair of its `StoreContent`.
 */
import { assert } from '../../../core/index.ts';
import type {
  JobId,
  Millis,
  Sink,
  Store,
  StoreFault,
  StoreInput,
  StoreWork,
} from '../../../core/index.ts';
import type { DiskDevice, DiskJobKind } from './disk-device.ts';
import type { DiskEvent } from './disk-queue.ts';
import type { StoreVerdict } from '../faults.ts';

export type HashAlgorithm = 'sha1' | 'sha256';

/** The bytes of one open store, or what stands for them. A fault is told as a string, everything else went well. */
export interface StoreContent {
  /** Bytes of the whole store. */
  readonly length: number;
  /** What may be kept of lent bytes. */
  take(data: Uint8Array): Uint8Array;
  /** The same with one bit wrong; `bit` counts from the first byte, modulo the length. May write to `data`. */
  flip(data: Uint8Array, bit: number): Uint8Array;
  /** A loss is told by the next hash over it, by `sync` and by `close`. */
  write(offset: number, data: Uint8Array): void;
  /** Only the first `bytes` reach the disk, and at once. */
  tear(offset: number, data: Uint8Array, bytes: number): void;
  read(offset: number, length: number): Uint8Array | StoreFault;
  /** `flipped`: this bit is read wrong; -1: none. */
  hash(
    offset: number,
    length: number,
    algorithm: HashAlgorithm,
    flipped: number,
  ): Uint8Array | StoreFault;
  sync(): StoreFault | null;
  close(): StoreFault | null;
}

const CLOSED: StoreVerdict = { type: 'fault', fault: 'closed' };
const NO_DATA = new Uint8Array(0);
const NOBODY: Sink<StoreInput> = { push: () => 0 };

class DiskJob implements DiskEvent {
  readonly store: DiskStore;
  /** Where it stands among the pending, or -1. */
  slot = -1;
  kind: DiskJobKind | 'store-select' = 'store-sync';
  job: JobId = 0;
  offset = 0;
  length = 0;
  algorithm: HashAlgorithm = 'sha1';
  data: Uint8Array = NO_DATA;
  verdict: StoreVerdict | null = null;
  done: Sink<StoreInput> = NOBODY;
  due: Millis = 0;

  constructor(store: DiskStore) {
    this.store = store;
  }

  happen(): void {
    this.store.perform(this);
  }
}

export class DiskStore implements Store {
  readonly #device: DiskDevice;
  readonly #content: StoreContent;
  readonly #generation: number;
  readonly #pending: DiskJob[] = [];
  readonly #free: DiskJob[] = [];
  /** When the latest job so far is due: who is not before it need not look for conflicts. */
  #latest: Millis = -Infinity;
  #closed = false;

  constructor(device: DiskDevice, content: StoreContent) {
    this.#device = device;
    this.#content = content;
    this.#generation = device.generation;
  }

  submit(work: StoreWork, done: Sink<StoreInput>): void {
    if (this.#dead()) return;
    const job = this.#free.pop() ?? new DiskJob(this);
    const { type: kind } = work;
    job.kind = kind;
    job.job = work.job;
    job.done = done;
    job.offset = 0;
    job.length = 0;
    if (kind === 'store-write') {
      job.offset = work.offset;
      job.length = work.data.length;
    } else if (kind === 'store-read' || kind === 'store-hash') {
      job.offset = work.offset;
      job.length = work.length;
    }
    assert(
      job.offset >= 0 && job.length >= 0 && job.offset + job.length <= this.#content.length,
      'a store job lies inside its store',
    );
    if (this.#closed) {
      job.verdict = CLOSED;
      this.#device.later(this.#device.soon(), job);
      return;
    }
    if (kind === 'store-select') {
      // Content that has no part file: nothing to do, nothing that could fail.
      job.verdict = null;
      this.#device.later(this.#device.soon(), job);
      return;
    }
    if (kind === 'store-write') job.data = this.#content.take(work.data);
    else if (kind === 'store-hash') job.algorithm = work.algorithm;
    else if (kind === 'store-close') this.#closed = true;
    const verdict = this.#device.ask(kind, job.offset, job.length);
    job.verdict = verdict;
    const delayed = verdict?.type === 'delay' ? verdict.by : 0;
    job.due = this.#inOrder(job, this.#device.due(kind, job.length, delayed));
    job.slot = this.#pending.push(job) - 1;
    this.#device.later(job.due, job);
  }

  /** Nothing is held back: jobs are merged by their instants. */
  flush(): void {
    return;
  }

  /** @internal The job is due. */
  perform(job: DiskJob): void {
    if (this.#dead()) return;
    if (job.slot >= 0) this.#settle(job);
    const { done } = job;
    const answer = this.#answer(job);
    job.data = NO_DATA;
    job.done = NOBODY;
    this.#free.push(job);
    done.push(answer);
  }

  #dead(): boolean {
    return this.#generation !== this.#device.generation;
  }

  /** When the job may be done that would be done at `due`. */
  #inOrder(job: DiskJob, due: Millis): Millis {
    if (due >= this.#latest) {
      this.#latest = due;
      return due;
    }
    let at = due;
    for (const earlier of this.#pending) {
      if (earlier.due > at && mustFollow(job, earlier)) at = earlier.due;
    }
    return at;
  }

  #settle(job: DiskJob): void {
    const last = this.#pending.pop()!;
    if (last !== job) {
      this.#pending[job.slot] = last;
      last.slot = job.slot;
    }
    job.slot = -1;
  }

  #answer(asked: DiskJob): StoreInput {
    const { kind, job, verdict } = asked;
    const refused = verdict?.type === 'fault' ? verdict.fault : null;
    switch (kind) {
      case 'store-read': {
        const found = refused ?? this.#read(asked);
        return typeof found === 'string'
          ? { type: 'read-done', job, data: null, fault: found }
          : { type: 'read-done', job, data: found, fault: null };
      }
      case 'store-hash': {
        const found = refused ?? this.#hash(asked);
        return typeof found === 'string'
          ? { type: 'hash-done', job, digest: null, fault: found }
          : { type: 'hash-done', job, digest: found, fault: null };
      }
      case 'store-write':
        return { type: 'store-done', job, fault: refused ?? this.#write(asked) };
      case 'store-select':
        return { type: 'store-done', job, fault: refused };
      case 'store-sync':
        return { type: 'store-done', job, fault: refused ?? this.#content.sync() };
      default:
        return { type: 'store-done', job, fault: refused ?? this.#content.close() };
    }
  }

  #read({ offset, length, verdict }: DiskJob): Uint8Array | StoreFault {
    const found = this.#content.read(offset, length);
    if (verdict?.type !== 'flip' || typeof found === 'string') return found;
    return this.#content.flip(found, verdict.bit);
  }

  #hash({ offset, length, algorithm, verdict }: DiskJob): Uint8Array | StoreFault {
    const flipped = verdict?.type === 'flip' ? verdict.bit : -1;
    return this.#content.hash(offset, length, algorithm, flipped);
  }

  #write({ offset, data, verdict }: DiskJob): StoreFault | null {
    if (verdict?.type === 'torn') {
      this.#content.tear(offset, data, Math.min(verdict.bytes, data.length));
      return 'io';
    }
    this.#content.write(
      offset,
      verdict?.type === 'flip' ? this.#content.flip(data, verdict.bit) : data,
    );
    return null;
  }
}

/** Whether a job must take effect after an earlier one. */
function mustFollow(job: DiskJob, earlier: DiskJob): boolean {
  if (job.kind === 'store-close') return true;
  if (job.kind === 'store-sync') return earlier.kind === 'store-write';
  if (job.kind !== 'store-write' && earlier.kind !== 'store-write') return false;
  return earlier.offset < job.offset + job.length && job.offset < earlier.offset + earlier.length;
}
