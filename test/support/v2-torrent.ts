/**
 * Torrents of BitTorrent v2 and hybrids from a few words, each with at most one flaw (BEP 52).
 *
 * The hash trees are made by the plainest recursion, on purpose: those of the code under test would agree with its mistakes.
 */
import { createHash } from 'node:crypto';
import { encode } from '../../src/protocol/bencode/encode.ts';
import type { BencodeInput } from '../../src/protocol/bencode/encode.ts';
import { bytesOf, dict } from './bencode.ts';
import type { Fields } from './bencode.ts';

type Tree = Map<string | Uint8Array, BencodeInput>;

export const BLOCK = 16_384;

const sha256 = (...parts: Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** The root over `leaves`, whose count is a power of two. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0]!;
  const half = leaves.length / 2;
  return sha256(rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

function padded(leaves: readonly Uint8Array[], width: number): readonly Uint8Array[] {
  return [...leaves, ...Array.from({ length: width - leaves.length }, () => new Uint8Array(32))];
}

function powerOfTwo(count: number): number {
  let power = 1;
  while (power < count) power *= 2;
  return power;
}

/** The root and the layer of a file's content, by the book. */
export function hashesOf(
  content: Uint8Array,
  pieceLength: number,
): { readonly root: Uint8Array; readonly layer: Uint8Array | null } {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += BLOCK) {
    leaves.push(sha256(content.subarray(at, at + BLOCK)));
  }
  const root = rootOf(padded(leaves, powerOfTwo(leaves.length)));
  if (content.length <= pieceLength) return { root, layer: null };
  const perPiece = pieceLength / BLOCK;
  const layer: Uint8Array[] = [];
  for (let at = 0; at < leaves.length; at += perPiece) {
    layer.push(rootOf(padded(leaves.slice(at, at + perPiece), perPiece)));
  }
  return { root, layer: Buffer.concat(layer) };
}

/** Content that is decided by its length. */
export function contentOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + length) % 251);
}

/** A leaf of the tree for a file of `contentOf(length)`, with changes. */
export function fileV2(
  length: number,
  changes: Fields = {},
  pieceLength: number = BLOCK,
): BencodeInput {
  const { root } = hashesOf(contentOf(length), pieceLength);
  const good = length === 0 ? { length } : { length, 'pieces root': root };
  return dict({ '': dict({ ...good, ...changes }) });
}

/** A directory of the tree. Names are one character per byte. */
export function treeOf(entries: readonly (readonly [string, BencodeInput])[]): Tree {
  return new Map(entries.map(([name, value]) => [bytesOf(name), value]));
}

/** The `piece layers` of files of `contentOf(length)`. */
export function layersOf(lengths: readonly number[], pieceLength: number = BLOCK): Tree {
  const layers = new Map<string, readonly [Uint8Array, Uint8Array]>();
  for (const length of lengths) {
    const { root, layer } = hashesOf(contentOf(length), pieceLength);
    if (layer !== null) layers.set(String(root), [root, layer]);
  }
  return new Map(layers.values());
}

/** A v2 torrent named `temp`. */
export function v2Torrent(tree: BencodeInput, top: Fields = {}, info: Fields = {}): Uint8Array {
  const good = { name: 'temp', 'piece length': BLOCK, 'meta version': 2, 'file tree': tree };
  return encode(dict({ info: dict({ ...good, ...info }), ...top }));
}
