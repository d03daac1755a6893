/**
 * A subscriber without the safety net of RxJS.
 *
 * A plain observer is wrapped by RxJS so that what it throws is reported later, from a timer of its own. Here a throw
 * goes back to whoever emitted, as it does between a reactor and its protocol: no error is put off, no hidden timer is
 * set, and a byte stream costs one call per chunk. RxJS takes any subscription that is also an observer as it is.
 *
 * Invariant: hears at most one end, and nothing after it or after `unsubscribe`.
 */
import { Subscription } from 'rxjs';
import type { Observer } from 'rxjs';

export class Ear<T> extends Subscription implements Observer<T> {
  readonly #heard: (value: T) => void;
  readonly #failed: (error: unknown) => void;
  readonly #ended: () => void;

  constructor(heard: (value: T) => void, failed: (error: unknown) => void, ended: () => void) {
    super();
    this.#heard = heard;
    this.#failed = failed;
    this.#ended = ended;
  }

  next(value: T): void {
    if (!this.closed) this.#heard(value);
  }

  error(error: unknown): void {
    if (this.closed) return;
    this.unsubscribe();
    this.#failed(error);
  }

  complete(): void {
    if (this.closed) return;
    this.unsubscribe();
    this.#ended();
  }
}
