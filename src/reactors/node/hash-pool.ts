/**
 * Threads that hash ranges of open files.
 *
 * Invariants: a task is answered once, whatever becomes of its thread; threads start when there is work for them, end when
 * there was none for a while, and keep the process alive only while they owe an answer. A thread has one task besides the
 * one that it is at, so that it never waits for us. At most `inFlightMax` tasks are handed over; who calls sees to that
 * (see `FileHasher`). Bare threads and not a package's, since a check of a small torrent is over before those are up (ADR 22).
 */
import { Worker } from 'node:worker_threads';
import { detailOf } from './faults.ts';
import type { HashAnswer, HashReply, HashTask, NumberedTask } from './hash-worker.ts';

const THREAD_IDLE_TIME_MAX = 5_000;
const TASKS_PER_THREAD = 2;

interface Owed {
  readonly task: HashTask;
  readonly answer: (answer: HashAnswer) => void;
}

interface Thread {
  readonly worker: Worker;
  /** What it has been handed and has not answered, by number. */
  readonly owed: Map<number, Owed>;
}

/** A lazy pool of hashing threads. */
export class HashPool {
  readonly inFlightMax: number;
  readonly #threadsMax: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Owed[] = [];
  #idle: NodeJS.Timeout | null = null;
  #stopped = false;
  #lastError = '';
  #taskCount = 0;
  #handedOut = 0;

  constructor(threadsMax: number) {
    this.#threadsMax = Math.max(1, threadsMax);
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
  hash(task: HashTask): Promise<HashAnswer> {
    if (this.#stopped) return Promise.resolve({ digest: null, fault: 'closed' });
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
    for (const { answer } of this.#waiting.splice(0)) answer({ digest: null, fault: 'io' });
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
      const message: NumberedTask = { number, ...owed.task };
      thread.worker.postMessage(message);
    }
  }

  #leastBusy(): Thread | null {
    let least: Thread | null = null;
    for (const thread of this.#threads) {
      if (thread.owed.size < (least?.owed.size ?? TASKS_PER_THREAD)) least = thread;
    }
    if (least?.owed.size !== 0 && this.#threads.size < this.#threadsMax) return this.#start();
    return least;
  }

  #start(): Thread {
    // What the process was started with (monitors, profiles, loaders) is not for its threads.
    const worker = new Worker(new URL('./hash-worker.js', import.meta.url), { execArgv: [] });
    const thread: Thread = { worker, owed: new Map() };
    this.#threads.add(thread);
    worker.on('message', (reply: HashReply) => this.#answered(thread, reply));
    worker.on('error', (error) => (this.#lastError = detailOf(error)));
    worker.on('exit', () => {
      this.#end(thread);
      this.#handOut();
    });
    return thread;
  }

  #answered(thread: Thread, { number, digest, fault }: HashReply): void {
    const owed = thread.owed.get(number);
    if (owed === undefined) return;
    thread.owed.delete(number);
    if (thread.owed.size === 0) thread.worker.unref();
    owed.answer({ digest, fault });
    this.#handOut();
    if ([...this.#threads].every((each) => each.owed.size === 0)) this.#rest();
  }

  /** The thread is gone, or goes. */
  #end(thread: Thread): void {
    if (!this.#threads.delete(thread)) return;
    void thread.worker.terminate();
    for (const { answer } of thread.owed.values()) answer({ digest: null, fault: 'io' });
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
