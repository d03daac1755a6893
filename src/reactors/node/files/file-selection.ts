/**
 * Which files of a store have their bytes in place, and which in the part file: wanted files and those that exist are in
 * place, the others are not made.
 *
 * Invariant: what is written to a file and not moved by others is found again, whatever is selected in between. A file
 * that exists is never written to from the part file: what is in place is newer, or somebody else's. What was on the
 * device stays there: the part file lets go of bytes only when a sync has put them in their place. The caller sees to
 * it that nothing of the store is read or written while `select` is at work.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreFile } from '../../../core/index.ts';
import { codeOf } from '../faults.ts';
import type { FileLayout } from './file-layout.ts';
import type { PooledFile } from './file-pool.ts';
import type { PartFile } from './part-file.ts';

/** Files looked for at once. */
const LOOKS_MAX = 64;
/** Bytes moved at once. */
const MOVE_BYTES = 1024 * 1024;

/** How the bytes of one file in place are written. */
export interface InPlace {
  write(file: number, fileOffset: number, data: Uint8Array): Promise<void>;
  /** What was written is on the device. */
  sync(file: number): Promise<void>;
}

export class FileSelection {
  readonly #files: readonly StoreFile[];
  readonly #pooled: readonly PooledFile[];
  readonly #layout: FileLayout;
  readonly #parts: PartFile;
  readonly #inPlace: InPlace;
  /** 1: not wanted. */
  #unwanted: Uint8Array | null = null;
  /** 1: its bytes are in the part file. */
  #skipped: Uint8Array | null = null;

  constructor(
    files: readonly StoreFile[],
    pooled: readonly PooledFile[],
    layout: FileLayout,
    parts: PartFile,
    inPlace: InPlace,
  ) {
    this.#files = files;
    this.#pooled = pooled;
    this.#layout = layout;
    this.#parts = parts;
    this.#inPlace = inPlace;
  }

  /** Whether the bytes of the file are in the part file. */
  isSkipped(file: number): boolean {
    return this.#skipped?.[file] === 1;
  }

  isWanted(file: number): boolean {
    return this.#unwanted?.[file] !== 1;
  }

  /** Every file is wanted, as at the beginning; what an earlier run put aside moves into its files. */
  async restore(): Promise<void> {
    if (!(await exists(this.#parts.file))) return;
    await this.select(new Uint8Array(this.#files.length).fill(1));
  }

  /** One byte per file, 0: not wanted. Where it fails, nothing is selected otherwise and nothing is lost. */
  async select(wanted: Uint8Array): Promise<void> {
    await this.#parts.load();
    const unwanted = Uint8Array.from(wanted, (each) => (each === 0 ? 1 : 0));
    const skipped = new Uint8Array(this.#files.length);
    const aside = new Set<number>();
    for (const unit of this.#parts.units) for (const file of this.#filesOf(unit)) aside.add(file);
    const looked: number[] = [];
    this.#files.forEach((file, i) => {
      if (!file.padding && (unwanted[i] === 1 || aside.has(i))) looked.push(i);
    });
    const absent = await this.#absent(looked);
    for (const file of absent) {
      if (unwanted[file] === 1) skipped[file] = 1;
      else await this.#moveIn(file);
    }
    this.#unwanted = unwanted;
    this.#skipped = skipped;
    const idle = [...this.#parts.units].filter((unit) =>
      this.#filesOf(unit).every((file) => skipped[file] === 0),
    );
    await this.#parts.drop(idle);
  }

  /** The files, without padding, of which the unit holds bytes. */
  #filesOf(unit: number): number[] {
    const { start, end } = this.#parts.rangeOf(unit);
    const spans = this.#layout.spans(start, end - start);
    return spans.filter((span) => !span.padding).map((span) => span.file);
  }

  async #absent(files: readonly number[]): Promise<number[]> {
    const absent: number[] = [];
    for (let at = 0; at < files.length; at += LOOKS_MAX) {
      const some = files.slice(at, at + LOOKS_MAX);
      const found = await Promise.all(some.map((file) => exists(this.#pooled[file]!)));
      some.forEach((file, i) => {
        if (!found[i]!) absent.push(file);
      });
    }
    return absent;
  }

  async #moveIn(file: number): Promise<void> {
    let moved = false;
    for (const unit of this.#parts.units) {
      const { start, end } = this.#parts.rangeOf(unit);
      for (const span of this.#layout.spans(start, end - start)) {
        if (span.file !== file) continue;
        for (let at = 0; at < span.length; at += MOVE_BYTES) {
          const data = new Uint8Array(Math.min(MOVE_BYTES, span.length - at));
          const held = await this.#parts.readSome(start + span.at + at, data);
          await this.#inPlace.write(file, span.fileOffset + at, data.subarray(0, held));
          moved = true;
        }
      }
    }
    if (moved) await this.#inPlace.sync(file);
  }
}

/** Whether there is anything of this name; what it is shows when it is opened. */
async function exists({ root, path }: PooledFile): Promise<boolean> {
  try {
    await lstat(join(root, ...path));
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}
