/**
 * When a torrent that stopped for a fault of its store tries again by itself (F-16).
 *
 * Space comes back and cables are put in again, so `full` and `io` are tried again, each time after twice the wait, up
 * to a bound; a piece that was verified since begins anew. `denied` and `missing` need somebody who does something:
 * those wait for `start-torrent`, as does whoever was told to stop. Invariant: at most one timer is set, and only while
 * the torrent is in state `error`.
 */
import type { StoreFault } from '../../../core/index.ts';
import type { SessionFacts } from '../context.ts';

export class StoreRetry {
  readonly #id: number;
  readonly #session: SessionFacts;
  #timer = 0;
  #failures = 0;

  constructor(id: number, session: SessionFacts) {
    this.#id = id;
    this.#session = session;
  }

  /** It stopped for this fault, and should be running. */
  failed(fault: StoreFault): void {
    this.cancel();
    if (fault !== 'full' && fault !== 'io') return;
    const { config, turn } = this.#session;
    const wait = Math.min(config.storeRetryTime * 2 ** this.#failures, config.storeRetryTimeMax);
    if (wait < config.storeRetryTimeMax) this.#failures++;
    this.#timer = turn.timers.set('store-retry', this.#id, turn.now + wait);
  }

  /** Starting, removed, or told to stay stopped. */
  cancel(): void {
    this.#session.turn.timers.cancel(this.#timer);
    this.#timer = 0;
  }

  /** The store works. */
  succeeded(): void {
    this.#failures = 0;
  }
}
