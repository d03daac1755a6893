/**
 * How the files of a torrent looked when its claims were true: what goes into the resume file beside them.
 *
 * Only files that this torrent wrote are looked at anew. A file that it did not write keeps its old stamp, so that
 * somebody else's change shows at the next start and is not taken for ours.
 */
import type { FileStamp, MetainfoFile, PartialPiece } from '../../protocol/index.ts';
import { fileStamps } from './file-stamps.ts';

export class Claims {
  readonly #root: string;
  readonly #files: readonly MetainfoFile[];
  readonly #pieceLength: number;
  readonly #stamps: FileStamp[];
  /** Indexes of files that were written since they were looked at. */
  #written = new Set<number>();

  /** @param files But padding, in order; paths below `root`. */
  constructor(
    root: string,
    files: readonly MetainfoFile[],
    pieceLength: number,
    stamps: readonly FileStamp[],
  ) {
    this.#root = root;
    this.#files = files;
    this.#pieceLength = pieceLength;
    this.#stamps = [...stamps];
  }

  /** Blocks of this piece were written. */
  wrote(piece: number): void {
    const start = piece * this.#pieceLength;
    const end = start + this.#pieceLength;
    for (let i = this.#fileAt(start); i < this.#files.length; i++) {
      const { offset, length } = this.#files[i]!;
      if (offset >= end) break;
      if (offset + length > start || length === 0) this.#written.add(i);
    }
  }

  /** Every file may be other than it was: somebody doubts them. */
  doubt(): void {
    for (let i = 0; i < this.#files.length; i++) this.#written.add(i);
  }

  /** How the files look, given that `partial` is what is under way. */
  async stamps(partial: readonly PartialPiece[]): Promise<readonly FileStamp[]> {
    for (const { piece } of partial) this.wrote(piece);
    const written = [...this.#written];
    this.#written = new Set();
    // Further blocks of these pieces will come, and nobody will say so.
    for (const { piece } of partial) this.wrote(piece);
    const looked = await fileStamps(
      this.#root,
      written.map((i) => this.#files[i]!),
    );
    written.forEach((i, at) => (this.#stamps[i] = looked[at]!));
    return [...this.#stamps];
  }

  /** The last file that begins at or before `offset`, or the first of several empty ones there. */
  #fileAt(offset: number): number {
    let low = 0;
    let high = this.#files.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const file = this.#files[middle]!;
      if (file.offset + file.length < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
