/**
 * Ctrl-C and SIGTERM: the first asks everything to stop cleanly, the second ends the process at once.
 *
 * Invariant: while one exists, a signal never ends the process without the word of whoever listens; after `release()`
 * signals act as if this had never been here.
 */
import { EXIT } from './exit-codes.ts';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export class Interrupts {
  readonly #controller = new AbortController();
  readonly #first: () => void;
  readonly #signals: readonly NodeJS.Signals[];
  readonly #heard = (): void => {
    if (this.#controller.signal.aborted) process.exit(EXIT.interrupted);
    this.#first();
    this.#controller.abort(new Error('interrupted'));
  };

  /** @param first Called at the first signal. */
  constructor(first: () => void, signals: readonly NodeJS.Signals[] = SIGNALS) {
    this.#first = first;
    this.#signals = signals;
    for (const signal of signals) process.on(signal, this.#heard);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  release(): void {
    for (const signal of this.#signals) process.off(signal, this.#heard);
  }
}
