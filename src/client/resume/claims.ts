/**
 * How the files of a torrent looked when its claims were true: what goes into the resume file beside them.
 *
 * The part file is written with whatever belongs to files that are not there, and when such a file is wanted at last.
 * Only files that this torrent wrote are looked at anew. A file that it did not write keeps its old stamp, so that
 * somebody else's change shows at the next start and is not taken for ours.
 */
import type { FileStamp, Looks, MetainfoFile, PartialPiece } from '../../protocol/index.ts';
import { partFileOf } from '../data/location.ts';
import type { Location } from '../data/location.ts';
import { fileStamps } from './file-stamps.ts';
import { stampAfter } from './moved-looks.ts';
import type { MovedLooks } from './moved-looks.ts';

export class Claims {
  readonly #location: Location;
  readonly #files: readonly MetainfoFile[];
  readonly #pieceLength: number;
  readonly #stamps: FileStamp[];
  #part: FileStamp;
  /** Bytes were moved out of the part file since it was looked at. */
  #moved = false;
  #priorities: Uint8Array;
  /** Indexes of files that were written since they were looked at. */
  #written = new Set<number>();

  /** `priorities`: those that were true when it looked like this, by file but padding. */
  constructor(location: Location, pieceLength: number, looks: Looks, priorities: Uint8Array) {
    this.#location = location;
    this.#files = location.files.filter(({ padding }) => !padding);
    this.#pieceLength = pieceLength;
    this.#stamps = [...looks.files];
    this.#part = looks.part;
    this.#priorities = priorities;
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

  /** The files are wanted so much from now on: those that were not, and are not there, are made of the part file. */
  selected(priorities: Uint8Array): void {
    for (const [i, { size }] of this.#stamps.entries()) {
      if (size >= 0 || this.#priorities[i] !== 0 || priorities[i] === 0) continue;
      this.#written.add(i);
      this.#moved = true;
    }
    this.#priorities = priorities;
  }

  /** The files are elsewhere now. One that looked as it was claimed to goes on to be believed, as it looks there. */
  moved({ files, part }: MovedLooks): void {
    this.#stamps.forEach((stamp, i) => (this.#stamps[i] = stampAfter(stamp, files[i]!)));
    this.#part = stampAfter(this.#part, part);
  }

  /** Every file may be other than it was: somebody doubts them. */
  doubt(): void {
    for (let i = 0; i < this.#files.length; i++) this.#written.add(i);
  }

  /** How the files look, given that `partial` is what is under way. */
  async looks(partial: readonly PartialPiece[]): Promise<Looks> {
    for (const { piece } of partial) this.wrote(piece);
    const written = [...this.#written];
    this.#written = new Set();
    // Further blocks of these pieces will come, and nobody will say so.
    for (const { piece } of partial) this.wrote(piece);
    const moved = this.#moved;
    this.#moved = false;
    const [part, ...looked] = await fileStamps(this.#location.root, [
      partFileOf(this.#location),
      ...written.map((i) => this.#files[i]!),
    ]);
    written.forEach((i, at) => (this.#stamps[i] = looked[at]!));
    // What was written to a file that is not there is in the part file.
    if (moved || looked.some(({ size }) => size < 0)) this.#part = part!;
    return { files: [...this.#stamps], part: this.#part };
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
