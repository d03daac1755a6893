/**
 * One file of a memory disk: bytes in pages, and what of them a power cut would leave.
 *
 * Invariants: a page is held only where somebody wrote; between pages, and up to the size, a file reads as zeros; bytes
 * beyond the size are zeros also in the pages. For each page that was changed since the last sync, what it was then is
 * kept. A file that is not `linked` has lost its name: it works on, and its pages are not counted any more.
 */
import { copyOf } from '../../../core/index.ts';
import type { Random, StoreFault } from '../../../core/index.ts';
import { PAGE_BYTES, SECTOR_BYTES } from './disk-page.ts';
import type { DiskDevice } from './disk-device.ts';

/** A page that was never written. */
const ZEROS = new Uint8Array(PAGE_BYTES);

export class DiskFile {
  linked = true;
  size = 0;
  readonly #device: DiskDevice;
  readonly #pages = new Map<number, Uint8Array>();
  /** Pages that are views of bytes that are not ours: copied before the first change. */
  readonly #borrowed = new Set<number>();
  /** What changed pages were at the last sync; null: not there. */
  readonly #before = new Map<number, Uint8Array | null>();
  /** The size at the last sync; -1: not even the name would survive. */
  #syncedSize = -1;

  constructor(device: DiskDevice) {
    this.#device = device;
  }

  /** Writes as far as there is room; growing leaves a hole. */
  write(offset: number, data: Uint8Array): StoreFault | null {
    for (let at = 0; at < data.length;) {
      const index = Math.floor((offset + at) / PAGE_BYTES);
      const within = offset + at - index * PAGE_BYTES;
      const length = Math.min(data.length - at, PAGE_BYTES - within);
      const page = this.#writable(index);
      if (page === null) return 'full';
      page.set(data.subarray(at, at + length), within);
      at += length;
      this.size = Math.max(this.size, offset + at);
    }
    return null;
  }

  /**
   * Holds `data`, which nobody may write to, from the beginning of an empty file, without a copy. False, and nothing
   * done: there is no room.
   */
  borrow(data: Uint8Array): boolean {
    const count = Math.ceil(data.length / PAGE_BYTES);
    if (this.linked && !this.#device.take(count * PAGE_BYTES)) return false;
    for (let index = 0; index < count; index++) {
      const page = data.subarray(index * PAGE_BYTES, (index + 1) * PAGE_BYTES);
      if (page.length < PAGE_BYTES) {
        const padded = new Uint8Array(PAGE_BYTES);
        padded.set(page);
        this.#pages.set(index, padded);
      } else {
        this.#pages.set(index, page);
        this.#borrowed.add(index);
      }
    }
    this.size = data.length;
    return true;
  }

  /** Collects views of the pages under the range, holes as zeros; false where the file ends before it does. */
  views(offset: number, length: number, into: Uint8Array[]): boolean {
    if (offset + length > this.size) return false;
    for (let at = 0; at < length;) {
      const index = Math.floor((offset + at) / PAGE_BYTES);
      const within = offset + at - index * PAGE_BYTES;
      const take = Math.min(length - at, PAGE_BYTES - within);
      into.push((this.#pages.get(index) ?? ZEROS).subarray(within, within + take));
      at += take;
    }
    return true;
  }

  sync(): void {
    this.#before.clear();
    this.#syncedSize = this.size;
  }

  /** Cut from outside, for good. */
  cut(length: number): void {
    this.#shorten(length);
    for (const [index, before] of this.#before) {
      const start = index * PAGE_BYTES;
      if (start >= length) this.#before.delete(index);
      else if (start + PAGE_BYTES > length) before?.fill(0, length - start);
    }
    if (this.#syncedSize > length) this.#syncedSize = length;
  }

  /** Its name is gone. */
  unlink(): void {
    if (!this.linked) return;
    this.#device.give(this.#pages.size * PAGE_BYTES);
    this.linked = false;
  }

  /** The power fails: each unsynced page and the size are kept, lost or torn. False: the whole file was lost. */
  powerCut(random: Random): boolean {
    if (this.#syncedSize < 0 && random.below(3) === 0) {
      this.unlink();
      return false;
    }
    const old = Math.max(this.#syncedSize, 0);
    for (const [index, before] of this.#before) this.#cutPage(index, before, random);
    const size = sizeAfter(old, this.size, random);
    if (size < this.size) this.#shorten(size);
    this.size = size;
    this.sync();
    return true;
  }

  #cutPage(index: number, before: Uint8Array | null, random: Random): void {
    const page = this.#own(index);
    const fate = random.below(3);
    if (page === undefined || fate === 0) return;
    if (fate === 1) {
      if (before === null) this.#drop(index);
      else this.#pages.set(index, before);
      return;
    }
    const used = Math.min(Math.max(this.size, this.#syncedSize) - index * PAGE_BYTES, PAGE_BYTES);
    const sectors = Math.ceil(used / SECTOR_BYTES);
    if (sectors < 2) return;
    const at = (1 + random.below(sectors - 1)) * SECTOR_BYTES;
    const old = before ?? ZEROS;
    if (random.below(2) === 0) page.set(old.subarray(at), at);
    else page.set(old.subarray(0, at), 0);
  }

  #writable(index: number): Uint8Array | null {
    const known = this.#pages.get(index);
    if (known === undefined) {
      if (this.linked && !this.#device.take(PAGE_BYTES)) return null;
      const page = new Uint8Array(PAGE_BYTES);
      this.#pages.set(index, page);
      if (!this.#before.has(index)) this.#before.set(index, null);
      return page;
    }
    if (!this.#before.has(index)) this.#before.set(index, copyOf(known));
    return this.#own(index)!;
  }

  /** The page, which may be changed. */
  #own(index: number): Uint8Array | undefined {
    const page = this.#pages.get(index);
    if (page === undefined || !this.#borrowed.delete(index)) return page;
    const own = copyOf(page);
    this.#pages.set(index, own);
    return own;
  }

  #shorten(length: number): void {
    if (length >= this.size) return;
    for (const index of [...this.#pages.keys()]) {
      const start = index * PAGE_BYTES;
      if (start >= length) this.#drop(index);
      else if (start + PAGE_BYTES > length) this.#own(index)?.fill(0, length - start);
    }
    this.size = length;
  }

  #drop(index: number): void {
    this.#borrowed.delete(index);
    if (this.#pages.delete(index) && this.linked) this.#device.give(PAGE_BYTES);
  }
}

/** How long a file is after a power cut: as it was at its last sync, as it is, or in between. */
function sizeAfter(old: number, now: number, random: Random): number {
  switch (random.below(3)) {
    case 0:
      return now;
    case 1:
      return old;
    default: {
      const pages = Math.floor((now - old) / PAGE_BYTES);
      return pages > 0 ? old + random.below(pages + 1) * PAGE_BYTES : old;
    }
  }
}
