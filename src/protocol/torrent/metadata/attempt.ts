/**
 * One attempt to put the metadata together: pieces of one claimed size, from all who claim it or from one peer alone.
 *
 * Invariant: memory is taken by pieces that came, never by the claim; every held piece knows who gave it.
 */
import type { ConnectionId, Millis } from '../../../core/index.ts';
import { METADATA_PIECE, metadataPieces } from '../../extensions/ut-metadata.ts';

interface Held {
  readonly conn: ConnectionId;
  readonly bytes: Uint8Array;
}

export class Attempt {
  /** Bytes of the metadata, as those claim who are asked. */
  readonly size: number;
  /** The one peer that is asked; null: all who claim this size. */
  readonly alone: ConnectionId | null;
  readonly begunAt: Millis;
  readonly pieceCount: number;
  readonly #held = new Map<number, Held>();
  readonly #asked = new Set<number>();
  /** Pieces below it are held or asked for. */
  #from = 0;
  received = 0;

  constructor(size: number, alone: ConnectionId | null, begunAt: Millis) {
    this.size = size;
    this.alone = alone;
    this.begunAt = begunAt;
    this.pieceCount = metadataPieces(size);
  }

  get isWhole(): boolean {
    return this.#held.size === this.pieceCount;
  }

  /** Who gave something. */
  get givers(): ReadonlySet<ConnectionId> {
    return new Set([...this.#held.values()].map(({ conn }) => conn));
  }

  /** The next piece that nobody is asked for, marked as asked; -1: none. */
  take(): number {
    while (this.#from < this.pieceCount) {
      const piece = this.#from++;
      if (this.#held.has(piece) || this.#asked.has(piece)) continue;
      this.#asked.add(piece);
      return piece;
    }
    return -1;
  }

  /** The request came to nothing: somebody else may be asked. */
  give(piece: number): void {
    if (!this.#asked.delete(piece) || this.#held.has(piece)) return;
    this.#from = Math.min(this.#from, piece);
  }

  /** The piece came. The bytes are kept as they are. */
  hold(piece: number, bytes: Uint8Array, conn: ConnectionId): void {
    this.#asked.delete(piece);
    if (this.#held.has(piece)) return;
    this.#held.set(piece, { conn, bytes });
    this.received += bytes.length;
  }

  /** All pieces in a row, of an attempt that is whole. */
  join(): Uint8Array {
    const whole = new Uint8Array(this.size);
    for (const [piece, { bytes }] of this.#held) whole.set(bytes, piece * METADATA_PIECE);
    return whole;
  }

  /** Who gave a piece that differs from `truth`. */
  liars(truth: Uint8Array): ReadonlySet<ConnectionId> {
    const found = new Set<ConnectionId>();
    for (const [piece, { conn, bytes }] of this.#held) {
      const at = piece * METADATA_PIECE;
      const wrong = this.size !== truth.length || bytes.some((byte, i) => byte !== truth[at + i]);
      if (wrong) found.add(conn);
    }
    return found;
  }
}
