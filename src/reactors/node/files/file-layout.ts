/**
 * The arithmetic of a store: which bytes of which files a range of the store's byte array covers.
 *
 * Invariant: spans are in order, none is empty, and their lengths sum up to the range's. It touches no disk.
 */
import { assert } from '../../../core/index.ts';
import type { StoreFile } from '../../../core/index.ts';

/** A part of one file that a range covers. */
export interface FileSpan {
  /** Index of the file. */
  readonly file: number;
  readonly fileOffset: number;
  readonly length: number;
  /** Where it lies in the range. */
  readonly at: number;
  readonly padding: boolean;
}

/** Files laid end to end. */
export class FileLayout {
  readonly length: number;
  readonly hasPadding: boolean;
  readonly #files: readonly StoreFile[];
  readonly #starts: Float64Array;

  constructor(files: readonly StoreFile[]) {
    this.#files = files;
    this.#starts = new Float64Array(files.length);
    let end = 0;
    files.forEach((file, i) => {
      this.#starts[i] = end;
      end += file.length;
    });
    this.length = end;
    this.hasPadding = files.some((file) => file.padding && file.length > 0);
  }

  /** The files under `[offset, offset + length)`, which must lie inside the store. */
  spans(offset: number, length: number): FileSpan[] {
    assert(offset >= 0 && length >= 0 && offset + length <= this.length, 'a range of the store');
    const spans: FileSpan[] = [];
    const end = offset + length;
    for (let i = this.#indexOf(offset), at = offset; at < end; i++) {
      const file = this.#files[i]!;
      const fileOffset = at - this.#starts[i]!;
      const take = Math.min(file.length - fileOffset, end - at);
      if (take <= 0) continue;
      spans.push({ file: i, fileOffset, length: take, at: at - offset, padding: file.padding });
      at += take;
    }
    return spans;
  }

  /** The last file that starts at or before `offset`. */
  #indexOf(offset: number): number {
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
