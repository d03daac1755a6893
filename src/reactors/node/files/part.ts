/**
 * One aligned part of a store while it is gathered in memory and until it is written.
 *
 * Invariant: only bytes inside `runs` mean anything; the buffer comes from a pool and holds old bytes elsewhere, which
 * nobody ever reads, writes to disk or hands out (S-37). A sealed part does not change any more.
 */

import type { RunningHash } from '../hashing/running-hash.ts';

/** A half-open range of offsets in the store. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** Bytes of a store from `offset` on. */
export class Part {
  readonly offset: number;
  readonly length: number;
  readonly buffer: Uint8Array;
  /** Sorted, disjoint, not touching; offsets in the store. */
  #runs: Run[] = [];
  /** Its digest in the making; null: nobody is expected to ask for it. */
  running: RunningHash | null = null;
  /** Who needs the buffer: the gathering or the write, and each hash. */
  holders = 1;

  constructor(offset: number, length: number, buffer: Uint8Array) {
    this.offset = offset;
    this.length = length;
    this.buffer = buffer;
  }

  get end(): number {
    return this.offset + this.length;
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  /** Up to where nothing is missing, from the beginning. */
  get gatheredTo(): number {
    const first = this.#runs[0];
    return first !== undefined && first.start <= this.offset ? first.end : this.offset;
  }

  get full(): boolean {
    return this.covers(this.offset, this.end);
  }

  /** Takes a copy of `data`, which lies at `offset` of the store. */
  put(offset: number, data: Uint8Array): void {
    this.buffer.set(data, offset - this.offset);
    this.#mark(offset, offset + data.length);
  }

  /** The range becomes zeros. */
  putZeros(offset: number, length: number): void {
    this.buffer.fill(0, offset - this.offset, offset - this.offset + length);
    this.#mark(offset, offset + length);
  }

  covers(start: number, end: number): boolean {
    return this.#runs.some((run) => run.start <= start && end <= run.end);
  }

  overlaps(start: number, end: number): boolean {
    return this.#runs.some((run) => run.start < end && start < run.end);
  }

  /** The gathered bytes of a range that is covered; valid while the part is held. */
  view(start: number, end: number): Uint8Array {
    return this.buffer.subarray(start - this.offset, end - this.offset);
  }

  #mark(start: number, end: number): void {
    this.#runs = joinRun(this.#runs, start, end);
  }
}

/** Adds a range to a sorted list of disjoint ranges. */
export function joinRun(runs: readonly Run[], start: number, end: number): Run[] {
  const joined: Run[] = [];
  let first = start;
  let last = end;
  let placed = false;
  for (const run of runs) {
    if (run.end < first) {
      joined.push(run);
    } else if (run.start > last) {
      if (!placed) joined.push({ start: first, end: last });
      placed = true;
      joined.push(run);
    } else {
      first = Math.min(first, run.start);
      last = Math.max(last, run.end);
    }
  }
  if (!placed) joined.push({ start: first, end: last });
  return joined;
}
