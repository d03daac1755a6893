/**
 * The part file of a store: where bytes are kept that belong to files which are not wanted and do not exist, because a
 * wanted file shares their piece. One hidden file beside the content, `.NAME.parts`, made when it is first needed.
 *
 * The store is cut into units of one extent; each unit that holds something has a slot of a unit's length, so that the
 * file is as long as what is in it and not as long as the torrent. On disk: a mark, the length of a unit and of the
 * store, then per unit the number of its slot plus one in four bytes, 0 for none, then the slots.
 *
 * Invariants: no two units have one slot; the table names a slot only after bytes of it were written. A table that does
 * not hold to that (a torn write, a stranger) is read as far as it does: whoever asks hashes what he gets. A file
 * that is not a part file of this layout is never written to. Keeps no order among its jobs.
 */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, StoreFailure } from '../faults.ts';
import { readFully, readSome, writeFully } from './file-io.ts';
import { PooledFile } from './file-pool.ts';
import type { FilePin, FilePool } from './file-pool.ts';
import { PART_HEADER_BYTES, partFileName, partHeader } from './part-file-mark.ts';
import { callBytesUsual } from './write-calls.ts';

const ENTRY_BYTES = 4;
/** Slots begin on a page. */
const PAGE_BYTES = 4096;

/** A stretch of one unit. */
interface Stretch {
  readonly unit: number;
  /** Where it begins in its unit. */
  readonly within: number;
  readonly length: number;
  /** Where it lies in the range. */
  readonly at: number;
}

export class PartFile {
  readonly file: PooledFile;
  readonly #pool: FilePool;
  readonly #unitBytes: number;
  readonly #length: number;
  readonly #units: number;
  readonly #slots = new Map<number, number>();
  readonly #free: number[] = [];
  /** Slots that were ever given. */
  #end = 0;
  #loaded: Promise<void> | null = null;
  /** The header is on disk, or being written. */
  #begun: Promise<void> | null = null;

  /** `name`: of the content beside which it lies. */
  constructor(root: string, name: string, unitBytes: number, length: number, pool: FilePool) {
    this.file = new PooledFile(root, [partFileName(name)]);
    this.#unitBytes = unitBytes;
    this.#length = length;
    this.#units = Math.ceil(length / unitBytes);
    this.#pool = pool;
  }

  /** Units that hold something, in no order. After `load`. */
  get units(): Iterable<number> {
    return this.#slots.keys();
  }

  get isEmpty(): boolean {
    return this.#slots.size === 0;
  }

  /** The range of the store that a unit covers. */
  rangeOf(unit: number): { readonly start: number; readonly end: number } {
    const start = unit * this.#unitBytes;
    return { start, end: Math.min(start + this.#unitBytes, this.#length) };
  }

  /** Finds out what an earlier run has left, once. Rejects as `denied` where the file is somebody else's. */
  load(): Promise<void> {
    this.#loaded ??= this.#load().catch((error: unknown) => {
      this.#loaded = null;
      throw error;
    });
    return this.#loaded;
  }

  /** Whether some bytes of every unit of the range are here. */
  has(offset: number, length: number): boolean {
    return this.#stretches(offset, length).every(({ unit }) => this.#slots.has(unit));
  }

  /** Fills `target` with what is kept for `offset` of the store; fails as `missing` where nothing is. */
  async read(offset: number, target: Uint8Array): Promise<void> {
    await this.load();
    if (!this.has(offset, target.length)) throw new StoreFailure('missing');
    await this.#pinned('read', async (fd) => {
      for (const { unit, within, length, at } of this.#stretches(offset, target.length)) {
        const place = this.#placeOf(this.#slots.get(unit)!) + within;
        await readFully(fd, target.subarray(at, at + length), place);
      }
    });
  }

  /** Reads from one unit as much of `target` as was ever written, and returns how much: the rest of a slot may be missing. */
  async readSome(offset: number, target: Uint8Array): Promise<number> {
    const unit = Math.floor(offset / this.#unitBytes);
    const slot = this.#slots.get(unit);
    if (slot === undefined) return 0;
    const place = this.#placeOf(slot) + offset - unit * this.#unitBytes;
    let length = 0;
    await this.#pinned('read', async (fd) => {
      length = await readSome(fd, target, place);
    });
    return length;
  }

  async write(offset: number, data: Uint8Array): Promise<void> {
    await this.load();
    await this.#pinned('write', async (fd) => {
      this.#begun ??= this.#begin(fd);
      await this.#begun;
      for (const { unit, within, length, at } of this.#stretches(offset, data.length)) {
        const known = this.#slots.get(unit);
        const slot = known ?? this.#free.pop() ?? this.#end++;
        this.#slots.set(unit, slot);
        await writeFully(
          fd,
          data.subarray(at, at + length),
          this.#placeOf(slot) + within,
          callBytesUsual,
        );
        if (known === undefined) await this.#enter(fd, unit, slot + 1);
      }
    });
  }

  /** Nobody needs these units any more. The last one takes the file with it. */
  async drop(units: readonly number[]): Promise<void> {
    if (units.length === 0) return;
    if (units.length === this.#slots.size) {
      await this.#remove();
      return;
    }
    await this.#pinned('write', async (fd) => {
      for (const unit of units) {
        await this.#enter(fd, unit, 0);
        this.#free.push(this.#slots.get(unit)!);
        this.#slots.delete(unit);
      }
    });
  }

  async #load(): Promise<void> {
    let pin: FilePin;
    try {
      pin = await this.#pool.pin(this.file, 'read');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    try {
      const table = new Uint8Array(this.#units * ENTRY_BYTES);
      const header = new Uint8Array(PART_HEADER_BYTES);
      await readFully(pin.fd, header, 0);
      if (!partHeader(this.#unitBytes, this.#length).every((byte, i) => byte === header[i]))
        throw new StoreFailure('denied');
      await readFully(pin.fd, table, PART_HEADER_BYTES);
      this.#begun = Promise.resolve();
      this.#understand(new DataView(table.buffer));
    } catch (error) {
      // Shorter than a table: it was being made when the power went. Nothing is in it.
      if (!(error instanceof StoreFailure) || error.fault !== 'missing') throw error;
    } finally {
      this.#pool.unpin(pin);
    }
  }

  #understand(table: DataView): void {
    const taken = new Set<number>();
    for (let unit = 0; unit < this.#units; unit++) {
      const slot = table.getUint32(unit * ENTRY_BYTES) - 1;
      if (slot < 0 || slot >= this.#units || taken.has(slot)) continue;
      taken.add(slot);
      this.#slots.set(unit, slot);
      this.#end = Math.max(this.#end, slot + 1);
    }
    for (let slot = 0; slot < this.#end; slot++) if (!taken.has(slot)) this.#free.push(slot);
  }

  /** Makes header and table, the table empty. */
  async #begin(fd: number): Promise<void> {
    try {
      await this.#writeEmpty(fd);
    } catch (error) {
      this.#begun = null;
      throw error;
    }
  }

  async #writeEmpty(fd: number): Promise<void> {
    await writeFully(
      fd,
      new Uint8Array(this.#units * ENTRY_BYTES),
      PART_HEADER_BYTES,
      callBytesUsual,
    );
    await writeFully(fd, partHeader(this.#unitBytes, this.#length), 0, callBytesUsual);
  }

  #enter(fd: number, unit: number, entry: number): Promise<void> {
    const bytes = new Uint8Array(ENTRY_BYTES);
    new DataView(bytes.buffer).setUint32(0, entry);
    return writeFully(fd, bytes, PART_HEADER_BYTES + unit * ENTRY_BYTES, callBytesUsual);
  }

  async #remove(): Promise<void> {
    // First, so that whoever finds it gone finds nothing missing.
    this.#slots.clear();
    this.#free.length = 0;
    this.#end = 0;
    this.#begun = null;
    await this.#pool.evict(this.file);
    await unlink(join(this.file.root, ...this.file.path));
  }

  #placeOf(slot: number): number {
    const table = PART_HEADER_BYTES + this.#units * ENTRY_BYTES;
    return Math.ceil(table / PAGE_BYTES) * PAGE_BYTES + slot * this.#unitBytes;
  }

  async #pinned(mode: 'read' | 'write', use: (fd: number) => Promise<void>): Promise<void> {
    const pin = await this.#pool.pin(this.file, mode);
    try {
      await use(pin.fd);
    } finally {
      this.#pool.unpin(pin);
    }
  }

  #stretches(offset: number, length: number): Stretch[] {
    const stretches: Stretch[] = [];
    for (let at = 0; at < length;) {
      const unit = Math.floor((offset + at) / this.#unitBytes);
      const within = offset + at - unit * this.#unitBytes;
      const take = Math.min(this.#unitBytes - within, length - at);
      stretches.push({ unit, within, length: take, at });
      at += take;
    }
    return stretches;
  }
}
