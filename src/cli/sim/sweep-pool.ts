/**
 * Threads that run the seeds of a sweep, one seed at a time each.
 *
 * Invariant: the result of the sweep depends on the seeds alone: how many threads there are, and which of them runs
 * what, makes no difference (`Sweep` sees to the order). A thread that breaks down is a failure of its seed, and another
 * takes its place. No thread outlives `run`.
 */
import { Worker } from 'node:worker_threads';
import { brokenSeed } from '../../sim/index.ts';
import type { SeedOutcome, SimOrder, Sweep } from '../../sim/index.ts';
import type { SweepWorkerData } from './sweep-worker.ts';

export interface SweepPoolOptions {
  readonly order: SimOrder;
  readonly sweep: Sweep;
  /** Threads, 1 or more. */
  readonly jobs: number;
  /** Modules (URLs) that each thread loads first: guards of a test run. Default: none. */
  readonly imports?: readonly string[];
  /** Breaks the sweep off. */
  readonly signal?: AbortSignal;
  /** Told of every outcome, in the order in which they come. */
  readonly heard?: (outcome: SeedOutcome) => void;
}

interface Thread {
  readonly worker: Worker;
  seed: number | null;
  /** On the clock of `performance`. */
  since: number;
}

export class SweepPool {
  readonly #options: SweepPoolOptions;
  readonly #threads = new Set<Thread>();
  #finish: (() => void) | null = null;

  constructor(options: SweepPoolOptions) {
    this.#options = options;
  }

  /** The seed that has been running for the longest, and since when; null: none is. */
  get slowest(): { readonly seed: number; readonly since: number } | null {
    let slowest: { seed: number; since: number } | null = null;
    for (const { seed, since } of this.#threads) {
      if (seed !== null && (slowest === null || since < slowest.since)) slowest = { seed, since };
    }
    return slowest;
  }

  /** Resolves when the sweep is over, or broken off. */
  async run(): Promise<void> {
    const { jobs, sweep, signal } = this.#options;
    const over = new Promise<void>((resolve) => (this.#finish = resolve));
    const stop = (): void => this.#finish?.();
    signal?.addEventListener('abort', stop);
    for (let i = 0; i < Math.min(jobs, sweep.to - sweep.from + 1); i++) this.#start();
    if (signal?.aborted === true) stop();
    await over;
    signal?.removeEventListener('abort', stop);
    const threads = [...this.#threads];
    this.#threads.clear();
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
    if (!sweep.isOver) sweep.breakOff();
  }

  #start(): void {
    const { order, imports = [] } = this.#options;
    const workerData: SweepWorkerData = { order, imports };
    const worker = new Worker(new URL('./sweep-worker.js', import.meta.url), { workerData });
    const thread: Thread = { worker, seed: null, since: 0 };
    this.#threads.add(thread);
    let reason: unknown = new Error('the thread ended');
    worker.on('message', (outcome: SeedOutcome | null) => this.#heard(thread, outcome));
    worker.on('error', (error) => (reason = error));
    worker.on('exit', () => this.#broke(thread, reason));
  }

  /** Null: the thread is ready. */
  #heard(thread: Thread, outcome: SeedOutcome | null): void {
    if (!this.#threads.has(thread)) return;
    thread.seed = null;
    if (outcome !== null) this.#take(outcome);
    this.#handOut(thread);
  }

  #broke(thread: Thread, reason: unknown): void {
    if (!this.#threads.delete(thread)) return;
    const { sweep } = this.#options;
    // Before its first seed: the next one would end in the same way.
    const seed = thread.seed ?? sweep.next();
    if (seed === null) return;
    this.#take(brokenSeed(seed, reason));
    if (!sweep.isOver) this.#start();
  }

  #take(outcome: SeedOutcome): void {
    const { sweep, heard } = this.#options;
    sweep.take(outcome);
    heard?.(outcome);
    if (sweep.isOver) this.#finish?.();
  }

  #handOut(thread: Thread): void {
    const seed = this.#options.sweep.next();
    if (seed === null) return;
    thread.seed = seed;
    thread.since = performance.now();
    thread.worker.postMessage(seed);
  }
}
