/**
 * Who waits for a condition that events bring about: the condition is looked at after every event.
 *
 * Invariant: each waiter settles once, and is forgotten then or when its signal is aborted.
 */
import { abortable } from '../signal.ts';

interface Waiter {
  /** True: met. Throws to reject. */
  readonly test: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

export class Waiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves when `test` gives true; rejects when it throws, or at the signal. */
  async until(test: () => boolean, signal?: AbortSignal): Promise<void> {
    if (test()) return;
    const { promise, resolve, reject } = withResolvers();
    const waiter: Waiter = { test, resolve, reject };
    this.#waiters.add(waiter);
    try {
      await abortable(promise, signal);
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  /** Something happened: look at all conditions. */
  ask(): void {
    for (const waiter of [...this.#waiters]) {
      try {
        if (waiter.test()) waiter.resolve();
      } catch (error) {
        waiter.reject(error as Error);
      }
    }
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers(): {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
} {
  let resolve: () => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<void>((met, failed) => {
    resolve = met;
    reject = failed;
  });
  return { promise, resolve, reject };
}
