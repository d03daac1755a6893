/**
 * Copies the bytes of one open file into another that is new, and makes them last.
 *
 * Invariant: when it resolves, the copy has the length, the bytes and the time of the original, and is on the device.
 * Blocks of zeros are not written, so a file with holes stays one. A signal ends it between two reads.
 */
import { fdatasync, fsync, ftruncate, futimes } from 'node:fs';
import { promisify } from 'node:util';
import { readSome, writeFully } from './file-io.ts';
import { callBytesUsual } from './write-calls.ts';

/** Bytes read at once. */
const COPY_BYTES = 1_048_576;
/** What is looked at for zeros; a page of most file systems, or several. */
const HOLE_BYTES = 65_536;

const ZEROS = Buffer.alloc(HOLE_BYTES);
/** What is written is made to last in between, so that the end does not have to wait for all of it. */
const SYNC_EVERY_BYTES = 67_108_864;

const cut: (fd: number, length: number) => Promise<void> = promisify(ftruncate);
const setTimes = promisify(futimes) as (fd: number, a: number, m: number) => Promise<void>;
const syncData: (fd: number) => Promise<void> = promisify(fdatasync);
const syncAll: (fd: number) => Promise<void> = promisify(fsync);

export interface CopyOptions {
  /** Ends it: rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** So many bytes more are copied, holes included. */
  readonly copied: (bytes: number) => void;
}

/**
 * Copies `from` into `to`, which must be empty.
 * @param time Of the last change, in nanoseconds since 1970; set as exactly as the system's call for it can.
 */
export async function copyContent(
  from: number,
  to: number,
  time: bigint,
  { signal, copied }: CopyOptions,
): Promise<void> {
  const buffer = Buffer.alloc(COPY_BYTES);
  let offset = 0;
  let unsynced = 0;
  for (;;) {
    signal?.throwIfAborted();
    const length = await readSome(from, buffer, offset);
    if (length === 0) break;
    unsynced += await writeSparsely(to, buffer.subarray(0, length), offset);
    offset += length;
    copied(length);
    if (unsynced < SYNC_EVERY_BYTES) continue;
    unsynced = 0;
    await syncData(to);
  }
  await cut(to, offset); // a hole at the end has a length
  const seconds = Number(time) / 1e9;
  await setTimes(to, seconds, seconds);
  await syncAll(to);
}

/** Returns how many bytes were not left out. */
async function writeSparsely(fd: number, data: Buffer, offset: number): Promise<number> {
  let written = 0;
  for (let at = 0; at < data.length;) {
    let end = at;
    while (end < data.length && !isHole(data, end)) end += HOLE_BYTES;
    const run = data.subarray(at, Math.min(end, data.length));
    if (run.length > 0) await writeFully(fd, run, offset + at, callBytesUsual);
    written += run.length;
    at = end;
    while (at < data.length && isHole(data, at)) at += HOLE_BYTES;
  }
  return written;
}

function isHole(data: Buffer, at: number): boolean {
  const block = data.subarray(at, at + HOLE_BYTES);
  return ZEROS.compare(block, 0, block.length, 0, block.length) === 0;
}
