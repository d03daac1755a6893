/**
 * Threads that take tasks and answer them.
 *
 * Invariants: a task is answered once, whatever becomes of its thread; threads start when there is work for them, end when
 * there was none for a while, and keep the process alive only while they owe an answer. A thread has one task besides the
 * one that it is at, so that it never waits for us. At most `inFlightMax` tasks are handed over; who calls sees to that.
 * Bare threads and not a package's, since a check of a small torrent is over before those are up (ADR 22).
 */
import { Worker } from 'node:worker_threads';
import { detailOf } from '../faults.ts';

const THREAD_IDLE_TIME_MAX = 5_000;
const TASKS_PER_THREAD = 2;

/** A task on its way to the thread, and its answer on the way back: each with the number that joins them. */
export type Numbered<T> = T & { readonly number: number };

interface Owed<T, A> {
  readonly task: T;
  readonly answer: (answer: A) => void;
}

interface Thread<T, A> {
  readonly worker: Worker;
  /** What it has been handed and has not answered, by number. */
  readonly owed: Map<number, Owed<T, A>>;
}

/** A lazy pool of threads that all run one script. Tasks `T`, answers `A`. */
export class ThreadPool<T extends object, A extends object> {
  readonly inFlightMax: number;
  readonly #script: URL;
  readonly #threadsMax: number;
  /** The answer to a task that no thread could answer. */
  readonly #failed: (fault: 'io' | 'closed') => A;
  readonly #threads = new Set<Thread<T, A>>();
  readonly #waiting: Owed<T, A>[] = [];
  #idle: NodeJS.Timeout | null = null;
  #stopped = false;
  #lastError = '';
  #taskCount = 0;
  #handedOut = 0;

  constructor(script: URL, threadsMax: number, failed: (fault: 'io' | 'closed') => A) {
    this.#script = script;
    this.#threadsMax = Math.max(1, threadsMax);
    this.#failed = failed;
    this.inFlightMax = this.#threadsMax * TASKS_PER_THREAD;
  }

  /** Tasks ever taken. */
  get taskCount(): number {
    return this.#taskCount;
  }

  /** Threads that are up or starting. */
  get threadCount(): number {
    return this.#threads.size;
  }

  /** Why the last thread broke down; for people. */
  get lastError(): string {
    return this.#lastError;
  }

  /** Never rejects: a thread that breaks down is an `io` fault. */
  run(task: T): Promise<A> {
    if (this.#stopped) return Promise.resolve(this.#failed('closed'));
    this.#taskCount++;
    return new Promise((answer) => {
      this.#waiting.push({ task, answer });
      this.#handOut();
    });
  }

  /** Ends the threads; tasks under way end as `io`. */
  stop(): void {
    this.#stopped = true;
    this.#stopIdling();
    for (const thread of this.#threads) this.#end(thread);
    for (const { answer } of this.#waiting.splice(0)) answer(this.#failed('io'));
  }

  /** To the thread that has least to do; a thread without work is better started than the others loaded. */
  #handOut(): void {
    while (this.#waiting.length > 0) {
      const thread = this.#leastBusy();
      if (thread === null) return;
      this.#stopIdling();
      const owed = this.#waiting.shift()!;
      const number = this.#handedOut++;
      thread.owed.set(number, owed);
      thread.worker.ref();
      const message: Numbered<T> = { number, ...owed.task };
      thread.worker.postMessage(message);
    }
  }

  #leastBusy(): Thread<T, A> | null {
    let least: Thread<T, A> | null = null;
    for (const thread of this.#threads) {
      if (thread.owed.size < (least?.owed.size ?? TASKS_PER_THREAD)) least = thread;
    }
    if (least?.owed.size !== 0 && this.#threads.size < this.#threadsMax) return this.#start();
    return least;
  }

  #start(): Thread<T, A> {
    // What the process was started with (monitors, profiles, loaders) is not for its threads.
    const worker = new Worker(this.#script, { execArgv: [] });
    const thread: Thread<T, A> = { worker, owed: new Map() };
    this.#threads.add(thread);
    worker.on('message', (reply: Numbered<A>) => this.#answered(thread, reply));
    worker.on('error', (error) => (this.#lastError = detailOf(error)));
    worker.on('exit', () => {
      this.#end(thread);
      this.#handOut();
    });
    return thread;
  }

  #answered(thread: Thread<T, A>, { number, ...answer }: Numbered<A>): void {
    const owed = thread.owed.get(number);
    if (owed === undefined) return;
    thread.owed.delete(number);
    if (thread.owed.size === 0) thread.worker.unref();
    owed.answer(answer as unknown as A);
    this.#handOut();
    if ([...this.#threads].every((each) => each.owed.size === 0)) this.#rest();
  }

  /** The thread is gone, or goes. */
  #end(thread: Thread<T, A>): void {
    if (!this.#threads.delete(thread)) return;
    void thread.worker.terminate();
    for (const { answer } of thread.owed.values()) answer(this.#failed('io'));
    thread.owed.clear();
  }

  #rest(): void {
    this.#idle ??= setTimeout(() => {
      this.#idle = null;
      for (const thread of this.#threads) this.#end(thread);
    }, THREAD_IDLE_TIME_MAX).unref();
  }

  #stopIdling(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
  }
}
