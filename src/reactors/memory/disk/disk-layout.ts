/**
 * The files of a store laid end to end: which bytes of which files a range covers.
 *
 * Invariant: spans are in order, none is empty, and their lengths sum up to the range's.
 */
import { assert } from '../../../core/index.ts';
import type { StoreFile } from '../../../core/index.ts';

/** A part of one file that a range covers. */
export interface DiskSpan {
  /** Index of the file. */
  readonly file: number;
  readonly fileOffset: number;
  readonly length: number;
  /** Where it lies in the range. */
  readonly at: number;
  readonly padding: boolean;
}

export class DiskLayout {
  /** Bytes of the whole store. */
  readonly length: number;
  readonly hasPadding: boolean;
  readonly files: readonly StoreFile[];
  /** By index of the file: its elements joined with `/`. */
  readonly paths: readonly string[];
  readonly #starts: Float64Array;

  constructor(files: readonly StoreFile[]) {
    this.files = files;
    this.paths = files.map(({ path }) => path.join('/'));
    this.#starts = new Float64Array(files.length);
    let end = 0;
    files.forEach((file, i) => {
      this.#starts[i] = end;
      end += file.length;
    });
    this.length = end;
    this.hasPadding = files.some((file) => file.padding && file.length > 0);
  }

  /** Where the file begins in the store. */
  startOf(file: number): number {
    return this.#starts[file]!;
  }

  spans(offset: number, length: number): DiskSpan[] {
    const end = offset + length;
    assert(offset >= 0 && length >= 0 && end <= this.length, 'a range of the store');
    const spans: DiskSpan[] = [];
    for (let i = this.#fileAt(offset), at = offset; at < end; i++) {
      const { length: whole, padding } = this.files[i]!;
      const fileOffset = at - this.#starts[i]!;
      const take = Math.min(whole - fileOffset, end - at);
      if (take <= 0) continue; // an empty file
      spans.push({ file: i, fileOffset, length: take, at: at - offset, padding });
      at += take;
    }
    return spans;
  }

  /** The last file that begins at or before `offset`. */
  #fileAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}
