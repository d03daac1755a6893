/**
 * WebTorrent's `download` and `upload` events: the bytes moved since the last one, twice a second.
 *
 * Runs only while somebody listens, so that a torrent without listeners costs no timer.
 */
import type { Millis } from '../../core/index.ts';
import type { Engine } from '../engine.ts';

/** Between two such events. */
export const BYTE_TICK: Millis = 500;

export class ByteTicker {
  readonly #engine: Engine;
  readonly #totals: () => readonly [downloaded: number, uploaded: number];
  readonly #tell: (downloaded: number, uploaded: number) => boolean;
  #last: readonly [number, number] = [0, 0];
  #cancel: (() => void) | null = null;

  /** @param tell Told the differences; returns false to stop. */
  constructor(
    engine: Engine,
    totals: () => readonly [downloaded: number, uploaded: number],
    tell: (downloaded: number, uploaded: number) => boolean,
  ) {
    this.#engine = engine;
    this.#totals = totals;
    this.#tell = tell;
  }

  start(): void {
    if (this.#cancel !== null) return;
    this.#last = this.#totals();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    this.#cancel = this.#engine.later(BYTE_TICK, () => {
      this.#cancel = null;
      const [downloaded, uploaded] = this.#totals();
      const [down, up] = this.#last;
      this.#last = [downloaded, uploaded];
      if (this.#tell(downloaded - down, uploaded - up)) this.#arm();
    });
  }
}
