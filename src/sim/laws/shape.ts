/**
 * Piece and block arithmetic of a torrent, written apart from the engine's `Geometry`, so that one does not prove the
 * other. A block has one number over the whole torrent: `piece * blocksPerPiece + block within the piece`.
 *
 * Invariant: `real[block]` is 1 exactly for blocks that exist and are not wholly padding (BEP 47).
 */
import type { Metainfo } from '../../protocol/index.ts';

/** Bytes that a request asks for (BEP 3). */
export const BLOCK = 16_384;

/** What of a metainfo the arithmetic needs. */
export type ShapeFacts = Pick<Metainfo, 'length' | 'pieceLength' | 'pieceCount' | 'files'>;

export class Shape {
  readonly length: number;
  readonly pieceLength: number;
  readonly pieceCount: number;
  readonly blocksPerPiece: number;
  readonly real: Uint8Array;
  /** Blocks that must come from somebody. */
  readonly realCount: number;

  constructor(facts: ShapeFacts) {
    this.length = facts.length;
    this.pieceLength = facts.pieceLength;
    this.pieceCount = facts.pieceCount;
    this.blocksPerPiece = Math.ceil(facts.pieceLength / BLOCK);
    this.real = new Uint8Array(this.pieceCount * this.blocksPerPiece);
    let count = 0;
    for (let block = 0; block < this.real.length; block++) {
      if (this.sizeOf(block) <= 0 || isPadding(facts, this.offsetOf(block), this.sizeOf(block))) {
        continue;
      }
      this.real[block] = 1;
      count++;
    }
    this.realCount = count;
  }

  pieceOf(block: number): number {
    return Math.floor(block / this.blocksPerPiece);
  }

  pieceSize(piece: number): number {
    return Math.min(this.pieceLength, this.length - piece * this.pieceLength);
  }

  /** Where the block begins in the torrent. */
  offsetOf(block: number): number {
    const piece = this.pieceOf(block);
    return piece * this.pieceLength + (block - piece * this.blocksPerPiece) * BLOCK;
  }

  /** Bytes of the block; 0 or less: the last piece has no such block. */
  sizeOf(block: number): number {
    const piece = this.pieceOf(block);
    const begin = (block - piece * this.blocksPerPiece) * BLOCK;
    return Math.min(BLOCK, this.pieceSize(piece) - begin);
  }

  /** The block that begins at `begin` of `piece` and has exactly `length` bytes, or -1. For any integers. */
  blockAt(piece: number, begin: number, length: number): number {
    if (piece < 0 || piece >= this.pieceCount || begin < 0 || begin >= this.pieceLength) return -1;
    if (begin % BLOCK !== 0) return -1;
    const block = piece * this.blocksPerPiece + begin / BLOCK;
    return this.sizeOf(block) === length && length > 0 ? block : -1;
  }

  /** Whether these bytes lie in this piece. For any integers. */
  holds(piece: number, begin: number, length: number): boolean {
    if (piece < 0 || piece >= this.pieceCount || begin < 0 || length <= 0) return false;
    return begin + length <= this.pieceSize(piece);
  }
}

/** A torrent without a byte: what a peer's books begin with, before the torrent is added. */
export const NO_SHAPE: ShapeFacts = Object.freeze({
  length: 0,
  pieceLength: BLOCK,
  pieceCount: 0,
  files: [],
});

/** Whether these bytes lie in one run of padding. Files are in order and without gaps. */
function isPadding(facts: ShapeFacts, offset: number, length: number): boolean {
  for (const file of facts.files) {
    if (file.offset + file.length <= offset) continue;
    if (!file.padding || file.offset > offset) return false;
    return offset + length <= file.offset + file.length;
  }
  return false;
}
