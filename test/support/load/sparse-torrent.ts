/**
 * Torrents whose content is nothing but zeros, so that two million pieces or a hundred thousand files cost no disk: one
 * digest is true for every full piece, and a sparse file is the content.
 */
import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildMetainfo } from '../../../src/protocol/metainfo/build.ts';

export interface SparseFile {
  /** Below the torrent's name; none for the only file of a single-file torrent. */
  readonly path: readonly string[];
  /** Bytes. */
  readonly length: number;
}

export interface SparsePlan {
  readonly name: string;
  /** Bytes. */
  readonly pieceLength: number;
  readonly files: readonly SparseFile[];
}

function digestOfZeros(length: number): Uint8Array {
  return createHash('sha1').update(Buffer.alloc(length)).digest();
}

/** The bytes of the torrent file. */
export function sparseTorrent({ name, pieceLength, files }: SparsePlan): Uint8Array {
  const length = files.reduce((sum, file) => sum + file.length, 0);
  const count = Math.ceil(length / pieceLength);
  const pieces = Buffer.alloc(count * 20);
  digestOfZeros(pieceLength).forEach((byte, i) => (pieces[i] = byte));
  // Doubled until it is full: a copy per piece would take its time.
  for (let filled = 20; filled < pieces.length; filled *= 2) pieces.copy(pieces, filled, 0, filled);
  pieces.set(digestOfZeros(length - (count - 1) * pieceLength), (count - 1) * 20);
  return buildMetainfo({
    name,
    pieceLength,
    pieces,
    files: files.map((file) => ({ ...file, padding: false })),
    tiers: [],
    private: false,
    comment: null,
    createdBy: null,
    creationDate: null,
  });
}

/** Makes the first `most` files below `folder`, sparse. */
export async function sparseContent(
  folder: string,
  { name, files }: SparsePlan,
  most: number = files.length,
): Promise<void> {
  for (const file of files.slice(0, most)) {
    const path = join(folder, name, ...file.path);
    await mkdir(dirname(path), { recursive: true });
    await using made = await open(path, 'w');
    await made.truncate(file.length);
  }
}

/** One file of so many pieces. */
export function manyPieces(pieces: number, pieceLength: number, name = 'pieces'): SparsePlan {
  return { name, pieceLength, files: [{ path: [], length: pieces * pieceLength }] };
}

/** So many files of `length` bytes, a thousand to a folder. */
export function manyFiles(
  count: number,
  length: number,
  pieceLength: number,
  name = 'files',
): SparsePlan {
  const files = Array.from({ length: count }, (_, i) => {
    return { path: [`${Math.floor(i / 1000)}`, `file ${i}.bin`], length };
  });
  return { name, pieceLength, files };
}
