/**
 * Reads, writes and syncs ranges of a store on its files, one system call per file where the system allows.
 *
 * Invariants: a read fills every byte it returns or fails; padding reads as zeros and is never written; a file is
 * never cut or filled up. It keeps no order among its jobs; `RangeOrder` does.
 */
import { fstat, fsync, read, write } from 'node:fs';
import type { Stats } from 'node:fs';
import { promisify } from 'node:util';
import type { StoreFile } from '../../core/index.ts';
import { StoreFailure } from './faults.ts';
import { FileLayout } from './file-layout.ts';
import { PooledFile } from './file-pool.ts';
import type { FilePin, FilePool } from './file-pool.ts';
import { plainBytes } from './plain-bytes.ts';

const syncFile: (fd: number) => Promise<void> = promisify(fsync);
/** The file's state by its descriptor. */
export const statFile: (fd: number) => Promise<Stats> = promisify(fstat);

/** The files of one store. */
export class FileRanges {
  readonly layout: FileLayout;
  readonly files: readonly PooledFile[];
  readonly #pool: FilePool;
  readonly #empty: readonly PooledFile[];
  readonly #unsynced = new Set<PooledFile>();
  #emptyMade: Promise<void> | null = null;

  constructor(root: string, files: readonly StoreFile[], pool: FilePool) {
    this.layout = new FileLayout(files);
    this.files = files.map((file) => new PooledFile(root, file.path));
    this.#empty = this.files.filter((_, i) => files[i]!.length === 0 && !files[i]!.padding);
    this.#pool = pool;
  }

  /** Writes `data` at `offset`. The first write makes the empty files as well. */
  async write(offset: number, data: Uint8Array): Promise<void> {
    await this.makeEmptyFiles();
    for (const span of this.layout.spans(offset, data.length)) {
      if (span.padding) continue;
      const file = this.files[span.file]!;
      const pin = await this.#pool.pin(file, 'write');
      try {
        this.#unsynced.add(file);
        await writeFully(pin.fd, data.subarray(span.at, span.at + span.length), span.fileOffset);
      } finally {
        this.#pool.unpin(pin);
      }
    }
  }

  /** The bytes at `offset`; fails as `missing` where a file is absent or short. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const data = plainBytes(Buffer.allocUnsafe(length)); // filled, or thrown away
    await this.readInto(offset, data);
    return data;
  }

  /** Fills `data` with the bytes at `offset`, all of it, or fails as `missing` where a file is absent or short. */
  async readInto(offset: number, data: Uint8Array): Promise<void> {
    for (const span of this.layout.spans(offset, data.length)) {
      const target = data.subarray(span.at, span.at + span.length);
      if (span.padding) {
        target.fill(0);
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

  /** What was written is on the device. A file that was deleted underneath is `missing`. */
  async sync(): Promise<void> {
    if (this.#unsynced.size > 0 || this.layout.length === 0) await this.makeEmptyFiles();
    for (const file of [...this.#unsynced]) {
      // For reading, so that a file that was deleted meanwhile is not made anew; Windows syncs only what it may write.
      const pin = await this.#pool.pin(file, process.platform === 'win32' ? 'write' : 'read');
      try {
        await syncFile(pin.fd);
        this.#unsynced.delete(file);
        await this.#checkLinked(file, pin);
      } finally {
        this.#pool.unpin(pin);
      }
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
    for (const file of this.files) await this.#pool.evict(file);
  }

  async #makeEmpty(): Promise<void> {
    for (const file of this.#empty) this.#pool.unpin(await this.#pool.pin(file, 'write'));
  }

  async #checkLinked(file: PooledFile, pin: FilePin): Promise<void> {
    if ((await statFile(pin.fd)).nlink > 0) return;
    void this.#pool.evict(file);
    throw new StoreFailure('missing');
  }
}

function writeFully(fd: number, data: Uint8Array, offset: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (at: number): void => {
      write(fd, data, at, data.length - at, offset + at, (error, written) => {
        if (error !== null) reject(error);
        else if (written === 0) reject(new StoreFailure('io'));
        else if (at + written < data.length) next(at + written);
        else resolve();
      });
    };
    next(0);
  });
}

function readFully(fd: number, target: Uint8Array, offset: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (at: number): void => {
      read(fd, target, at, target.length - at, offset + at, (error, got) => {
        if (error !== null) reject(error);
        else if (got === 0) reject(new StoreFailure('missing'));
        else if (at + got < target.length) next(at + got);
        else resolve();
      });
    };
    next(0);
  });
}
