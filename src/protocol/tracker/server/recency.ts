/**
 * The order in which peers of one family were heard last: a list through the records themselves, the longest silent first.
 * All of it is O(1); it knows neither clock nor torrents.
 */
import type { PeerPages } from './peer-pages.ts';
import { column, NONE } from './peer-pages.ts';

export class Recency {
  readonly #pages: PeerPages;
  #newest = NONE;
  /** Who has been silent longest, or `NONE`. */
  oldest: number = NONE;

  constructor(pages: PeerPages) {
    this.#pages = pages;
  }

  add(record: number): void {
    this.#pages.set(record, column.older, this.#newest);
    this.#pages.set(record, column.newer, NONE);
    if (this.#newest === NONE) this.oldest = record;
    else this.#pages.set(this.#newest, column.newer, record);
    this.#newest = record;
  }

  remove(record: number): void {
    const older = this.#pages.get(record, column.older);
    const newer = this.#pages.get(record, column.newer);
    if (older === NONE) this.oldest = newer;
    else this.#pages.set(older, column.newer, newer);
    if (newer === NONE) this.#newest = older;
    else this.#pages.set(newer, column.older, older);
  }
}
