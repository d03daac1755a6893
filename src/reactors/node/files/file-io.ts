/**
 * Reads and writes of open descriptors that are done completely or fail.
 *
 * Invariant: a read fills every byte of its target, or fails as `missing` where the file ends before it.
 */
import { read, write } from 'node:fs';
import { StoreFailure } from '../faults.ts';

/**
 * Writes all of `data` at `offset` of the file, in calls of at most `callBytesMax`. All calls are made at once: one after the
 * other each would wait for a turn of the loop. It settles when the last of them has ended, so `data` is free then, also when it
 * failed.
 */
export function writeFully(
  fd: number,
  data: Uint8Array,
  offset: number,
  callBytesMax: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let calls = Math.max(1, Math.ceil(data.length / callBytesMax));
    let failure: Error | null = null;
    const over = (error: Error | null): void => {
      failure ??= error;
      if (--calls > 0) return;
      if (failure === null) resolve();
      else reject(failure);
    };
    const next = (at: number, end: number): void => {
      write(fd, data, at, end - at, offset + at, (error, written) => {
        if (error !== null) over(error);
        else if (written === 0 && at < end) over(new StoreFailure('io'));
        else if (at + written < end) next(at + written, end);
        else over(null);
      });
    };
    for (let at = 0; at === 0 || at < data.length; at += callBytesMax) {
      next(at, Math.min(at + callBytesMax, data.length));
    }
  });
}

/** Reads up to the end of the file, or of `target`; returns how many bytes that were. */
export function readSome(fd: number, target: Uint8Array, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const next = (at: number): void => {
      read(fd, target, at, target.length - at, offset + at, (error, got) => {
        if (error !== null) reject(error);
        else if (got > 0 && at + got < target.length) next(at + got);
        else resolve(at + got);
      });
    };
    next(0);
  });
}

/** Fills `target` from `offset` of the file. */
export async function readFully(fd: number, target: Uint8Array, offset: number): Promise<void> {
  if ((await readSome(fd, target, offset)) < target.length) throw new StoreFailure('missing');
}
