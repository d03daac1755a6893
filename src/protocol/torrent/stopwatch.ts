/** Time that adds up while something lasts. */
import type { Millis } from '../../core/index.ts';

export class Stopwatch {
  #before: Millis;
  #since: Millis | null = null;

  /** @param before What it shows at first. */
  constructor(before: Millis = 0) {
    this.#before = before;
  }

  get runs(): boolean {
    return this.#since !== null;
  }

  /** A second start changes nothing, nor does a second stop. */
  start(now: Millis): void {
    this.#since ??= now;
  }

  stop(now: Millis): void {
    this.#before = this.read(now);
    this.#since = null;
  }

  read(now: Millis): Millis {
    return this.#since === null ? this.#before : this.#before + (now - this.#since);
  }

  /** When it will show `time`; it may have been before. Infinity: not while it stands still. */
  whenShows(time: Millis): Millis {
    return this.#since === null ? Infinity : this.#since + (time - this.#before);
  }
}
