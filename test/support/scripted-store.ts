/**
 * A `ReactorStore` that the test plays by hand: answers at once, or when the test says so.
 */
import type {
  ReactorStore,
  Sink,
  Store,
  StoreFault,
  StoreFile,
  StoreInput,
  StoreWork,
} from '../../src/core/index.ts';

export class ScriptedStore implements ReactorStore {
  /** What was asked, such as `open`, `store-write 3`, `flush`. */
  readonly log: string[] = [];
  /** Copies of the bytes of every write. */
  readonly written: Uint8Array[] = [];
  /** The fault that every answer carries. */
  fault: StoreFault | null = null;
  readonly #immediate: boolean;
  #waiting: (() => void)[] = [];

  /** `immediate`: answers from inside the call, as the law of reactors allows a store to do. */
  constructor(immediate: boolean) {
    this.#immediate = immediate;
  }

  /** Answers not given yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  openStore(
    _files: readonly StoreFile[],
    _extent: number,
    ready: (store: Store | null, fault: StoreFault | null) => void,
  ): void {
    this.log.push('open');
    const store: Store = {
      submit: (work, done) => this.#submit(work, done),
      flush: () => this.log.push('flush'),
    };
    this.#answer(() => ready(this.fault === null ? store : null, this.fault));
  }

  /** Gives the answers that wait, and those that they bring. */
  settle(): void {
    while (this.#waiting.length > 0) this.#waiting.shift()!();
  }

  #submit(work: StoreWork, done: Sink<StoreInput>): void {
    this.log.push(`${work.type} ${work.job}`);
    if (work.type === 'store-write') this.written.push(work.data.slice());
    this.#answer(() => done.push(this.#reply(work)));
  }

  #reply(work: StoreWork): StoreInput {
    const { job } = work;
    const { fault } = this;
    switch (work.type) {
      case 'store-read': {
        const data = fault === null ? new Uint8Array(work.length) : null;
        return { type: 'read-done', job, data, fault };
      }
      case 'store-hash': {
        const digest = fault === null ? new Uint8Array(20) : null;
        return { type: 'hash-done', job, digest, fault };
      }
      case 'store-write':
      case 'store-select':
      case 'store-sync':
      case 'store-close':
        return { type: 'store-done', job, fault };
    }
  }

  #answer(give: () => void): void {
    if (this.#immediate) give();
    else this.#waiting.push(give);
  }
}
