/**
 * Takes the hashes of an older torrent of the same files, so that a new comment or tracker costs no pass over the data.
 *
 * The older torrent must lie in its pieces as the new one does, file by file, and a sample of pieces is hashed: the first
 * and the last of the content and others evenly between. One that differs, and nothing is taken.
 */
import { hashContent } from '../hashing/content-hasher.ts';
import type { HashedContent, HashOptions } from '../hashing/content-hasher.ts';
import { MERKLE_DIGEST } from '../../protocol/metainfo/merkle.ts';
import type { FullMetainfo, Metainfo, MetainfoV2 } from '../../protocol/index.ts';
import { runLength } from '../hashing/piece-task.ts';
import type { HashRun, HashSpan } from '../hashing/piece-task.ts';
import type { Layout } from './layout.ts';
import type { TorrentVersion } from './options.ts';

export type Reuse =
  | {
      readonly content: Pick<HashedContent, 'v1' | 'v2'>;
      readonly checked: number;
      readonly why: null;
    }
  | { readonly content: null; readonly checked: 0; readonly why: string };

/** Pieces that are hashed before the others are believed. */
const SAMPLE = 16;

/** The digests of `layout`, from `old`. */
export async function reuseHashes(
  old: FullMetainfo,
  layout: Layout,
  pieceLength: number,
  format: TorrentVersion,
  options: HashOptions,
): Promise<Reuse> {
  if (old.pieceLength !== pieceLength) return no('its piece length is another');
  const v1 = format === 'v2' ? new Uint8Array(0) : v1Digests(old.v1, layout);
  const v2 = format === 'v1' ? new Uint8Array(0) : v2Digests(old.v2, layout);
  if (v1 === null || v2 === null) return no('its files are others, or lie in other pieces');
  const sample = sampleOf(layout.pieces);
  const runs = sample.map((piece) => runOfPiece(layout.runs, piece, pieceLength));
  const found = await hashContent(runs, pieceLength, format !== 'v2', {
    threads: options.threads,
    signal: options.signal,
  });
  const same = (all: Uint8Array, some: Uint8Array, size: number, index: number): boolean => {
    const at = sample[index]! * size;
    return (
      all.length === 0 ||
      Buffer.compare(
        all.subarray(at, at + size),
        some.subarray(index * size, (index + 1) * size),
      ) === 0
    );
  };
  const good = sample.every(
    (_, index) => same(v1, found.v1, 20, index) && same(v2, found.v2, MERKLE_DIGEST, index),
  );
  if (!good || found.unread.size > 0) return no('the data has changed since');
  return { content: { v1, v2 }, checked: sample.length, why: null };
}

function no(why: string): Reuse {
  return { content: null, checked: 0, why };
}

function v1Digests(old: Metainfo | null, layout: Layout): Uint8Array | null {
  if (old?.pieceCount !== layout.pieces) return null;
  const laid = layout.files.filter(({ file }) => (file?.symlink ?? null) === null);
  if (old.files.length !== laid.length) return null;
  const same = laid.every(({ file, length }, i) => {
    const other = old.files[i]!;
    if (other.length !== length || other.padding !== (file === null)) return false;
    return file === null || samePath(other.path, file.path);
  });
  return same ? old.pieces : null;
}

function v2Digests(old: MetainfoV2 | null, layout: Layout): Uint8Array | null {
  if (old?.pieceCount !== layout.pieces) return null;
  const digests = new Uint8Array(layout.pieces * MERKLE_DIGEST);
  const laid = layout.files.filter(({ file }) => file?.symlink === null);
  if (laid.length !== old.files.length) return null;
  for (const [i, { file, length, firstPiece, pieces }] of laid.entries()) {
    const other = old.files[i]!;
    if (other.length !== length || !samePath(other.path, file!.path)) return null;
    const own = pieces > 1 ? other.layer : other.piecesRoot;
    if (length > 0 && own === null) return null;
    if (own !== null) digests.set(own, firstPiece * MERKLE_DIGEST);
  }
  return digests;
}

/** Below the torrent's name, which may be another now. */
function samePath(old: readonly string[], path: readonly string[]): boolean {
  return old.length === path.length + 1 && path.every((element, i) => old[i + 1] === element);
}

/** The first, the last, and others evenly between. */
function sampleOf(pieces: number): readonly number[] {
  if (pieces <= SAMPLE) return Array.from({ length: pieces }, (_, i) => i);
  const step = (pieces - 1) / (SAMPLE - 1);
  return Array.from({ length: SAMPLE }, (_, i) => Math.round(i * step));
}

function runOfPiece(runs: readonly HashRun[], piece: number, pieceLength: number): HashRun {
  let left = piece;
  for (const run of runs) {
    const count = Math.ceil(runLength(run) / pieceLength);
    if (left < count)
      return { spans: cut(run.spans, left * pieceLength, pieceLength), leaves: run.leaves };
    left -= count;
  }
  return { spans: [], leaves: 0 };
}

/** The spans of `length` bytes from `start` on, or as many as there are. */
function cut(spans: readonly HashSpan[], start: number, length: number): readonly HashSpan[] {
  const part: HashSpan[] = [];
  let at = 0;
  for (const span of spans) {
    const from = Math.max(start, at);
    const to = Math.min(start + length, at + span.length);
    if (from < to)
      part.push({ path: span.path, offset: span.offset + from - at, length: to - from });
    at += span.length;
  }
  return part;
}
