/**
 * What a hashing thread does: reads ranges of open files into one reused buffer and hashes them.
 *
 * Descriptors are shared by all threads of a process; the main thread keeps them open meanwhile. Faults are values,
 * since errors lose their codes on the way between threads. It answers every task, in the order in which they come.
 */
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { StoreFault } from '../../../core/index.ts';
import { storeFaultOf } from '../faults.ts';
import type { Numbered } from './thread-pool.ts';

/** A range of an open file, or zeros where `fd` is -1. */
export interface HashRange {
  readonly fd: number;
  readonly offset: number;
  readonly length: number;
}

export interface HashTask {
  readonly algorithm: 'sha1' | 'sha256';
  readonly ranges: readonly HashRange[];
}

/** Either the digest or the fault is null. */
export interface HashAnswer {
  readonly digest: Uint8Array | null;
  readonly fault: StoreFault | null;
}

/** Small enough to be hashed from the cache into which it was read. */
const buffer = new Uint8Array(256 * 1024);

/** Hashes the ranges one after the other, as one message. */
function hashRanges(task: HashTask): HashAnswer {
  const hash = createHash(task.algorithm);
  try {
    for (const { fd, offset, length } of task.ranges) {
      for (let at = 0; at < length;) {
        const want = Math.min(buffer.length, length - at);
        const got = fd === -1 ? zeros(want) : readSync(fd, buffer, 0, want, offset + at);
        if (got === 0) return { digest: null, fault: 'missing' };
        hash.update(buffer.subarray(0, got));
        at += got;
      }
    }
  } catch (error) {
    return { digest: null, fault: storeFaultOf(error) };
  }
  return { digest: new Uint8Array(hash.digest()), fault: null };
}

function zeros(length: number): number {
  buffer.fill(0, 0, length);
  return length;
}

const port = parentPort;
port?.on('message', ({ number, algorithm, ranges }: Numbered<HashTask>) => {
  const reply: Numbered<HashAnswer> = { number, ...hashRanges({ algorithm, ranges }) };
  port.postMessage(reply);
});
