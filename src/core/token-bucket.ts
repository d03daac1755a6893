/**
 * An allowance that fills at a steady rate up to a burst: for rate limits.
 *
 * Owns: the level, in millionths of a token, and the microsecond of its last change, both whole numbers. A rate per
 * second is then a whole number of millionths per microsecond, so nothing is rounded and nothing drifts: in any span
 * at most rate * time + burst is given out, and one who waits until `readyAt` always gets it. What is spent without
 * asking (`owe`) leaves a debt, which is paid before anything else is given. Keeps no queue; who is served next is the
 * caller's choice.
 */
import { assert } from './assert.ts';
import type { Millis } from './machine.ts';

const millionths = 1_000_000;
/** Most tokens in one burst: above, the level in millionths would not be exact. */
const burstMax = 9_000_000_000;

export class TokenBucket {
  #rate: number;
  #full: number;
  #level: number;
  #micros: number;

  /**
   * Starts full. `rate`: tokens per second, a whole number, or Infinity for no limit at all. `burst`: the most that
   * can be saved up and the most that one `take` can ask for, a whole number.
   */
  constructor(rate: number, burst: number, now: Millis) {
    checkRate(rate, burst);
    this.#rate = rate;
    this.#full = burst * millionths;
    this.#level = this.#full;
    this.#micros = microsOf(now);
  }

  /** From now on another rate and burst. What has been saved up stays, as far as the new burst holds it; so do debts. */
  change(rate: number, burst: number, now: Millis): void {
    checkRate(rate, burst);
    this.#fill(now);
    this.#rate = rate;
    this.#full = burst * millionths;
    this.#level = Math.min(this.#level, this.#full);
  }

  /** Takes `n` tokens, all or none. */
  take(n: number, now: Millis): boolean {
    if (this.#rate === Infinity) return true;
    this.#fill(now);
    const asked = n * millionths;
    if (asked > this.#level) return false;
    this.#level -= asked;
    return true;
  }

  /** Takes `n` tokens whether they are there or not. Debts are bounded by `burstMax`; beyond, they are forgiven. */
  owe(n: number, now: Millis): void {
    if (this.#rate === Infinity) return;
    this.#fill(now);
    this.#level = Math.max(this.#level - n * millionths, this.#full - burstMax * millionths);
  }

  /** Gives back `n` tokens that were taken for nothing; what the burst cannot hold is lost. */
  giveBack(n: number, now: Millis): void {
    this.#fill(now);
    this.#level = Math.min(this.#level + n * millionths, this.#full);
  }

  /** Whole tokens there are now, below 0 while some are owed; Infinity without a limit. */
  available(now: Millis): number {
    if (this.#rate === Infinity) return Infinity;
    this.#fill(now);
    return Math.floor(this.#level / millionths);
  }

  /** When `take(n)` will succeed if nobody else takes; `now` if it would at once, Infinity if never. */
  readyAt(n: number, now: Millis): Millis {
    if (this.#rate === Infinity) return now;
    this.#fill(now);
    const asked = n * millionths;
    if (asked <= this.#level) return now;
    if (asked > this.#full || this.#rate === 0) return Infinity;
    const missing = asked - this.#level;
    let wait = Math.floor(missing / this.#rate);
    while (wait * this.#rate < missing) wait += 1;
    while ((wait - 1) * this.#rate >= missing) wait -= 1; // the quotient may have been rounded up
    return (this.#micros + wait) / 1_000;
  }

  #fill(now: Millis): void {
    const micros = microsOf(now);
    if (micros <= this.#micros) return;
    // Beyond 2^53 the product is rounded, but then it is above any level too.
    const gained = (micros - this.#micros) * this.#rate;
    this.#level = gained >= this.#full - this.#level ? this.#full : this.#level + gained;
    this.#micros = micros;
  }
}

function checkRate(rate: number, burst: number): void {
  assert(rate === Infinity || (Number.isSafeInteger(rate) && rate >= 0), 'token bucket: rate');
  assert(Number.isInteger(burst) && burst >= 0 && burst <= burstMax, 'token bucket: burst');
}

/** To the nearest, so that the way to milliseconds and back gives the same microsecond. */
function microsOf(at: Millis): number {
  return Math.round(at * 1_000);
}
