/**
 * Pieces in buckets, one bucket per (priority, rank): the order behind rarest-first and random-first.
 *
 * A piece is in one bucket or in none. Entering puts it at a random place of its bucket (one exchange with a random
 * member), leaving fills its place with the last member: both O(1), and every order of a bucket stays equally likely,
 * so ties are broken by the seed value without ever sorting.
 *
 * Invariant: `bucket[place[piece]] === piece` for every piece that is in; `count` of a level is the number of pieces
 * in its buckets. Knows nothing of blocks, peers or availability: the caller says what a rank means.
 */
import { assert } from '../core/index.ts';
import type { Random } from '../core/index.ts';

const OUT = 0;

/** All pieces of one priority. */
interface Level {
  count: number;
  /** Lowest rank first. */
  readonly buckets: number[][];
}

export class PieceBuckets {
  readonly #random: Random;
  /** By priority. */
  readonly #levels: (Level | undefined)[] = [];
  /** By piece: its priority, or OUT, which is no priority. */
  readonly #priorities: Uint8Array;
  readonly #ranks: Uint16Array | Int32Array;
  readonly #places: Uint16Array | Int32Array;

  constructor(pieceCount: number, random: Random) {
    this.#random = random;
    // Ranks are counts of peers or of pieces: for torrents of usual size half the memory is enough.
    const small = pieceCount < 0x10000;
    this.#priorities = new Uint8Array(pieceCount).fill(OUT);
    this.#ranks = small ? new Uint16Array(pieceCount) : new Int32Array(pieceCount);
    this.#places = small ? new Uint16Array(pieceCount) : new Int32Array(pieceCount);
  }

  /** Puts the piece where it belongs now. `priority`: 1 or more, higher is walked first; `rank`: 0 or more. */
  put(piece: number, priority: number, rank: number): void {
    assert(priority > 0 && priority < 256, 'buckets: priority');
    assert(rank >= 0 && rank < 0x10000, 'buckets: rank');
    if (this.#priorities[piece] === priority && this.#ranks[piece] === rank) return;
    this.remove(piece);
    const level = (this.#levels[priority] ??= { count: 0, buckets: [] });
    while (level.buckets.length <= rank) level.buckets.push([]);
    const bucket = level.buckets[rank]!;
    const place = this.#random.below(bucket.length + 1);
    const displaced = place === bucket.length ? piece : bucket[place]!;
    this.#places[displaced] = bucket.length;
    bucket.push(displaced);
    bucket[place] = piece;
    this.#places[piece] = place;
    this.#priorities[piece] = priority;
    this.#ranks[piece] = rank;
    level.count++;
  }

  /** Takes the piece out; nothing happens where it is out already. */
  remove(piece: number): void {
    const priority = this.#priorities[piece]!;
    if (priority === OUT) return;
    const level = this.#levels[priority]!;
    const bucket = level.buckets[this.#ranks[piece]!]!;
    const place = this.#places[piece]!;
    const last = bucket.pop()!;
    if (last !== piece) {
      bucket[place] = last;
      this.#places[last] = place;
    }
    this.#priorities[piece] = OUT;
    level.count--;
  }

  clear(): void {
    this.#levels.length = 0;
    this.#priorities.fill(OUT);
  }

  /**
   * Calls `visit` with the pieces in order, highest priority and lowest rank first, until it returns false. The visited
   * piece, and only that one, may be moved or removed meanwhile.
   */
  walk(visit: (piece: number) => boolean): void {
    for (let priority = this.#levels.length - 1; priority > 0; priority--) {
      const level = this.#levels[priority];
      if (level === undefined || level.count === 0) continue;
      for (const bucket of level.buckets) {
        let i = 0;
        while (i < bucket.length) {
          const piece = bucket[i]!;
          if (!visit(piece)) return;
          // A piece that left was replaced by one not yet seen.
          if (bucket[i] === piece) i++;
        }
      }
    }
  }
}
