/**
 * How many dials a session has under way, and how fast it makes them, over all torrents (S-32).
 *
 * Owns the count and the allowance. A dial is under way until its handshake is done or it has failed. Chooses nobody:
 * torrents ask when they may, dial, and report the end.
 */
import { TokenBucket } from '../../core/index.ts';
import type { Millis } from '../../core/index.ts';
import type { SessionConfig } from '../config.ts';

/** Milliseconds until a torrent asks again while all dials that may be are under way. */
const FULL_RETRY = 1000;
const BURST_MAX = 1_000_000;

export class DialBudget {
  readonly #config: SessionConfig;
  /** Made at the first dial: the clock is not known before. */
  #bucket: TokenBucket | null = null;
  #underWay = 0;

  constructor(config: SessionConfig) {
    this.#config = config;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** When the next dial may be made if nobody else makes it: `now`, or later. */
  readyAt(now: Millis): Millis {
    if (this.#underWay >= this.#config.diallingMax) return now + FULL_RETRY;
    return this.#allowance(now).readyAt(1, now);
  }

  /** A dial is made. */
  take(now: Millis): void {
    this.#allowance(now).take(1, now);
    this.#underWay++;
  }

  /** A dial became a peer, or failed. */
  give(): void {
    this.#underWay--;
  }

  #allowance(now: Millis): TokenBucket {
    const { dialsPerSecondMax } = this.#config;
    const rate = dialsPerSecondMax === Infinity ? Infinity : Math.ceil(dialsPerSecondMax);
    return (this.#bucket ??= new TokenBucket(rate, Math.min(rate, BURST_MAX), now));
  }
}
