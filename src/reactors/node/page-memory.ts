/**
 * The memory of all pages that stores have read ahead, bounded: the page that was used least recently goes first.
 *
 * Knows sizes and ages only; a page that is dropped here is still whole for whoever holds a view of it.
 */

/** Something that can be let go of. */
export interface Droppable {
  readonly bytes: number;
  drop(): void;
}

export class PageMemory {
  readonly #bytesMax: number;
  /** Least recently used first. */
  readonly #pages = new Set<Droppable>();
  #newest: Droppable | null = null;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a page, and drops others until there is room for it. */
  keep(page: Droppable): void {
    this.#pages.add(page);
    this.#newest = page;
    this.#bytes += page.bytes;
    for (const oldest of this.#pages) {
      if (this.#bytes <= this.#bytesMax) return;
      oldest.drop();
      this.forget(oldest);
    }
  }

  /** The page was used. */
  touch(page: Droppable): void {
    if (page === this.#newest || !this.#pages.delete(page)) return;
    this.#pages.add(page);
    this.#newest = page;
  }

  /** The page is gone for other reasons. */
  forget(page: Droppable): void {
    if (this.#pages.delete(page)) this.#bytes -= page.bytes;
  }
}
