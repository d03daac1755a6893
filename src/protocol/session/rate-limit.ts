/**
 * A limit on payload in one direction, of a session or of a torrent: what may go now, and when more may.
 *
 * The bound is exact in the machine's time: in any span at most rate * time + burst, where the burst is one block and
 * what the rate gives in `burstTime`; so no window of a second carries more than 1.05 times the rate and one block
 * (I-29). Bytes that are promised and have not gone yet (`hold`) are counted as gone by whoever comes after. Does not know who
 * waits: `RateLine` does.
 */
import { assert, TokenBucket } from '../../core/index.ts';
import type { Millis } from '../../core/index.ts';
import { BLOCK_LENGTH } from '../torrent/pieces/geometry.ts';

/** Payload bytes per second in each direction; null: no limit. */
export interface RateLimits {
  readonly download: number | null;
  readonly upload: number | null;
}

/** The largest limit, bytes per second. */
export const rateMax = 100_000_000_000;
/** A burst holds what the rate gives in so many parts of a second, and one block. */
const burstsPerSecond = 20;

/** Bytes that may go at once after a rest. */
export function burstOf(rate: number): number {
  return BLOCK_LENGTH + Math.floor(rate / burstsPerSecond);
}

/** Whether this is a limit that can be set: a whole number of bytes per second from 1 to `rateMax`, or null. */
export function isRate(rate: number | null): boolean {
  return rate === null || (Number.isInteger(rate) && rate >= 1 && rate <= rateMax);
}

export class RateLimit {
  #rate: number | null = null;
  #bucket: TokenBucket | null = null;
  /** Promised, limited or not, so that a limit that comes in between knows of them. */
  #held = 0;

  /** Bytes per second; null: no limit. */
  get rate(): number | null {
    return this.#rate;
  }

  /**
   * Sets another limit. `out`: bytes that are under way and were never charged, where there was no limit before; they
   * count from now on.
   */
  set(rate: number | null, out: number, now: Millis): void {
    assert(isRate(rate), 'rate limit: a whole number of bytes per second, or null');
    this.#rate = rate;
    if (rate === null) {
      this.#bucket = null;
    } else if (this.#bucket !== null) {
      this.#bucket.change(rate, burstOf(rate), now);
    } else {
      this.#bucket = new TokenBucket(rate, burstOf(rate), now);
      this.#bucket.owe(out, now);
    }
  }

  /** Bytes that may go now beside those that are promised; Infinity without a limit. */
  room(now: Millis): number {
    return this.#bucket === null ? Infinity : this.#bucket.available(now) - this.#held;
  }

  /** When there will be room for `n` bytes; Infinity: only when what is promised has gone. */
  readyAt(n: number, now: Millis): Millis {
    return this.#bucket === null ? now : this.#bucket.readyAt(n + this.#held, now);
  }

  /** Promises `n` bytes: they will go, or be released. */
  hold(n: number): void {
    this.#held += n;
  }

  /** They did not go. */
  release(n: number): void {
    this.#held -= n;
  }

  /** `n` bytes go now. Whoever asked `room` first leaves no debt. */
  spend(n: number, now: Millis): void {
    this.#bucket?.owe(n, now);
  }

  /** `n` bytes that were spent did not go after all. */
  refund(n: number, now: Millis): void {
    this.#bucket?.giveBack(n, now);
  }
}
