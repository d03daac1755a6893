/**
 * What rate limits have let through: a leaky bucket per direction, of the session and of the torrent.
 *
 * Bytes fill it, time empties it at the rate; what is in it is what the last window carried above the rate. So it holds
 * no more than the burst exactly if no window carries more than rate * time + burst. Written by `Rates` alone.
 */
import type { Millis } from '../../core/index.ts';
import { burstOf } from '../../protocol/index.ts';

export class Meter {
  rate: number | null = null;
  /** Bytes in the bucket at `#at`. */
  #level = 0;
  #at: Millis = 0;

  get burst(): number {
    return this.rate === null ? Infinity : burstOf(this.rate);
  }

  /** Another limit. `out`: bytes under way that no limit has counted yet. */
  set(rate: number | null, out: number, now: Millis): void {
    const before = this.burst;
    const level = this.level(now);
    const begins = this.rate === null;
    this.rate = rate;
    this.#at = now;
    // What was saved up stays, as far as the new burst holds it.
    this.#level = begins ? out : Math.max(0, this.burst - before + level);
    if (rate === null) this.#level = 0;
  }

  level(now: Millis): number {
    if (this.rate === null) return 0;
    if (now > this.#at) {
      this.#level = Math.max(0, this.#level - ((now - this.#at) * this.rate) / 1000);
      this.#at = now;
    }
    return this.#level;
  }

  add(bytes: number, now: Millis): void {
    if (this.rate !== null) this.#level = Math.max(0, this.level(now) + bytes);
  }
}

/** Both limits of one direction. */
export class MeterPair {
  readonly session: Meter = new Meter();
  readonly torrent: Meter = new Meter();

  get isLimited(): boolean {
    return this.session.rate !== null || this.torrent.rate !== null;
  }

  add(bytes: number, now: Millis): void {
    this.session.add(bytes, now);
    this.torrent.add(bytes, now);
  }

  /** Bytes above a burst, or how many are left below it where negative; -Infinity without a limit. */
  excess(now: Millis): number {
    return Math.max(
      this.session.level(now) - this.session.burst,
      this.torrent.level(now) - this.torrent.burst,
    );
  }
}

export class RateBook {
  readonly download: MeterPair = new MeterPair();
  readonly upload: MeterPair = new MeterPair();
}
