/**
 * All open streams of one torrent, and the deadlines that follow from where they are.
 *
 * Each stream has a window before its next byte; its pieces have deadlines in order, the next one soonest. Invariant: the
 * machine knows the windows of exactly the streams that are open. Streams of a torrent that stops end with an error.
 */
import type { Millis } from '../../core/index.ts';
import type { PieceDeadline, TorrentState } from '../../protocol/index.ts';
import { codedError } from '../errors.ts';
import { FileStream } from './file-stream.ts';
import type { StreamSource } from './file-stream.ts';
import type { TorrentFact } from '../torrent/torrent-events.ts';
import type { TorrentFigures } from '../torrent/torrent-figures.ts';

/** Bytes before a stream's next one that are asked for first. */
const WINDOW_BYTES = 8_388_608;
/** Pieces of a window: small pieces make more of them, large ones never fewer than what keeps a play going. */
const WINDOW_PIECES = { least: 3, most: 64 } as const;
/** How soon the piece is wanted that a stream needs next, and each further one after it. */
const NEXT_WITHIN: Millis = 3000;
const FURTHER_WITHIN: Millis = 1000;

/** In these states streams are over. */
const STOPPING: ReadonlySet<TorrentState> = new Set(['stopping', 'stopped', 'error']);

type Read = (offset: number, length: number) => Promise<Uint8Array>;
type SetDeadlines = (deadlines: readonly PieceDeadline[]) => void;

export class FileStreams implements StreamSource {
  readonly #torrent: Pick<TorrentFigures, 'name' | 'pieceLength' | 'pieces' | 'state'>;
  readonly #read: Read;
  readonly #setDeadlines: SetDeadlines;
  readonly #streams = new Set<FileStream>();

  constructor(
    torrent: Pick<TorrentFigures, 'name' | 'pieceLength' | 'pieces' | 'state'>,
    read: Read,
    setDeadlines: SetDeadlines,
  ) {
    this.#torrent = torrent;
    this.#read = read;
    this.#setDeadlines = setDeadlines;
  }

  /** A stream of the bytes from `start` up to and without `end`, offsets in the torrent. */
  add(start: number, end: number): FileStream {
    const stream = new FileStream(this, start, end);
    this.#streams.add(stream);
    this.moved();
    return stream;
  }

  /** Something happened to the torrent; `error`: why it stopped, where it did not just do as it was told. */
  hear(event: TorrentFact, error: Error | null): void {
    if (this.#streams.size === 0) return;
    const stops = event.type === 'state-changed' && STOPPING.has(event.state);
    if (!stops && event.type !== 'removed') {
      for (const stream of this.#streams) stream.look();
      return;
    }
    const stopped = `"${this.#torrent.name}" was stopped`;
    this.end(error ?? codedError('SWARMWRIGHT_TORRENT_STOPPED', stopped));
  }

  /** No stream can go on. */
  end(error: Error): void {
    for (const stream of [...this.#streams]) stream.destroy(error);
  }

  // --- StreamSource

  get pieceLength(): number {
    return this.#torrent.pieceLength;
  }

  readable(piece: number): boolean {
    const { state, pieces } = this.#torrent;
    return (state === 'active' || state === 'checking') && pieces.has(piece);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#read(offset, length);
  }

  moved(): void {
    const deadlines: PieceDeadline[] = [];
    for (const stream of this.#streams) this.#window(stream, deadlines);
    this.#setDeadlines(deadlines);
  }

  closed(stream: FileStream): void {
    if (this.#streams.delete(stream)) this.moved();
  }

  #window({ position, limit }: FileStream, deadlines: PieceDeadline[]): void {
    if (position >= limit) return;
    const { pieceLength, pieces: held } = this.#torrent;
    const wanted = Math.ceil(WINDOW_BYTES / pieceLength);
    const pieces = Math.min(Math.max(wanted, WINDOW_PIECES.least), WINDOW_PIECES.most);
    const first = Math.floor(position / pieceLength);
    const end = Math.min(first + pieces, Math.ceil(limit / pieceLength));
    for (let piece = first; piece < end; piece++) {
      if (held.has(piece)) continue;
      deadlines.push({ piece, within: NEXT_WITHIN + (piece - first) * FURTHER_WITHIN });
    }
  }
}
