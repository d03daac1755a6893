/**
 * How long a torrent has taken part in its swarm, of that how long with all that is wanted and how long with everything,
 * and when payload last went either way.
 *
 * Invariant: each clock runs only while the one before it does, so none ever shows more than that one. Neither a check
 * nor a stop counts; the times add up over both.
 */
import type { Millis } from '../../core/index.ts';
import { Stopwatch } from './stopwatch.ts';

/** Milliseconds, over all starts. */
export interface TorrentTimes {
  /** In state `active`. */
  readonly active: Millis;
  /** Of these: with every wanted piece. */
  readonly finished: Millis;
  /** Of these: with every piece there is. */
  readonly seeding: Millis;
}

export const noTimes: TorrentTimes = { active: 0, finished: 0, seeding: 0 };

export class TorrentClocks {
  readonly active: Stopwatch;
  readonly finished: Stopwatch;
  readonly #seeding: Stopwatch;
  /** By the machine's clock, when payload last came from a peer or went to one; null: never since it was added. */
  lastReceivedAt: Millis | null = null;
  lastSentAt: Millis | null = null;

  /** @param before What earlier sessions have added up. */
  constructor(before: TorrentTimes) {
    this.active = new Stopwatch(before.active);
    this.finished = new Stopwatch(before.finished);
    this.#seeding = new Stopwatch(before.seeding);
  }

  read(now: Millis): TorrentTimes {
    return {
      active: this.active.read(now),
      finished: this.finished.read(now),
      seeding: this.#seeding.read(now),
    };
  }

  /** It has every wanted piece, and maybe every piece. */
  finish(everything: boolean, now: Millis): void {
    this.finished.start(now);
    if (everything) this.#seeding.start(now);
  }

  /** More is wanted than it has. */
  unfinish(now: Millis): void {
    this.finished.stop(now);
    this.#seeding.stop(now);
  }

  stop(now: Millis): void {
    this.active.stop(now);
    this.unfinish(now);
  }
}
