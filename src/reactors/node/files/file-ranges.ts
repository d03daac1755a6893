/**
 * Reads, writes and syncs ranges of a store on its files, one system call per file where the system allows.
 *
 * Invariants: a read fills every byte it returns or fails; padding reads as zeros and is never written; a file is
 * never cut or filled up; what belongs to a file that is not wanted goes where `FileSelection` says. It keeps no order
 * among its jobs; `RangeOrder` does.
 */
import { fstat, fsync } from 'node:fs';
import type { Stats } from 'node:fs';
import { promisify } from 'node:util';
import type { StoreFile } from '../../../core/index.ts';
import { codeOf, StoreFailure, storeFaultOf } from '../faults.ts';
import { readFully, writeFully } from './file-io.ts';
import { FileLayout } from './file-layout.ts';
import type { FileSpan } from './file-layout.ts';
import { isPinned, PooledFile } from './file-pool.ts';
import type { FilePin, FilePool } from './file-pool.ts';
import { FileSelection } from './file-selection.ts';
import { PartFile } from './part-file.ts';
import { plainBytes } from '../plain-bytes.ts';
import { callBytesMaxOf } from './write-calls.ts';

const syncFile: (fd: number) => Promise<void> = promisify(fsync);
/** The file's state by its descriptor. */
export const statFile: (fd: number) => Promise<Stats> = promisify(fstat);

/** The files of one store. */
export class FileRanges {
  readonly layout: FileLayout;
  readonly files: readonly PooledFile[];
  readonly #pool: FilePool;
  readonly #parts: PartFile;
  readonly #selection: FileSelection;
  /** Indexes of the files of no length. */
  readonly #empty: readonly number[];
  readonly #unsynced = new Set<PooledFile>();
  /** Files that were hashed and not written here: another process may have written them and died before its sync. */
  readonly #hashed = new Set<PooledFile>();
  #emptyMade: Promise<void> | null = null;
  /** Of one call of a write, once it is known. */
  #callBytesMax: number | null = null;

  /** `unitBytes`: in which the store will be filled, see `PartFile`. */
  constructor(root: string, files: readonly StoreFile[], unitBytes: number, pool: FilePool) {
    this.layout = new FileLayout(files);
    this.files = files.map((file) => new PooledFile(root, file.path));
    this.#empty = [...files.keys()].filter((i) => files[i]!.length === 0 && !files[i]!.padding);
    this.#pool = pool;
    const name = files.find((file) => !file.padding)?.path[0] ?? '';
    this.#parts = new PartFile(root, name, unitBytes, this.layout.length, pool);
    this.#selection = new FileSelection(files, this.files, this.layout, this.#parts, {
      write: (file, fileOffset, data) => this.#writeFile(this.files[file]!, fileOffset, data),
      sync: (file) => this.#syncWritten(this.files[file]!),
    });
  }

  /** Writes `data` at `offset`. The first write makes the empty files as well. */
  async write(offset: number, data: Uint8Array): Promise<void> {
    await this.makeEmptyFiles();
    for (const span of this.layout.spans(offset, data.length)) {
      if (span.padding) continue;
      const bytes = data.subarray(span.at, span.at + span.length);
      if (this.isAside(span)) await this.#writeAside(offset + span.at, bytes);
      else await this.#writeFile(this.files[span.file]!, span.fileOffset, bytes);
    }
  }

  /** Whether the bytes are in the part file and not in their own. */
  isAside(span: FileSpan): boolean {
    return !span.padding && this.#selection.isSkipped(span.file);
  }

  /** One byte per file, 0: not wanted. Nothing may be under way. Makes the files of no length that are wanted. */
  async select(wanted: Uint8Array): Promise<void> {
    await this.#selection.select(wanted);
    this.#emptyMade = null;
    if (!(await this.#emptyExist())) await this.makeEmptyFiles();
  }

  /** As if all had just been selected, for a store that is not told otherwise; but makes nothing. */
  async restore(): Promise<void> {
    await this.#selection.restore();
  }

  /** The bytes at `offset`; fails as `missing` where a file is absent or short. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const data = plainBytes(Buffer.allocUnsafe(length)); // filled, or thrown away
    await this.readInto(offset, data);
    return data;
  }

  /** Fills `data` with the bytes at `offset`, all of it, or fails as `missing` where a file is absent or short. */
  async readInto(offset: number, data: Uint8Array): Promise<void> {
    const spans = this.layout.spans(offset, data.length);
    for (const span of spans) {
      if (!this.isAside(span) || this.#parts.has(offset + span.at, span.length)) continue;
      throw new StoreFailure('missing');
    }
    for (const span of spans) {
      const target = data.subarray(span.at, span.at + span.length);
      if (span.padding) {
        target.fill(0);
        continue;
      }
      if (this.isAside(span)) {
        await this.#parts.read(offset + span.at, target);
        continue;
      }
      const pin = await this.#pool.pin(this.files[span.file]!, 'read');
      try {
        await readFully(pin.fd, target, span.fileOffset);
      } finally {
        this.#pool.unpin(pin);
      }
    }
  }

  /** This was hashed: a sync that follows vouches for it. */
  hashed(span: FileSpan): void {
    if (span.padding) return;
    this.#hashed.add(this.isAside(span) ? this.#parts.file : this.files[span.file]!);
  }

  /**
   * What was written or hashed is on the device, so that what was found right and synced stays right. A file that was
   * written and then deleted underneath is `missing`.
   */
  async sync(): Promise<void> {
    if (this.#unsynced.size > 0 || this.layout.length === 0) await this.makeEmptyFiles();
    for (const file of [...this.#unsynced]) await this.#syncWritten(file);
    for (const file of [...this.#hashed]) await this.#syncHashed(file);
  }

  async #syncWritten(file: PooledFile): Promise<void> {
    this.#unsynced.delete(file);
    this.#hashed.delete(file);
    try {
      await this.#syncOne(file, true);
    } catch (error) {
      // What was in the part file is in its place by now, and on the device (`FileSelection`).
      if (file === this.#parts.file && this.#parts.isEmpty) return;
      this.#unsynced.add(file);
      throw error;
    }
  }

  async #syncOne(file: PooledFile, linked: boolean): Promise<void> {
    // For reading, so that a file that was deleted meanwhile is not made anew; Windows syncs only what it may write.
    const pin = await this.#pool.pin(file, process.platform === 'win32' ? 'write' : 'read');
    try {
      await syncFile(pin.fd);
      if (linked) await this.#checkLinked(file, pin);
    } finally {
      this.#pool.unpin(pin);
    }
  }

  /** What cannot be opened or written any more has nothing of ours that could still be lost. */
  async #syncHashed(file: PooledFile): Promise<void> {
    this.#hashed.delete(file);
    try {
      await this.#syncOne(file, false);
    } catch (error) {
      const fault = storeFaultOf(error);
      if (fault !== 'missing' && fault !== 'denied' && codeOf(error) !== 'EINVAL') throw error;
    }
  }

  /** Makes the files of no length, once. */
  makeEmptyFiles(): Promise<void> {
    this.#emptyMade ??= this.#makeEmpty().catch((error: unknown) => {
      this.#emptyMade = null;
      throw error;
    });
    return this.#emptyMade;
  }

  async close(): Promise<void> {
    // Of a hundred thousand files a few are open.
    for (const file of this.files) if (isPinned(file)) await this.#pool.evict(file);
    await this.#pool.evict(this.#parts.file);
  }

  async #makeEmpty(): Promise<void> {
    for (const i of this.#empty) {
      if (!this.#selection.isWanted(i)) continue;
      this.#pool.unpin(await this.#pool.pin(this.files[i]!, 'write'));
    }
  }

  /** Whether there is nothing to make: a disk that cannot be written may well be complete. */
  async #emptyExist(): Promise<boolean> {
    for (const i of this.#empty) {
      if (!this.#selection.isWanted(i)) continue;
      try {
        this.#pool.unpin(await this.#pool.pin(this.files[i]!, 'read'));
      } catch {
        return false;
      }
    }
    return true;
  }

  async #writeFile(file: PooledFile, fileOffset: number, data: Uint8Array): Promise<void> {
    const pin = await this.#pool.pin(file, 'write');
    try {
      this.#callBytesMax ??= await callBytesMaxOf(file.root);
      await writeFully(pin.fd, data, fileOffset, this.#callBytesMax);
    } finally {
      // Only now: a sync that is under way began before these bytes, and vouches for none of them.
      this.#unsynced.add(file);
      this.#pool.unpin(pin);
    }
  }

  async #writeAside(offset: number, data: Uint8Array): Promise<void> {
    try {
      await this.#parts.write(offset, data);
    } finally {
      this.#unsynced.add(this.#parts.file); // as in #writeFile
    }
  }

  async #checkLinked(file: PooledFile, pin: FilePin): Promise<void> {
    if ((await statFile(pin.fd)).nlink > 0) return;
    void this.#pool.evict(file);
    throw new StoreFailure('missing');
  }
}
