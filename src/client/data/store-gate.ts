/**
 * A store whose files can be taken away for a while and put back elsewhere: the machine that uses it sees a slow disk.
 *
 * While it is held, what would change files waits, and so does everything that is asked after the first one that waits;
 * before that, reads and hashes go through. `shut` closes the store beneath, `put` gives another one, which is told which
 * files are wanted before anything else.
 *
 * Invariants: jobs reach the store beneath in the order in which they came; each is answered once, from a later turn; bytes
 * that wait are copies, and the machine bounds how many there are (`unwrittenBytesMax`).
 */
import type { Sink, Store, StoreFault, StoreInput, StoreWork } from '../../core/index.ts';

type Answers = Sink<StoreInput>;

export class StoreGate implements Store {
  #inner: Store | null;
  /** Null: not held. */
  #waiting: (() => void)[] | null = null;
  /** Which files are wanted, as it was told last. */
  #wanted: Uint8Array | null = null;
  /** A job on bytes came through: with the first one, a store may move what an earlier run put aside. */
  #used = false;
  /** The machine closed it: settled when that is done. */
  #closing: Promise<unknown> | null = null;
  /** It is about to be closed beneath, so nothing may pass. */
  #shutting = false;
  /** There is nothing beneath any more: why. */
  #fault: StoreFault | null = null;

  constructor(inner: Store) {
    this.#inner = inner;
  }

  /** The machine closed it, or is about to. */
  get closed(): boolean {
    return this.#closing !== null;
  }

  submit(work: StoreWork, done: Answers): void {
    const waiting = this.#waiting;
    if (waiting === null) this.#forward(work, done);
    else if (waiting.length === 0 && this.#mayPass(work)) this.#forward(work, done);
    else {
      const kept = keep(work);
      waiting.push(() => this.#forward(kept, done));
    }
  }

  flush(): void {
    this.#inner?.flush();
  }

  hold(): void {
    this.#waiting ??= [];
  }

  /** Resolves when all that came through before is in the files, with why it is not. */
  async written(): Promise<StoreFault | null> {
    return this.#closing === null ? this.#ask('store-sync') : null;
  }

  /** Closes the store beneath. Resolves when nobody uses its files any more. */
  async shut(): Promise<void> {
    this.hold();
    this.#shutting = true;
    if (this.#closing !== null) {
      await this.#closing;
      return;
    }
    const inner = this.#inner;
    if (inner === null) return;
    await this.#ask('store-close');
    if (this.#inner === inner) this.#inner = null;
  }

  /** Another store takes the place of the one that was shut; or none, and everything is refused. Ends the hold. */
  put(store: Store | null, fault: StoreFault | null): void {
    this.#inner = store;
    this.#fault = store === null ? (fault ?? 'io') : null;
    if (store !== null && this.#wanted !== null) {
      const answers = {
        push: (answer: StoreInput): void => {
          if (answer.type === 'store-done') this.#fault = answer.fault;
        },
      };
      store.submit({ type: 'store-select', job: 0, store: 0, wanted: this.#wanted }, answers);
    }
    this.release();
  }

  /** What waited goes on. */
  release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    this.#shutting = false;
    for (const pass of waiting) pass();
    this.flush();
  }

  #mayPass({ type }: StoreWork): boolean {
    return !this.#shutting && this.#used && (type === 'store-read' || type === 'store-hash');
  }

  #forward(work: StoreWork, done: Answers): void {
    if (work.type === 'store-select') this.#wanted = work.wanted.slice();
    if ('offset' in work || work.type === 'store-select') this.#used = true;
    const inner = this.#inner;
    // A store that did not do as it was told would put bytes where nobody looks for them.
    if (inner === null || (this.#fault !== null && work.type !== 'store-close')) {
      const fault = this.#fault ?? 'closed';
      setImmediate(() => done.push(refusal(work, fault)));
    } else if (work.type === 'store-close') {
      this.#closing = new Promise((closed) => {
        const answers = {
          push: (answer: StoreInput): void => {
            closed(null);
            done.push(answer);
          },
        };
        inner.submit(work, answers);
      });
    } else inner.submit(work, done);
  }

  #ask(type: 'store-sync' | 'store-close'): Promise<StoreFault | null> {
    return new Promise((resolve) => {
      const inner = this.#inner;
      if (inner === null) {
        resolve(null);
        return;
      }
      const answers = {
        push: (answer: StoreInput): void =>
          resolve(answer.type === 'store-done' ? answer.fault : null),
      };
      inner.submit({ type, job: 0, store: 0 }, answers);
      inner.flush();
    });
  }
}

/** Bytes of a job are lent to it for the turn only. */
function keep(work: StoreWork): StoreWork {
  if (work.type === 'store-write') return { ...work, data: work.data.slice() };
  if (work.type === 'store-select') return { ...work, wanted: work.wanted.slice() };
  return work;
}

function refusal({ type, job }: StoreWork, fault: StoreFault): StoreInput {
  if (type === 'store-read') return { type: 'read-done', job, data: null, fault };
  if (type === 'store-hash') return { type: 'hash-done', job, digest: null, fault };
  return { type: 'store-done', job, fault };
}
