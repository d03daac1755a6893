/**
 * What a load on a tracker is and gives: a bounded closed loop of announces, for this machine's own trackers alone.
 *
 * So many announces are under way at any time; each answer sends the next. Torrents and peers are the same in every run, so
 * that trackers can be compared, and white lists written (`loadInfoHash`).
 */

export interface LoadPlan {
  /** A literal loopback address. */
  readonly host: string;
  readonly port: number;
  readonly milliseconds: number;
  /** Announces under way at once. */
  readonly outstanding: number;
  readonly torrents: number;
  readonly peersWanted: number;
}

export interface LoadResult {
  /** Answered with peers or without. */
  readonly announces: number;
  readonly seconds: number;
  /** Refusals, and answers that are none. */
  readonly errors: number;
  /** Announces that were never answered. */
  readonly lost: number;
  /** Milliseconds from question to answer, of half and of 99 in 100. */
  readonly latency: { readonly p50: number; readonly p99: number };
}

/** Bounds of a load. */
export const loadLimits: Readonly<{
  secondsMax: number;
  outstandingMax: number;
  torrentsMax: number;
}> = { secondsMax: 120, outstandingMax: 4_096, torrentsMax: 100_000 };

/** The info-hash of the nth torrent: spread over all values, the same each time. */
export function loadInfoHash(n: number): Uint8Array {
  const hash = new Uint8Array(20);
  let state = (n + 1) * 0x9e3779b1;
  for (let i = 0; i < 20; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i;
    hash[i] = state >>> 24;
  }
  hash.set([n >>> 24, n >>> 16, n >>> 8, n]);
  return hash;
}

/** Latencies in microseconds, gathered in buckets of a sixteenth of their size. */
export class LatencyTable {
  readonly #counts = new Uint32Array(512);
  #total = 0;

  add(milliseconds: number): void {
    const steps = Math.floor(16 * Math.log2(1 + milliseconds * 1_000));
    this.#counts[Math.min(steps, 511)]!++;
    this.#total++;
  }

  /** Milliseconds below which this share of all lies. */
  quantile(share: number): number {
    let left = share * this.#total;
    for (let i = 0; i < 512; i++) {
      left -= this.#counts[i]!;
      if (left <= 0) return (2 ** ((i + 1) / 16) - 1) / 1_000;
    }
    return NaN;
  }
}
