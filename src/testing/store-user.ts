/**
 * A store as a scenario uses it: jobs as promises, or submitted many in one turn and awaited later.
 *
 * Flushes as a driver does, at the end of the turn: `ask` at once, `submit` when `flush` is called.
 */
import type { Store, StoreFault, StoreInput, StoreWork } from '../core/index.ts';

type Read = Extract<StoreInput, { readonly type: 'read-done' }>;
type Hash = Extract<StoreInput, { readonly type: 'hash-done' }>;

/** A job without its ids. */
export type StoreTask = StoreWork extends infer W
  ? W extends StoreWork
    ? Omit<W, 'job' | 'store'>
    : never
  : never;

/** Lets things happen until `holds`. */
type Until = (holds: () => boolean, what: string) => Promise<void>;

/** A `Store` whose answers can be waited for. */
export class StoreUser {
  readonly #until: Until;
  readonly #store: Store;
  readonly #answers = new Map<number, StoreInput>();
  #job = 0;

  constructor(until: Until, store: Store) {
    this.#until = until;
    this.#store = store;
  }

  /** Submits without flushing and gives the job's number. */
  submit(task: StoreTask): number {
    const job = ++this.#job;
    this.#store.submit(
      { ...task, job, store: 1 },
      {
        push: (answer) => this.#answers.set(answer.job, answer),
      },
    );
    return job;
  }

  flush(): void {
    this.#store.flush();
  }

  /** The answers so far. */
  get answered(): number {
    return this.#answers.size;
  }

  /** The answer to a job. */
  async answerTo(job: number): Promise<StoreInput> {
    await this.#until(() => this.#answers.has(job), `the answer to job ${job} of a store`);
    return this.#answers.get(job)!;
  }

  /** Submits, flushes and waits. */
  async ask(task: StoreTask): Promise<StoreInput> {
    const job = this.submit(task);
    this.flush();
    return this.answerTo(job);
  }

  async write(offset: number, data: Uint8Array): Promise<StoreFault | null> {
    return (await this.ask({ type: 'store-write', offset, data })).fault;
  }

  async read(offset: number, length: number): Promise<Read> {
    return (await this.ask({ type: 'store-read', offset, length })) as Read;
  }

  async hash(offset: number, length: number, algorithm: 'sha1' | 'sha256'): Promise<Hash> {
    return (await this.ask({ type: 'store-hash', offset, length, algorithm })) as Hash;
  }

  async sync(): Promise<StoreFault | null> {
    return (await this.ask({ type: 'store-sync' })).fault;
  }

  async close(): Promise<StoreFault | null> {
    return (await this.ask({ type: 'store-close' })).fault;
  }
}
