/**
 * Takes the machine's events out of the driver's turn: queued as they come, delivered in order in a microtask.
 *
 * So a listener may call anything of the library, and what it throws is the application's own uncaught exception
 * that skips no event and breaks no turn.
 */
import type { Sink } from '../../core/index.ts';

export class EventRelay<E> implements Sink<E> {
  readonly #deliver: (event: E) => void;
  #queue: E[] = [];
  #scheduled = false;

  constructor(deliver: (event: E) => void) {
    this.#deliver = deliver;
  }

  push(event: E): void {
    this.#queue.push(event);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    const queue = this.#queue;
    this.#queue = [];
    this.#scheduled = false;
    for (const event of queue) {
      try {
        this.#deliver(event);
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    }
  }
}
