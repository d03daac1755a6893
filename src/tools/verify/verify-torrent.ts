/**
 * Checks files on disk against a torrent of any version, on all cores: a verdict for each file, a map of the pieces.
 *
 * A hybrid's pieces must be right by both hashes. Nothing is written. A piece that lies in several files and is wrong
 * makes all of them suspects, for nobody can tell; one that cannot be read for a neighbour's sake is not held against a file.
 */
import { join } from 'node:path';
import { locationOf } from '../../client/data/location.ts';
import type { StoreFault } from '../../core/index.ts';
import { MERKLE_DIGEST, rootOfLayer } from '../../protocol/metainfo/merkle.ts';
import type { FullMetainfo } from '../../protocol/index.ts';
import { hashContent } from '../hashing/content-hasher.ts';
import type { HashedContent, HashOptions } from '../hashing/content-hasher.ts';
import { loadTorrent, sha256 } from '../torrent-source.ts';
import type { ToolSource } from '../torrent-source.ts';
import { sizesOf } from './looks.ts';
import { readableRuns } from './readable-runs.ts';
import { contentOf } from './segments.ts';
import { judge } from './verdicts.ts';
import type { FileVerdict, PieceState } from './verdicts.ts';

export interface Verification {
  /** Every file is there, of the right size, and every byte is right. */
  readonly ok: boolean;
  readonly pieces: number;
  readonly goodPieces: number;
  /** A character for each piece: 1 is right, 0 is not, or is not there. */
  readonly map: string;
  /** In the torrent's order, without padding. */
  readonly files: readonly FileVerdict[];
}

export interface VerifyOptions extends HashOptions {
  /** Hears how many bytes are there to be hashed, before the first `progress`. */
  readonly begun?: ((bytes: number) => void) | undefined;
}

/**
 * Verifies the data at `path`: the torrent's file or folder, or the folder that holds it. Errors are those of reading the
 * torrent; what is wrong with the data is in the result.
 */
export async function verifyTorrent(
  source: ToolSource,
  path = '.',
  options: VerifyOptions = {},
): Promise<Verification> {
  const { metainfo } = await loadTorrent(source);
  const { pieceLength } = metainfo;
  const content = contentOf(metainfo);
  const located = content.files.map((file) => ({ ...file, offset: 0, padding: false }));
  const { root, files } = await locationOf(path, { name: metainfo.name, files: located });
  const paths = files.map((file) => join(root, ...file.path));
  const sizes = await sizesOf(paths);
  const readable = readableRuns(
    content,
    pieceLength,
    sizes.map((size) => size ?? 0),
    paths,
  );
  options.begun?.(Math.min(readable.pieces.length * pieceLength, sum(sizes)));
  const hashed = await hashContent(readable.runs, pieceLength, metainfo.v1 !== null, options);
  const states = statesOf(metainfo, content.pieces, readable.pieces, hashed);
  const faults = faultsOf(hashed, paths);
  const verdicts = judge(content, pieceLength, states, sizes, faults);
  const goodPieces = states.reduce((count, state) => count + (state === 'good' ? 1 : 0), 0);
  return {
    ok: verdicts.every(({ verdict }) => verdict === 'ok'),
    pieces: content.pieces,
    goodPieces,
    map: states.map((state) => (state === 'good' ? '1' : '0')).join(''),
    files: verdicts,
  };
}

function sum(sizes: readonly (number | null)[]): number {
  return sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
}

/** @param read The pieces that were hashed, in order. */
function statesOf(
  metainfo: FullMetainfo,
  count: number,
  read: readonly number[],
  hashed: HashedContent,
): readonly PieceState[] {
  const states: PieceState[] = Array.from({ length: count }, () => 'unread');
  const v1 = metainfo.v1?.pieces ?? null;
  const v2 = metainfo.v2 === null ? null : expectedV2(metainfo, read, hashed);
  for (const [index, piece] of read.entries()) {
    if (hashed.unread.has(index)) continue;
    const good =
      (v1 === null || same(v1, piece, hashed.v1, index, 20)) &&
      (v2 === null || same(v2, piece, hashed.v2, index, MERKLE_DIGEST));
    states[piece] = good ? 'good' : 'bad';
  }
  return states;
}

function same(all: Uint8Array, at: number, some: Uint8Array, index: number, size: number): boolean {
  const expected = all.subarray(at * size, (at + 1) * size);
  return Buffer.compare(expected, some.subarray(index * size, (index + 1) * size)) === 0;
}

/** The root of every piece. A file whose layer the torrent leaves out is right or wrong as a whole. */
function expectedV2(
  { v2, pieceLength }: FullMetainfo,
  read: readonly number[],
  hashed: HashedContent,
): Uint8Array {
  const digests = new Uint8Array((v2?.pieceCount ?? 0) * MERKLE_DIGEST);
  const indexOf = new Map(read.map((piece, index) => [piece, index] as const));
  let piece = 0;
  for (const { length, piecesRoot, layer } of v2?.files ?? []) {
    const count = Math.ceil(length / pieceLength);
    if (count === 1 || layer !== null) digests.set(layer ?? piecesRoot!, piece * MERKLE_DIGEST);
    else if (count > 1) {
      const found = new Uint8Array(count * MERKLE_DIGEST);
      for (let i = 0; i < count; i++) {
        const index = indexOf.get(piece + i);
        if (index === undefined) continue;
        const own = hashed.v2.subarray(index * MERKLE_DIGEST, (index + 1) * MERKLE_DIGEST);
        found.set(own, i * MERKLE_DIGEST);
      }
      const root = rootOfLayer(found, pieceLength, sha256);
      if (Buffer.compare(root, piecesRoot!) === 0) digests.set(found, piece * MERKLE_DIGEST);
    }
    piece += count;
  }
  return digests;
}

function faultsOf(
  { unread }: HashedContent,
  paths: readonly string[],
): ReadonlyMap<number, StoreFault> {
  const byPath = new Map([...unread.values()].map(({ path, fault }) => [path, fault] as const));
  const faults = new Map<number, StoreFault>();
  if (byPath.size === 0) return faults;
  for (const [index, path] of paths.entries()) {
    const fault = byPath.get(path);
    if (fault !== undefined) faults.set(index, fault);
  }
  return faults;
}
