/**
 * Reads a page where one block is asked for: whoever wants a block wants its neighbours next, and a call to the file
 * system costs more than the bytes of a page.
 *
 * A page lies inside one part of the store, so it holds no other piece than those of its part. Invariants: each read is
 * answered once; a page answers only while nothing was written to it since it was read (`written`); loaded pages are
 * bounded by `PageMemory`, which owns their buffers. A page of which every byte was given out is dropped: the system has it
 * still, and its buffer is warmer for the next page than any other. A page that cannot be read whole (a file still growing) is read block
 * by block instead.
 */
import type { PageMemory } from './page-memory.ts';
import type { PendingRead, ReadMerger } from './read-merger.ts';

export interface Paging {
  /** Bytes of a page; 0: none, every read is its own. */
  readonly pageBytes: number;
  /** Bytes of a part: pages begin anew with each. */
  readonly partBytes: number;
  /** Bytes of the store. */
  readonly length: number;
  readonly memory: PageMemory;
}

class Page {
  readonly start: number;
  readonly buffer: Uint8Array;
  loaded = false;
  /** Bytes given out. */
  given = 0;
  waiting: PendingRead[] = [];
  readonly #pages: Map<number, Page>;

  constructor(start: number, buffer: Uint8Array, pages: Map<number, Page>) {
    this.start = start;
    this.buffer = buffer;
    this.#pages = pages;
    pages.set(start, this);
  }

  get current(): boolean {
    return this.#pages.get(this.start) === this;
  }

  get spent(): boolean {
    return this.given >= this.buffer.length;
  }

  drop(): void {
    if (this.current) this.#pages.delete(this.start);
  }
}

export class ReadAhead {
  readonly #merger: ReadMerger;
  readonly #paging: Paging;
  /** Pages by their first byte: loaded, or being loaded. */
  readonly #pages = new Map<number, Page>();

  constructor(merger: ReadMerger, paging: Paging) {
    this.#merger = merger;
    this.#paging = paging;
  }

  add(read: PendingRead): void {
    const start = this.#pageStart(read.offset);
    const bytes = this.#pageBytesAt(start);
    if (read.offset + read.length > start + bytes) {
      this.#merger.add(read); // no page, or over the edge of one
      return;
    }
    const page = this.#pages.get(start);
    if (page === undefined) {
      this.#load(new Page(start, this.#paging.memory.take(bytes), this.#pages), read);
    } else if (!page.loaded) {
      page.waiting.push(read);
    } else {
      this.#paging.memory.touch(page);
      this.#answer(page, read);
      if (page.spent) this.#discard(page);
    }
  }

  /** The turn is over, or something is about to be written: start what was held back. */
  start(): void {
    this.#merger.start();
  }

  /** Bytes were written: pages that lie there are out of date for every read that comes from now on. */
  written(start: number, end: number): void {
    if (this.#pages.size === 0) return;
    let at = this.#pageStart(start);
    while (at < end) {
      const bytes = this.#pageBytesAt(at);
      if (bytes === 0) return;
      const page = this.#pages.get(at);
      if (page !== undefined) this.#discard(page);
      at += bytes;
    }
  }

  /** The store closes. */
  dropAll(): void {
    for (const page of [...this.#pages.values()]) this.#discard(page);
  }

  #load(page: Page, first: PendingRead): void {
    const { memory } = this.#paging;
    page.waiting.push(first);
    const taken = (): PendingRead[] => page.waiting.splice(0);
    this.#merger.add({
      offset: page.start,
      length: page.buffer.length,
      into: page.buffer,
      done: (data) => {
        if (data === null) return; // `instead` has been asked
        page.loaded = true;
        for (const read of taken()) this.#answer(page, read);
        if (page.spent) page.drop();
        if (page.current) memory.keep(page);
        else memory.retire(page.buffer);
      },
      instead: () => {
        page.drop();
        memory.retire(page.buffer);
        return taken();
      },
    });
  }

  #answer(page: Page, { offset, length, done }: PendingRead): void {
    page.given += length;
    this.#paging.memory.lend(page.buffer);
    done(page.buffer.subarray(offset - page.start, offset - page.start + length), null);
  }

  #discard(page: Page): void {
    page.drop();
    this.#paging.memory.forget(page);
  }

  #pageStart(offset: number): number {
    const { pageBytes, partBytes } = this.#paging;
    if (pageBytes === 0) return offset;
    const within = offset % partBytes;
    return offset - within + (within - (within % pageBytes));
  }

  #pageBytesAt(start: number): number {
    const { pageBytes, partBytes, length } = this.#paging;
    const partEnd = start - (start % partBytes) + partBytes;
    return Math.min(pageBytes, partEnd - start, length - start);
  }
}
