/**
 * Reads and writes of open descriptors that are done completely or fail.
 *
 * Invariant: a read fills every byte of its target, or fails as `missing` where the file ends before it.
 */
import { read, write } from 'node:fs';
import { StoreFailure } from './faults.ts';

/** Writes all of `data` at `offset` of the file. */
export function writeFully(fd: number, data: Uint8Array, offset: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (at: number): void => {
      write(fd, data, at, data.length - at, offset + at, (error, written) => {
        if (error !== null) reject(error);
        else if (written === 0) reject(new StoreFailure('io'));
        else if (at + written < data.length) next(at + written);
        else resolve();
      });
    };
    next(0);
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
