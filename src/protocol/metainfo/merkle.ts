/**
 * The hash trees of BitTorrent v2 (BEP 52): SHA-256 over blocks of 16 KiB as leaves, two digests to one on the way up.
 *
 * A tree has 2^n leaves: those behind the end of a file are 32 zero bytes. A file of several pieces is a tree over its
 * pieces' roots (its layer), padded with roots of pieces that are nothing but such leaves; a file of one piece at most
 * is a tree just wide enough for its blocks. Work and memory are linear in what is really there, not in the width.
 */
import { assert } from '../../core/assert.ts';
import type { Sha256 } from './sha256.ts';

/** Bytes of a leaf's content. */
export const MERKLE_BLOCK = 16_384;
/** Bytes of a digest. */
export const MERKLE_DIGEST = 32;

/** The least power of two that is not below `count`. */
export function treeWidth(count: number): number {
  let width = 1;
  while (width < count) width *= 2;
  return width;
}

/**
 * The root of a tree of `width` nodes, a power of two, the first of which are `digests` (32 bytes each, concatenated)
 * and all others `pad`. `digests` stays as it is.
 */
export function merkleRoot(
  digests: Uint8Array,
  width: number,
  pad: Uint8Array,
  sha256: Sha256,
): Uint8Array {
  let count = digests.length / MERKLE_DIGEST;
  assert(Number.isInteger(count) && count <= width, 'merkle: digests that fit the tree');
  const nodes = new Uint8Array((count + 1) * MERKLE_DIGEST);
  nodes.set(digests);
  let padding = pad;
  for (let left = width; left > 1; left /= 2) {
    if (count % 2 === 1) nodes.set(padding, count * MERKLE_DIGEST);
    count = Math.ceil(count / 2);
    for (let i = 0; i < count; i++) {
      const pair = nodes.subarray(i * 2 * MERKLE_DIGEST, (i + 1) * 2 * MERKLE_DIGEST);
      nodes.set(sha256(pair), i * MERKLE_DIGEST);
    }
    padding = parentOf(padding, sha256);
  }
  return count === 0 ? padding : nodes.subarray(0, MERKLE_DIGEST);
}

/** The root of a piece of `pieceLength` bytes, a power of two from 16 KiB on, that lies behind the end of its file. */
export function padPiece(pieceLength: number, sha256: Sha256): Uint8Array {
  let pad = new Uint8Array(MERKLE_DIGEST);
  for (let length = MERKLE_BLOCK; length < pieceLength; length *= 2) pad = parentOf(pad, sha256);
  return pad;
}

/** The root of a file from its layer: the roots of its pieces, two at least. */
export function rootOfLayer(layer: Uint8Array, pieceLength: number, sha256: Sha256): Uint8Array {
  const width = treeWidth(layer.length / MERKLE_DIGEST);
  return merkleRoot(layer, width, padPiece(pieceLength, sha256), sha256);
}

/** How many leaves the tree of one piece has: all of them, or just enough where the file is no longer than a piece. */
export function leavesOfPiece(fileLength: number, pieceLength: number): number {
  const leaves = pieceLength / MERKLE_BLOCK;
  if (fileLength > pieceLength) return leaves;
  return treeWidth(Math.ceil(fileLength / MERKLE_BLOCK));
}

function parentOf(digest: Uint8Array, sha256: Sha256): Uint8Array<ArrayBuffer> {
  const pair = new Uint8Array(MERKLE_DIGEST * 2);
  pair.set(digest);
  pair.set(digest, MERKLE_DIGEST);
  return new Uint8Array(sha256(pair));
}
