/**
 * A bounded queue between a producer that never waits and one `for await` loop.
 *
 * Drop policy: a full queue forgets its oldest item, and the loop is told how many are gone (`dropped`) before it gets
 * the next one. So a slow reader costs bounded memory, sees the newest facts, and knows that it missed some.
 */

export class EventQueue<T> implements AsyncIterableIterator<T> {
  readonly #max: number;
  readonly #dropped: (count: number) => T;
  readonly #ended: () => void;
  #items: T[] = [];
  #lost = 0;
  #over = false;
  #failure: Error | null = null;
  #waiting: { resolve: (r: IteratorResult<T>) => void; reject: (e: Error) => void } | null = null;

  /** @param max Most items held. @param dropped Makes the item that tells a loss. @param ended Called once, at the end. */
  constructor(max: number, dropped: (count: number) => T, ended: () => void) {
    this.#max = max;
    this.#dropped = dropped;
    this.#ended = ended;
  }

  push(item: T): void {
    if (this.#over) return;
    if (this.#waiting !== null) {
      const { resolve } = this.#waiting;
      this.#waiting = null;
      resolve({ value: item, done: false });
      return;
    }
    if (this.#items.length === this.#max) {
      this.#items.shift();
      this.#lost++;
    }
    this.#items.push(item);
  }

  /** No more items come. What is queued can still be read; then the loop ends, or throws `failure`. */
  end(failure: Error | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = failure;
    this.#ended();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting === null) return;
    this.#failure = null;
    if (failure === null) waiting.resolve({ value: undefined, done: true });
    else waiting.reject(failure);
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#lost > 0) {
      const count = this.#lost;
      this.#lost = 0;
      return Promise.resolve({ value: this.#dropped(count), done: false });
    }
    if (this.#items.length > 0) {
      return Promise.resolve({ value: this.#items.shift()!, done: false });
    }
    if (this.#over) {
      const failure = this.#failure;
      this.#failure = null;
      if (failure !== null) return Promise.reject(failure);
      return Promise.resolve({ value: undefined, done: true });
    }
    if (this.#waiting !== null) return Promise.reject(new Error('one reader at a time'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#items = [];
    this.#lost = 0;
    this.end(null);
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
