/**
 * Piece and block arithmetic of one torrent, and nothing else: how many, how long, where. The last piece and its last
 * block may be short; every other piece has the full length. All results are exact integers below 2^53.
 */
import { assert } from '../../../core/index.ts';
import type { BlockIndex } from '../views.ts';

/** Bytes of a block: the unit of request that every client accepts (BEP 3 practice). */
export const BLOCK_LENGTH = 16_384;

export class Geometry {
  /** Bytes of the whole torrent. */
  readonly length: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
  /** Blocks of a full piece. */
  readonly blocksPerPiece: number;
  readonly #lastPieceLength: number;
  readonly #lastPieceBlocks: number;

  constructor(length: number, pieceLength: number) {
    assert(length > 0 && Number.isSafeInteger(length), 'geometry: length');
    assert(pieceLength > 0 && Number.isSafeInteger(pieceLength), 'geometry: piece length');
    this.length = length;
    this.pieceLength = pieceLength;
    this.pieceCount = Math.ceil(length / pieceLength);
    this.blocksPerPiece = Math.ceil(pieceLength / BLOCK_LENGTH);
    this.#lastPieceLength = length - (this.pieceCount - 1) * pieceLength;
    this.#lastPieceBlocks = Math.ceil(this.#lastPieceLength / BLOCK_LENGTH);
  }

  /** Whether `piece` is an index of this torrent; for numbers that a remote sent. */
  isPiece(piece: number): boolean {
    return piece >= 0 && piece < this.pieceCount;
  }

  pieceSize(piece: number): number {
    return piece === this.pieceCount - 1 ? this.#lastPieceLength : this.pieceLength;
  }

  pieceOffset(piece: number): number {
    return piece * this.pieceLength;
  }

  blocksIn(piece: number): number {
    return piece === this.pieceCount - 1 ? this.#lastPieceBlocks : this.blocksPerPiece;
  }

  /** Blocks of the whole torrent. */
  get blockCount(): number {
    return (this.pieceCount - 1) * this.blocksPerPiece + this.#lastPieceBlocks;
  }

  /** `block` counts within the piece. */
  blockSize(piece: number, block: number): number {
    const rest = this.pieceSize(piece) - block * BLOCK_LENGTH;
    return rest < BLOCK_LENGTH ? rest : BLOCK_LENGTH;
  }

  indexOf(piece: number, block: number): BlockIndex {
    return piece * this.blocksPerPiece + block;
  }

  pieceOf(index: BlockIndex): number {
    return Math.floor(index / this.blocksPerPiece);
  }

  /**
   * The BlockIndex that (piece, begin, length) of a message names exactly, or -1. For numbers that a remote sent:
   * any integers are safe.
   */
  exactBlock(piece: number, begin: number, length: number): BlockIndex {
    if (!this.isPiece(piece) || begin < 0 || begin % BLOCK_LENGTH !== 0) return -1;
    const block = begin / BLOCK_LENGTH;
    if (block >= this.blocksIn(piece) || length !== this.blockSize(piece, block)) return -1;
    return this.indexOf(piece, block);
  }

  /** Whether (piece, begin, length) lies inside the piece; for requests of a remote, which may use other sizes. */
  isRange(piece: number, begin: number, length: number): boolean {
    return (
      this.isPiece(piece) && begin >= 0 && length > 0 && begin + length <= this.pieceSize(piece)
    );
  }
}
