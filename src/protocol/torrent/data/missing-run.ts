/**
 * Notices that the rest of a file is not there, so that a check of two million pieces in an empty folder ends soon.
 *
 * A file ends only once: where many pieces in a row inside one file are missing, those behind them are missing as well.
 * Many, because one look may fail for a reason of its own; what is taken for missing and is not would be downloaded
 * again, but never claimed. Invariant: only pieces that lie wholly inside one wanted file count; bytes of files that are
 * not wanted may lie elsewhere, with holes. It asks nothing and changes nothing.
 */
import type { MetainfoFile } from '../../metainfo/types.ts';
import type { Geometry } from '../pieces/geometry.ts';

/** Missing pieces in a row after which the rest of their file is given up. */
export const missingRunMax = 1024;

export class MissingRun {
  readonly #files: readonly MetainfoFile[];
  readonly #geometry: Geometry;
  #file = -1;
  #length = 0;

  constructor(files: readonly MetainfoFile[], geometry: Geometry) {
    this.#files = files;
    this.#geometry = geometry;
  }

  /** The piece was not missing. */
  broken(): void {
    this.#length = 0;
  }

  /**
   * The piece, which is wanted, was missing. Returns where the pieces end that are missing with it: all from `piece` up to
   * there lie in the same file. `piece + 1` or less: nothing is known of others.
   */
  missing(piece: number): number {
    const start = this.#geometry.pieceOffset(piece);
    const file = this.#fileAt(start);
    const { offset, length } = this.#files[file]!;
    if (start + this.#geometry.pieceSize(piece) > offset + length) return piece;
    if (file !== this.#file) this.#length = 0;
    this.#file = file;
    this.#length++;
    if (this.#length < missingRunMax) return piece;
    const { pieceCount, pieceLength } = this.#geometry;
    const end = offset + length;
    return end === this.#geometry.length ? pieceCount : Math.floor(end / pieceLength);
  }

  /** The last file that begins at or before `offset`. */
  #fileAt(offset: number): number {
    let low = 0;
    let high = this.#files.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#files[middle]!.offset <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}
