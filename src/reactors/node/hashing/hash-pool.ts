/**
 * Threads that hash ranges of open files: `ThreadPool` with `hash-worker.ts`. At most `inFlightMax` tasks are handed over;
 * `FileHasher` sees to that.
 */
import type { HashAnswer, HashTask } from './hash-worker.ts';
import { ThreadPool } from './thread-pool.ts';

/** A lazy pool of hashing threads. */
export class HashPool extends ThreadPool<HashTask, HashAnswer> {
  constructor(threadsMax: number) {
    const script = new URL('./hash-worker.js', import.meta.url);
    super(script, threadsMax, (fault) => ({ digest: null, fault }));
  }

  /** Never rejects: a thread that breaks down is an `io` fault. */
  hash(task: HashTask): Promise<HashAnswer> {
    return this.run(task);
  }
}
