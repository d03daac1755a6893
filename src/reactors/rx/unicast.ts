/**
 * A stream for one subscriber at a time, without a list of observers: what a connection's bytes pass through.
 *
 * Invariant: an end is remembered and told to whoever comes after it; values that nobody hears are lost, so whoever
 * pushes asks `taken` first where that matters. A second subscriber beside the first is a mistake, and gets an error.
 */
import { Observable } from 'rxjs';
import type { Observer } from 'rxjs';

interface End {
  readonly failed: boolean;
  readonly error: unknown;
}

export class Unicast<T> {
  readonly stream$: Observable<T>;
  #observer: Observer<T> | null = null;
  #end: End | null = null;

  /** Hears when somebody subscribes, and when that one leaves before the end. */
  constructor(taken: () => void = () => undefined, left: () => void = () => undefined) {
    this.stream$ = new Observable<T>((observer) => {
      if (this.#end !== null) {
        tell(observer, this.#end);
        return;
      }
      if (this.#observer !== null) {
        observer.error(new Error('this stream has its one subscriber already'));
        return;
      }
      this.#observer = observer;
      taken();
      return () => {
        if (this.#observer !== observer) return;
        this.#observer = null;
        if (this.#end === null) left();
      };
    });
  }

  /** Somebody hears. */
  get taken(): boolean {
    return this.#observer !== null;
  }

  get ended(): boolean {
    return this.#end !== null;
  }

  next(value: T): void {
    if (this.#end === null) this.#observer?.next(value);
  }

  error(error: unknown): void {
    this.#finish({ failed: true, error });
  }

  complete(): void {
    this.#finish({ failed: false, error: null });
  }

  #finish(end: End): void {
    if (this.#end !== null) return;
    this.#end = end;
    const observer = this.#observer;
    this.#observer = null;
    if (observer !== null) tell(observer, end);
  }
}

function tell(observer: Observer<never>, end: End): void {
  if (end.failed) observer.error(end.error);
  else observer.complete();
}
