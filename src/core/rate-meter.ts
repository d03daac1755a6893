/**
 * Bytes per second over a rolling window, from a few numbers.
 *
 * Owns: a ring of buckets, each the bytes of one tenth of the window. Invariant: `#inWindow` is the sum of the ring.
 * Only sums and one division of exact numbers, so the same calls give the same rate on every engine. A young meter
 * divides by its age (at least one second), so that the first seconds are not told too low. Keeps no clock.
 */
import { assert } from './assert.ts';
import type { Millis } from './machine.ts';

const bucketCount = 10;
/** The window when none is named. */
const windowDefault: Millis = 20_000;
/** The least time divided by: a first block does not make a rate of megabytes. */
const elapsedMin: Millis = 1_000;

export class RateMeter {
  /** Null until the first `add`: of many connections few ever carry anything. */
  #buckets: number[] | null = null;
  readonly #bucketTime: Millis;
  #start: Millis;
  /** How many bucket times after `#start` the newest bucket begins. */
  #newest = 0;
  #inWindow = 0;
  #total = 0;

  /**
   * `createdAt`: when measuring begins; null begins with the first `add`. `window`: how far back it looks; what is
   * older than that is forgotten a tenth of the window at a time.
   */
  constructor(createdAt: Millis | null = null, window: Millis = windowDefault) {
    assert(window >= elapsedMin && window < Infinity, 'rate meter: the window is 1 s or more');
    this.#bucketTime = window / bucketCount;
    this.#start = createdAt ?? Infinity;
  }

  /** Bytes ever added. */
  get total(): number {
    return this.#total;
  }

  add(bytes: number, now: Millis): void {
    if (this.#start === Infinity) this.#start = now;
    this.#buckets ??= new Array<number>(bucketCount).fill(0);
    this.#forget(now, this.#buckets);
    this.#buckets[this.#newest % bucketCount]! += bytes;
    this.#inWindow += bytes;
    this.#total += bytes;
  }

  /** Bytes per second, rounded down. */
  rate(now: Millis): number {
    if (this.#inWindow === 0 || this.#buckets === null) return 0;
    this.#forget(now, this.#buckets);
    const covered = (bucketCount - 1) * this.#bucketTime;
    const oldest = this.#start + this.#newest * this.#bucketTime - covered;
    const elapsed = Math.max(now - Math.max(oldest, this.#start), elapsedMin);
    return Math.floor((this.#inWindow * 1_000) / elapsed);
  }

  /** Moves the ring on to `now` and empties the buckets that fell out of the window. */
  #forget(now: Millis, buckets: number[]): void {
    const current = Math.floor((now - this.#start) / this.#bucketTime);
    const steps = current - this.#newest;
    if (steps <= 0) return;
    if (steps >= bucketCount) {
      buckets.fill(0);
      this.#inWindow = 0;
    } else {
      for (let i = 1; i <= steps; i++) {
        const bucket = (this.#newest + i) % bucketCount;
        this.#inWindow -= buckets[bucket]!;
        buckets[bucket] = 0;
      }
    }
    this.#newest = current;
  }
}
