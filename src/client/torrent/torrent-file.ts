/**
 * One file of a torrent, as the application sees it: facts computed on demand from what the machine has verified.
 */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Metainfo, MetainfoFile } from '../../protocol/index.ts';
import { optionError } from '../errors.ts';
import type { Location } from '../data/location.ts';
import { pathInside } from './selection.ts';

export interface TorrentFile {
  /** Its place in `torrent.files`, from 0. */
  readonly index: number;
  readonly name: string;
  /** Absolute path on this machine. There need not be a file yet. */
  readonly path: string;
  /** Its path inside the torrent, with `/` between names: what patterns are compared with. */
  readonly pathInside: string;
  /** Bytes. */
  readonly length: number;
  /** Where it begins in the torrent, in bytes. */
  readonly offset: number;
  /** 0: not wanted; up to 7, higher first. */
  readonly priority: number;
  /** Verified bytes. */
  readonly downloaded: number;
  /** 0 to 1. */
  readonly progress: number;
  readonly done: boolean;
  /**
   * Its bytes in order, each as soon as its piece is verified; what comes next is asked of peers first. A file that is
   * not wanted becomes wanted by it. The stream ends with an error when the torrent stops. Throws for a range that does
   * not lie in the file.
   */
  stream(range?: StreamRange): Readable;
}

/** Which bytes of a file, as in `fs.createReadStream`. */
export interface StreamRange {
  /** The first byte. Default: 0. */
  readonly start?: number | undefined;
  /** The last byte, itself included. Default: the file's last. */
  readonly end?: number | undefined;
}

/** What a file asks of its torrent. */
export interface FileFacts {
  /** Whether a piece is verified. */
  has(piece: number): boolean;
  priority(file: number): number;
  /** A stream of the file's bytes from `start` up to and without `end`. */
  stream(file: number, start: number, end: number): Readable;
}

/** What all files of a torrent share. */
export interface FileHome {
  /** Where they are: it may be another place later. */
  readonly location: Pick<Location, 'root'>;
  readonly metainfo: Metainfo;
  readonly facts: FileFacts;
}

export function torrentFile(index: number, file: MetainfoFile, home: FileHome): TorrentFile {
  return new FileOfTorrent(index, file, home);
}

/** Everything is worked out when it is asked for: a torrent may have a hundred thousand of them. */
class FileOfTorrent implements TorrentFile {
  readonly index: number;
  readonly #file: MetainfoFile;
  readonly #home: FileHome;

  constructor(index: number, file: MetainfoFile, home: FileHome) {
    this.index = index;
    this.#file = file;
    this.#home = home;
  }

  get name(): string {
    return this.#file.path.at(-1) ?? this.#home.metainfo.name;
  }
  get path(): string {
    return join(this.#home.location.root, ...this.#file.path);
  }
  get pathInside(): string {
    return pathInside(this.#file.path);
  }
  get length(): number {
    return this.#file.length;
  }
  get offset(): number {
    return this.#file.offset;
  }
  get priority(): number {
    return this.#home.facts.priority(this.index);
  }
  get downloaded(): number {
    const { metainfo, facts } = this.#home;
    const { offset, length } = this.#file;
    return verifiedBytes(offset, length, metainfo.pieceLength, (piece) => facts.has(piece));
  }
  get progress(): number {
    return this.length === 0 ? 1 : this.downloaded / this.length;
  }
  get done(): boolean {
    return this.downloaded === this.length;
  }

  stream({ start = 0, end = this.length - 1 }: StreamRange = {}): Readable {
    const { length } = this;
    const whole = Number.isInteger(start) && Number.isInteger(end);
    if (!whole || start < 0 || start > end + 1 || end >= length) {
      throw optionError(`stream(): bytes ${start} to ${end} of a file with ${length}`);
    }
    return this.#home.facts.stream(this.index, start, end + 1);
  }
}

function verifiedBytes(
  offset: number,
  length: number,
  pieceLength: number,
  has: (piece: number) => boolean,
): number {
  if (length === 0) return 0;
  const end = offset + length;
  let bytes = 0;
  for (let piece = Math.floor(offset / pieceLength); piece * pieceLength < end; piece++) {
    if (!has(piece)) continue;
    const from = Math.max(offset, piece * pieceLength);
    const to = Math.min(end, (piece + 1) * pieceLength);
    bytes += to - from;
  }
  return bytes;
}
