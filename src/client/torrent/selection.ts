/**
 * Which files of one torrent its application wants, and how much: what it wished for, as the machine takes it.
 *
 * Files are known to applications by their index without padding; the machine counts padding. Invariant: every wish that
 * is taken is whole, a wrong one changes nothing. Sends nothing: `Torrent` does.
 */
import { filePriorityMax, piecePriorities } from '../../protocol/index.ts';
import type { Command, Metainfo } from '../../protocol/index.ts';
import { optionError } from '../errors.ts';
import { matchesPath } from '../words/path-pattern.ts';

/** Files by index, or by pattern: `*` and `?` inside a name, `**` over folders; without a slash, names alone. */
export type FileChoice = readonly (number | string)[];

export interface SelectionOptions {
  /** The files to fetch; all others are not wanted. Default: all. Throws where one of them means no file. */
  readonly select?: FileChoice | undefined;
  /** One priority per file, from 0 (not wanted) to 7, higher first; 1 where there is none. */
  readonly priorities?: readonly number[] | undefined;
  /** The first and the last piece of every wanted file before all others. Default: false. */
  readonly firstLast?: boolean | undefined;
}

type Priorities = Omit<Extract<Command, { type: 'set-priorities' }>, 'type' | 'torrent'>;

export class Selection {
  readonly #metainfo: Metainfo;
  /** By index without padding: the index in the metainfo. */
  readonly #places: readonly number[];
  /** The first and the last piece of every wanted file come before all others. */
  readonly firstLast: boolean;
  #files: Uint8Array;
  /** Bytes of all pieces that are wanted. */
  #wantedLength: number;

  constructor(metainfo: Metainfo, options: SelectionOptions = {}) {
    this.#metainfo = metainfo;
    this.#places = [...metainfo.files.keys()].filter((i) => !metainfo.files[i]!.padding);
    this.firstLast = options.firstLast ?? false;
    this.#files = new Uint8Array(this.#places.length).fill(1);
    this.#wantedLength = metainfo.length;
    if (options.priorities !== undefined) this.#prioritize(options.priorities);
    if (options.select !== undefined) this.choose(options.select);
    else this.#measure();
  }

  /** Nothing was ever wished for: all files are wanted alike. */
  get isPlain(): boolean {
    return !this.firstLast && this.#files.every((priority) => priority === 1);
  }

  /** A copy, by index without padding. */
  get priorities(): Uint8Array {
    return this.#files.slice();
  }

  /** Bytes of wanted pieces, those that they share with files that are not wanted included. */
  get wantedLength(): number {
    return this.#wantedLength;
  }

  priority(file: number): number {
    return this.#files[file]!;
  }

  /** Throws for an index or a priority that does not exist. */
  set(file: number, priority: number): void {
    this.#assertFile(file);
    assertPriority(priority);
    this.#files[file] = priority;
    this.#measure();
  }

  /** These files and no others; those that were wanted keep their priority, the others get 1. */
  choose(choice: FileChoice): void {
    const chosen = new Set<number>();
    for (const each of choice) for (const file of this.#filesOf(each)) chosen.add(file);
    this.#files = this.#files.map((priority, i) => (chosen.has(i) ? Math.max(priority, 1) : 0));
    this.#measure();
  }

  /** What the machine is told. */
  toCommand(): Priorities {
    const files = new Uint8Array(this.#metainfo.files.length);
    for (const [i, place] of this.#places.entries()) files[place] = this.#files[i]!;
    for (const [i, { padding }] of this.#metainfo.files.entries()) if (padding) files[i] = 1;
    return { pieces: this.#pieces(files), files: files.map((priority) => (priority > 0 ? 1 : 0)) };
  }

  #pieces(files: Uint8Array): Uint8Array {
    return piecePriorities(this.#metainfo, files, { firstLast: this.firstLast });
  }

  #measure(): void {
    const { length, pieceLength, pieceCount } = this.#metainfo;
    this.#wantedLength = length;
    if (!this.#files.includes(0)) return;
    const { pieces } = this.toCommand();
    for (let piece = 0; piece < pieceCount; piece++) {
      if (pieces[piece]! > 0) continue;
      const start = piece * pieceLength;
      this.#wantedLength -= Math.min(pieceLength, length - start);
    }
  }

  #prioritize(priorities: readonly number[]): void {
    if (priorities.length > this.#files.length) {
      throw optionError(
        `"priorities" has ${priorities.length} entries; the torrent has ${this.#files.length} files`,
      );
    }
    for (const [i, priority] of priorities.entries()) {
      assertPriority(priority);
      this.#files[i] = priority;
    }
  }

  #filesOf(choice: number | string): number[] {
    if (typeof choice === 'number') {
      this.#assertFile(choice);
      return [choice];
    }
    const found = [...this.#places.keys()].filter((i) => matchesPath(choice, this.#pathOf(i)));
    if (found.length === 0) throw optionError(`no file of the torrent matches "${choice}"`);
    return found;
  }

  #pathOf(file: number): string {
    return pathInside(this.#metainfo.files[this.#places[file]!]!.path);
  }

  #assertFile(file: number): void {
    if (Number.isInteger(file) && file >= 0 && file < this.#files.length) return;
    throw optionError(`there is no file ${file}; the torrent has ${this.#files.length} files`);
  }
}

/** A file's path inside its torrent, with `/`: without the folder that has the torrent's name, where there is one. */
export function pathInside(path: readonly string[]): string {
  return (path.length > 1 ? path.slice(1) : path).join('/');
}

function assertPriority(priority: number): void {
  if (Number.isInteger(priority) && priority >= 0 && priority <= filePriorityMax) return;
  throw optionError(`a priority is a whole number from 0 to ${filePriorityMax}, not ${priority}`);
}
