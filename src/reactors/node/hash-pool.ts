/**
 * Threads that hash ranges of open files.
 *
 * Invariant: threads start with the first task and never keep the process alive on their own; a task that is under
 * way does. At most `inFlightMax` tasks are handed over; who calls sees to that (see `FileHasher`).
 */
import type { Piscina } from 'piscina';
import { detailOf } from './faults.ts';
import type { HashAnswer, HashTask } from './hash-worker.ts';

const THREAD_IDLE_TIME_MAX = 5_000;
const FOREVER = 2 ** 31 - 1;

/** A lazy pool of hashing threads. */
export class HashPool {
  readonly inFlightMax: number;
  readonly #threadsMax: number;
  #pool: Promise<Piscina<HashTask, HashAnswer>> | null = null;
  #running = 0;
  #alive: NodeJS.Timeout | null = null;
  #stopped = false;
  #lastError = '';
  #taskCount = 0;

  constructor(threadsMax: number) {
    this.#threadsMax = Math.max(1, threadsMax);
    this.inFlightMax = this.#threadsMax * 2;
  }

  /** Tasks ever handed to a thread. */
  get taskCount(): number {
    return this.#taskCount;
  }

  /** Why the last task failed that failed for another reason than its files; for people. */
  get lastError(): string {
    return this.#lastError;
  }

  /** Never rejects: a thread that breaks down is an `io` fault. */
  async hash(task: HashTask): Promise<HashAnswer> {
    if (this.#stopped) return { digest: null, fault: 'closed' };
    this.#taskCount++;
    this.#running++;
    // A thread that is still starting does not hold the process, but the answer is owed.
    this.#alive ??= setInterval(() => undefined, FOREVER);
    try {
      this.#pool ??= this.#start();
      return await (await this.#pool).run(task);
    } catch (error) {
      this.#lastError = detailOf(error);
      return { digest: null, fault: 'io' };
    } finally {
      this.#running--;
      if (this.#running === 0) this.#rest();
    }
  }

  /** Ends the threads; tasks under way end as `io`. */
  stop(): void {
    this.#stopped = true;
    this.#rest();
    this.#pool?.then((pool) => pool.destroy()).catch(() => undefined);
  }

  async #start(): Promise<Piscina<HashTask, HashAnswer>> {
    const { Piscina: Pool } = await import('piscina');
    const pool = new Pool<HashTask, HashAnswer>({
      filename: new URL('./hash-worker.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: this.#threadsMax,
      concurrentTasksPerWorker: 2,
      idleTimeout: THREAD_IDLE_TIME_MAX,
      recordTiming: false,
    });
    pool.on('error', (error: unknown) => (this.#lastError = detailOf(error)));
    return pool;
  }

  #rest(): void {
    if (this.#alive !== null) clearInterval(this.#alive);
    this.#alive = null;
  }
}
