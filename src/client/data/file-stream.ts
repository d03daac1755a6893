/**
 * A range of a torrent's bytes as a Node stream, while the torrent downloads: verified pieces are read from the store, the
 * others are waited for.
 *
 * Invariant: one read is under way at most, and only of a verified piece; nothing is read that nobody asked for. It ends
 * after its last byte, or with an error when the torrent stops; afterwards nobody remembers it.
 */
import { Readable } from 'node:stream';

/** Bytes read at once, at most. */
const READ_BYTES_MAX = 262_144;

/** What a stream needs of its torrent. */
export interface StreamSource {
  /** Bytes. */
  readonly pieceLength: number;
  /** The piece is verified, and the store is open. */
  readable(piece: number): boolean;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Its next byte lies in another piece than before. */
  moved(): void;
  /** It needs nothing any more. */
  closed(stream: FileStream): void;
}

export class FileStream extends Readable {
  readonly #source: StreamSource;
  readonly #end: number;
  #at: number;
  /** Somebody has room for more. */
  #asked = false;
  #reading = false;

  /** From `start` up to and without `end`, offsets in the torrent. @internal */
  constructor(source: StreamSource, start: number, end: number) {
    super({ highWaterMark: READ_BYTES_MAX });
    this.#source = source;
    this.#at = start;
    this.#end = end;
  }

  /** Where the next byte lies in the torrent. @internal */
  get position(): number {
    return this.#at;
  }

  /** Behind its last byte. @internal */
  get limit(): number {
    return this.#end;
  }

  /** Something may be readable that was not. @internal */
  look(): void {
    if (!this.#asked || this.#reading || this.destroyed) return;
    if (this.#at >= this.#end) {
      this.#asked = false;
      this.push(null);
      return;
    }
    const { pieceLength } = this.#source;
    const piece = Math.floor(this.#at / pieceLength);
    if (!this.#source.readable(piece)) return;
    const end = Math.min(this.#end, (piece + 1) * pieceLength, this.#at + READ_BYTES_MAX);
    this.#reading = true;
    this.#source.read(this.#at, end - this.#at).then(
      (data) => this.#took(data, piece),
      (error: unknown) => this.destroy(error as Error),
    );
  }

  override _read(): void {
    this.#asked = true;
    this.look();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#source.closed(this);
    callback(error);
  }

  #took(data: Uint8Array, piece: number): void {
    if (this.destroyed) return;
    this.#reading = false;
    this.#asked = false;
    this.#at += data.length;
    if (Math.floor(this.#at / this.#source.pieceLength) !== piece) this.#source.moved();
    this.push(data);
  }
}
