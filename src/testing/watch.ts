/**
 * What all watched reactors of one world share: whether anybody is inside a call to one of them, and the first breach.
 *
 * Call-backs must not throw into the reactor, which might swallow or be broken by it; so a breach is noted, and thrown
 * by `verify`, which the suite calls at every step.
 */
import { LawBroken } from './law-broken.ts';
import type { LawName } from './law-name.ts';

/** The eye on one world. */
export class Watch {
  readonly #acting: LawName | null;
  #depth = 0;
  #broken: LawBroken | null = null;

  /** @param acting The law that is broken by a call that throws; null: what it throws goes on to the caller. */
  constructor(acting: LawName | null = null) {
    this.#acting = acting;
  }

  /** Somebody is inside a call to a reactor. */
  get insideCall(): boolean {
    return this.#depth > 0;
  }

  /** A call to a reactor. */
  call(work: () => void): void {
    try {
      this.ask(work);
    } catch (error) {
      // It may come from inside a call-back, where nobody would catch it.
      if (this.#acting === null) throw error;
      this.breach(this.#acting, `a call threw: ${String(error)}`);
    }
  }

  /** A call to a reactor for its result. */
  ask<T>(work: () => T): T {
    this.#depth++;
    try {
      return work();
    } finally {
      this.#depth--;
    }
  }

  /** Notes a breach; the first is kept. */
  breach(law: LawName, detail: string): void {
    this.#broken ??= new LawBroken(law, detail);
  }

  /** Notes a breach unless `condition` holds. */
  expect(condition: boolean, law: LawName, detail: string): void {
    if (!condition) this.breach(law, detail);
  }

  /** Throws the first breach. */
  verify(): void {
    if (this.#broken !== null) throw this.#broken;
  }
}

/** Bytes of the host, such as Node's `Buffer`, behave otherwise under `slice` and must not leave a reactor. */
export function isPlain(bytes: Uint8Array): boolean {
  return Object.getPrototypeOf(bytes) === Uint8Array.prototype;
}
