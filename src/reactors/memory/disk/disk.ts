/**
 * A disk of the memory reactor as its user sees it: stores on virtual time, and what can be done to them from outside.
 *
 * Two kinds keep this contract: `MemoryDisk` holds bytes, `PhantomDisk` only remembers which blocks are there and right.
 * A disk outlives the processes that use it: a host that crashes and starts again opens its stores on the same disk.
 *
 * Three places where a written byte can be, as with the node reactor's files: gathered in the process (lost when it is
 * killed), handed to the disk (lost when the power fails), synced (safe). Only `store-sync` takes the last step;
 * `store-hash` and `store-close` hand over, and no more.
 */
import type { Millis, Random, ReactorStore, ReactorTime, StoreFile } from '../../../core/index.ts';
import type { Settling } from '../clock.ts';
import type { DiskQueue } from './disk-queue.ts';
import type { Faults } from '../faults.ts';

/** The hash of the parts laid end to end: 20 bytes, or 32. Injected, since the pure rooms compute none. */
export type DiskDigest = (algorithm: 'sha1' | 'sha256', parts: readonly Uint8Array[]) => Uint8Array;

/** How long a disk takes. All zero and endless bandwidth where not said. */
export interface DiskLatency {
  readonly open: Millis;
  readonly read: Millis;
  readonly write: Millis;
  readonly hash: Millis;
  readonly sync: Millis;
  /** Shared by reads, writes and hashes, one after the other. */
  readonly bytesPerSecond: number;
}

export interface DiskOptions {
  readonly time: ReactorTime;
  /** Null: nothing goes wrong. */
  readonly faults: Faults | null;
  /** The host that the disk belongs to, as `faults` knows it. */
  readonly host: number;
  readonly latency?: Partial<DiskLatency>;
  /** Bytes that may be allocated; endless where not said. */
  readonly bytesMax?: number;
  /**
   * Completions of several disks in one queue share their delayed calls, and its clock in place of `time`. Where not
   * said, the disk has its own: it must, if its host's clock can be frozen, stopped or set ahead.
   */
  readonly queue?: DiskQueue;
  /** Answers are given at multiples of this, so that more of them share a delayed call; a microsecond where not said. */
  readonly grain?: Millis;
  /**
   * Calls a party when the running event is over (`VirtualClock.unsettled`): what takes no time is then done there, and
   * costs no event of its own. Without it, in a delayed call.
   */
  readonly unsettled?: (party: Settling) => void;
  /** Completes jobs out of order and hands over early, by chance, wherever the law of stores allows it (F-18). */
  readonly reorder?: Random | null;
}

/** Bytes, as of now. Allocation is counted in pages, or in blocks. */
export interface DiskSpace {
  readonly limit: number;
  readonly used: number;
}

/** What is on the disk under one list of files, whoever has it open. What a process still gathers does not count. */
export interface DiskView {
  /** Whether all bytes of the range are there and right. */
  isTrue(offset: number, length: number): boolean;
  /** Puts the whole truth there, synced: a seed is born. */
  fill(): void;
}

/**
 * Paths are those of `StoreFile`, joined with `/`. What is removed, cut or replaced from outside is so for good; what is
 * added is unsynced, as if somebody else had written it.
 */
export interface Disk extends ReactorStore {
  readonly host: number;
  readonly space: DiskSpace;
  /** Space comes back, or goes (F-16). What is there already stays. */
  setSpace(bytesMax: number): void;
  /** Writes that reach a read-only disk are lost as `denied` (F-22). */
  setReadOnly(readOnly: boolean): void;
  view(files: readonly StoreFile[], extent: number): DiskView;
  /**
   * Every open store is dead and answers nothing more. `process` loses what was gathered. `power`, which needs `random`,
   * also keeps, loses or tears by chance each page that was handed over and not synced.
   */
  crash(kind: 'process' | 'power', random?: Random): void;
  /** Deletes the file, if there is one. */
  remove(path: string): void;
  /** Cuts the file to `length` bytes, if it is longer. */
  truncate(path: string, length: number): void;
  /** Puts another file in its place. */
  replace(path: string, bytes: Uint8Array): void;
  /** Adds to the end of the file, if there is one. */
  extend(path: string, bytes: Uint8Array): void;
}
