/**
 * The memory of all pages that stores have read ahead: its bound, its age, and its buffers, which are used again.
 *
 * A buffer that is made anew for every page costs more than reading the page: the collector runs over the whole heap for
 * every few dozens of megabytes that lie outside of it. So each page knows how many views of it were handed out (`lent`)
 * and how many of these a transport has sent (`sent`); one that is no longer kept and has none outside is used again.
 * Whoever keeps a view for itself, and writes it to no transport, keeps the page: it is never used again, and the collector
 * takes it when the view is gone.
 *
 * Invariants: kept pages hold at most `bytesMax`, the least recently used goes first; a buffer is spare only while no view
 * of it is outside and no page is in it.
 */

/** A page that is kept until it is dropped. */
export interface Droppable {
  readonly buffer: Uint8Array;
  drop(): void;
}

/** A buffer that came from here, while anybody knows it. */
interface Lent {
  readonly buffer: Uint8Array;
  views: number;
  /** A page is in it. */
  used: boolean;
}

/** Smaller writes are no blocks: not worth a look. */
const viewBytesMin = 1024;
/** Part of `bytesMax` that may lie spare. */
const spareShare = 4;

export class PageMemory {
  readonly #bytesMax: number;
  readonly #pageBytes: number;
  /** Least recently used first. */
  readonly #pages = new Set<Droppable>();
  readonly #lent = new WeakMap<ArrayBufferLike, Lent>();
  readonly #spare: Lent[] = [];
  #newest: Droppable | null = null;
  #bytes = 0;
  #made = 0;

  /** `pageBytes`: the length of a whole page; shorter ones are not used again. */
  constructor(bytesMax: number, pageBytes: number) {
    this.#bytesMax = bytesMax;
    this.#pageBytes = pageBytes;
  }

  /** Bytes of kept pages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Buffers of a whole page that were ever made. */
  get made(): number {
    return this.#made;
  }

  /** A buffer for a page: of old bytes or zeros. It is in use until `retire`. */
  take(bytes: number): Uint8Array {
    if (bytes !== this.#pageBytes) return new Uint8Array(bytes);
    const spare = this.#spare.pop();
    if (spare !== undefined) {
      spare.used = true;
      return spare.buffer;
    }
    this.#made++;
    const buffer = new Uint8Array(bytes);
    this.#lent.set(buffer.buffer, { buffer, views: 0, used: true });
    return buffer;
  }

  /** No page is in the buffer any more. */
  retire(buffer: Uint8Array): void {
    const lent = this.#lent.get(buffer.buffer);
    if (lent?.used !== true) return;
    lent.used = false;
    this.#reuse(lent);
  }

  /** A view of the buffer was handed out. */
  lend(buffer: Uint8Array): void {
    const lent = this.#lent.get(buffer.buffer);
    if (lent !== undefined) lent.views++;
  }

  /** A transport has sent these bytes, and needs them no more. */
  sent(data: Uint8Array): void {
    if (data.length < viewBytesMin) return;
    const lent = this.#lent.get(data.buffer);
    if (lent === undefined || lent.views === 0) return;
    lent.views--;
    this.#reuse(lent);
  }

  /** Keeps a page, and drops others until there is room for it. */
  keep(page: Droppable): void {
    this.#pages.add(page);
    this.#newest = page;
    this.#bytes += page.buffer.length;
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
    if (!this.#pages.delete(page)) return;
    this.#bytes -= page.buffer.length;
    this.retire(page.buffer);
  }

  #reuse(lent: Lent): void {
    if (lent.used || lent.views > 0) return;
    if ((this.#spare.length + 1) * this.#pageBytes > this.#bytesMax / spareShare) {
      this.#lent.delete(lent.buffer.buffer);
    } else {
      this.#spare.push(lent);
    }
  }
}
