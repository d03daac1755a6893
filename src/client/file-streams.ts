/**
 * All open streams of one torrent, and the deadlines that follow from where they are.
 *
 * Each stream has a window before its next byte; its pieces have deadlines in order, the next one soonest. Invariant: the
 * machine knows the windows of exactly the streams that are open. Streams of a torrent that stops end with an error.
 */
import type { Millis } from '../core/index.ts';
import type { PieceDeadline } from '../protocol/index.ts';
import { FileStream } from './file-stream.ts';
import type { StreamSource } from './file-stream.ts';

/** Bytes before a stream's next one that are asked for first. */
const WINDOW_BYTES = 8_388_608;
/** Pieces of a window: small pieces make more of them, large ones never fewer than what keeps a play going. */
const WINDOW_PIECES = { least: 3, most: 64 } as const;
/** How soon the piece is wanted that a stream needs next, and each further one after it. */
const NEXT_WITHIN: Millis = 3000;
const FURTHER_WITHIN: Millis = 1000;

/** What the streams of a torrent ask of it. */
export interface StreamHost {
  readonly pieceLength: number;
  has(piece: number): boolean;
  /** The store is open. */
  readonly open: boolean;
  read(offset: number, length: number): Promise<Uint8Array>;
  setDeadlines(deadlines: readonly PieceDeadline[]): void;
}

export class FileStreams implements StreamSource {
  readonly #host: StreamHost;
  readonly #streams = new Set<FileStream>();

  constructor(host: StreamHost) {
    this.#host = host;
  }

  get count(): number {
    return this.#streams.size;
  }

  /** A stream of the bytes from `start` up to and without `end`, offsets in the torrent. */
  add(start: number, end: number): FileStream {
    const stream = new FileStream(this, start, end);
    this.#streams.add(stream);
    this.moved();
    return stream;
  }

  /** A piece was verified, or the store was opened. */
  look(): void {
    for (const stream of this.#streams) stream.look();
  }

  /** No stream can go on. */
  end(error: Error): void {
    for (const stream of [...this.#streams]) stream.destroy(error);
  }

  // --- StreamSource

  get pieceLength(): number {
    return this.#host.pieceLength;
  }

  readable(piece: number): boolean {
    return this.#host.open && this.#host.has(piece);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#host.read(offset, length);
  }

  moved(): void {
    const deadlines: PieceDeadline[] = [];
    for (const stream of this.#streams) this.#window(stream, deadlines);
    this.#host.setDeadlines(deadlines);
  }

  closed(stream: FileStream): void {
    if (this.#streams.delete(stream)) this.moved();
  }

  #window({ position, limit }: FileStream, deadlines: PieceDeadline[]): void {
    if (position >= limit) return;
    const { pieceLength } = this.#host;
    const wanted = Math.ceil(WINDOW_BYTES / pieceLength);
    const pieces = Math.min(Math.max(wanted, WINDOW_PIECES.least), WINDOW_PIECES.most);
    const first = Math.floor(position / pieceLength);
    const end = Math.min(first + pieces, Math.ceil(limit / pieceLength));
    for (let piece = first; piece < end; piece++) {
      if (this.#host.has(piece)) continue;
      deadlines.push({ piece, within: NEXT_WITHIN + (piece - first) * FURTHER_WITHIN });
    }
  }
}
