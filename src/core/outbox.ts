/**
 * Effects between the step that pushed them and the driver that performs them, in order.
 *
 * Owns: one array that is filled and emptied for ever. Invariant: what was taken is forgotten at once; the array never
 * shrinks, because giving its memory back and asking for it again costs more than most effects.
 */
import type { Sink } from './machine.ts';

export class Outbox<T> implements Sink<T> {
  readonly #items: (T | undefined)[] = [];
  #next = 0;
  #end = 0;

  get isEmpty(): boolean {
    return this.#next === this.#end;
  }

  push(item: T): void {
    this.#items[this.#end++] = item;
  }

  /** The oldest one, which leaves; undefined where there is none. */
  take(): T | undefined {
    if (this.#next === this.#end) {
      this.#next = 0;
      this.#end = 0;
      return undefined;
    }
    const item = this.#items[this.#next];
    this.#items[this.#next++] = undefined;
    return item;
  }

  clear(): void {
    while (this.take() !== undefined);
  }
}
