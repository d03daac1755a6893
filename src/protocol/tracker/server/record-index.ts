/**
 * Finds records by a 32-bit hash: linear hashing, which grows by one bucket at a time, so that no insertion pays for all
 * that came before it.
 *
 * Chains run through the records' own `next` column, and their hash stands in `hash`. What hashes are equal and which
 * records are meant is the caller's to decide, by walking `first` and `next`. Buckets are halves of a split in turn: those
 * below `#split` have been split in this round. Never shrinks: it is as large as the crowd once was.
 */
import type { PeerPages } from './peer-pages.ts';
import { column, NONE } from './peer-pages.ts';

const FIRST_BUCKETS = 64;
/** Buckets in an array of them: arrays are added, never copied. */
const ROW_BITS = 12;
const ROW = 1 << ROW_BITS;

export class RecordIndex {
  readonly #pages: PeerPages;
  readonly #rows: Int32Array[] = [];
  #buckets = FIRST_BUCKETS;
  /** Buckets at the beginning of this round. */
  #round = FIRST_BUCKETS;
  #split = 0;
  #count = 0;

  constructor(pages: PeerPages) {
    this.#pages = pages;
    this.#rows.push(new Int32Array(ROW).fill(NONE));
  }

  /** The first record of the bucket of `hash`; the next ones are in the column `next`. Not all have that hash. */
  first(hash: number): number {
    const bucket = this.#bucketOf(hash);
    return this.#rows[bucket >> ROW_BITS]![bucket & (ROW - 1)]!;
  }

  add(record: number, hash: number): void {
    this.#pages.set(record, column.hash, hash);
    this.#push(this.#bucketOf(hash), record);
    if (++this.#count > this.#buckets) this.#grow();
  }

  remove(record: number): void {
    const pages = this.#pages;
    const bucket = this.#bucketOf(pages.get(record, column.hash));
    const row = this.#rows[bucket >> ROW_BITS]!;
    const next = pages.get(record, column.next);
    this.#count--;
    let at = row[bucket & (ROW - 1)]!;
    if (at === record) {
      row[bucket & (ROW - 1)] = next;
      return;
    }
    while (at !== NONE) {
      const after = pages.get(at, column.next);
      if (after === record) {
        pages.set(at, column.next, next);
        return;
      }
      at = after;
    }
  }

  #bucketOf(hash: number): number {
    const bucket = hash & (this.#round - 1);
    return bucket < this.#split ? hash & (2 * this.#round - 1) : bucket;
  }

  #push(bucket: number, record: number): void {
    const row = this.#rows[bucket >> ROW_BITS]!;
    this.#pages.set(record, column.next, row[bucket & (ROW - 1)]!);
    row[bucket & (ROW - 1)] = record;
  }

  /** Adds one bucket and moves to it what belongs there. */
  #grow(): void {
    const fresh = this.#buckets++;
    if ((fresh & (ROW - 1)) === 0) this.#rows.push(new Int32Array(ROW).fill(NONE));
    const row = this.#rows[this.#split >> ROW_BITS]!;
    let at = row[this.#split & (ROW - 1)]!;
    row[this.#split & (ROW - 1)] = NONE;
    this.#split++;
    if (this.#split === this.#round) {
      this.#round *= 2;
      this.#split = 0;
    }
    while (at !== NONE) {
      const next = this.#pages.get(at, column.next);
      this.#push(this.#bucketOf(this.#pages.get(at, column.hash)), at);
      at = next;
    }
  }
}
