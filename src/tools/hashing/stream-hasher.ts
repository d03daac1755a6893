/**
 * Hashes content that comes once, in order, of a length that nobody knows before its end: SHA-1 of each piece and the hash
 * trees of BEP 52 of one file, in one pass. Bytes are borrowed until `update` returns; what is kept is digests.
 */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import {
  leavesOfPiece,
  MERKLE_BLOCK,
  MERKLE_DIGEST,
  merkleRoot,
} from '../../protocol/metainfo/merkle.ts';

const NO_LEAF = new Uint8Array(MERKLE_DIGEST);

export interface HashedStream {
  readonly length: number;
  /** 20 bytes for each piece; empty where they were not asked for. */
  readonly v1: Uint8Array;
  /** 32 bytes for each piece; empty where they were not asked for. */
  readonly v2: Uint8Array;
}

export class StreamHasher {
  readonly #pieceLength: number;
  readonly #v1: Uint8Array[] = [];
  readonly #v2: Uint8Array[] = [];
  /** Leaves of the piece that is under way. */
  #leaves: Uint8Array[] = [];
  readonly #withV1: boolean;
  readonly #withV2: boolean;
  #piece: Hash | null = null;
  #block: Hash | null = null;
  #length = 0;

  /** `pieceLength` must be a power of two from 16 KiB on where there is to be a tree. */
  constructor(pieceLength: number, withV1: boolean, withV2: boolean) {
    this.#pieceLength = pieceLength;
    this.#withV1 = withV1;
    this.#withV2 = withV2;
  }

  /** Pieces that have begun. */
  get pieces(): number {
    return Math.ceil(this.#length / this.#pieceLength);
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const toPiece = this.#pieceLength - (this.#length % this.#pieceLength);
      const toBlock = this.#withV2 ? MERKLE_BLOCK - (this.#length % MERKLE_BLOCK) : toPiece;
      const part = bytes.subarray(at, at + Math.min(toPiece, toBlock));
      if (this.#withV1) (this.#piece ??= createHash('sha1')).update(part);
      if (this.#withV2) (this.#block ??= createHash('sha256')).update(part);
      at += part.length;
      this.#length += part.length;
      if (part.length === toBlock) this.#endBlock();
      if (part.length === toPiece) this.#endPiece(this.#pieceLength / MERKLE_BLOCK);
    }
  }

  /** The end of the content. */
  finish(): HashedStream {
    this.#endBlock();
    if (this.#piece !== null || this.#leaves.length > 0) {
      this.#endPiece(this.#withV2 ? leavesOfPiece(this.#length, this.#pieceLength) : 0);
    }
    return { length: this.#length, v1: joined(this.#v1), v2: joined(this.#v2) };
  }

  #endBlock(): void {
    if (this.#block !== null) this.#leaves.push(this.#block.digest());
    this.#block = null;
  }

  #endPiece(leaves: number): void {
    if (this.#piece !== null) this.#v1.push(this.#piece.digest());
    this.#piece = null;
    if (this.#withV2) this.#v2.push(merkleRoot(joined(this.#leaves), leaves, NO_LEAF, sha256));
    this.#leaves = [];
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
