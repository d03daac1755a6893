/**
 * How a torrent's files lie in its pieces, for each format: end to end in v1, each from a piece of its own in v2, and in a
 * hybrid so with padding between (BEP 47, 52). One list of runs to hash serves all three.
 */
import { leavesOfPiece } from '../../protocol/metainfo/merkle.ts';
import type { HashRun, HashSpan } from '../hashing/piece-task.ts';
import type { TorrentVersion } from './options.ts';
import type { FoundFile } from './walk.ts';

export interface LaidFile {
  /** Null: padding. */
  readonly file: FoundFile | null;
  /** Bytes. */
  readonly length: number;
  /** Its first piece; in v1 alone it may begin inside one. */
  readonly firstPiece: number;
  /** Pieces of its own (v2). */
  readonly pieces: number;
}

export interface Layout {
  readonly files: readonly LaidFile[];
  readonly runs: readonly HashRun[];
  readonly pieces: number;
}

/** Lays `files` out, in their order. */
export function layOut(
  files: readonly FoundFile[],
  pieceLength: number,
  format: TorrentVersion,
): Layout {
  return format === 'v1' ? endToEnd(files, pieceLength) : aligned(files, pieceLength, format);
}

function endToEnd(files: readonly FoundFile[], pieceLength: number): Layout {
  const laid: LaidFile[] = [];
  const spans: HashSpan[] = [];
  let length = 0;
  for (const file of files) {
    const firstPiece = Math.floor(length / pieceLength);
    laid.push({ file, length: file.length, firstPiece, pieces: 0 });
    if (file.length > 0) spans.push({ path: file.absolute, offset: 0, length: file.length });
    length += file.length;
  }
  return { files: laid, runs: [{ spans, leaves: 0 }], pieces: Math.ceil(length / pieceLength) };
}

function aligned(
  files: readonly FoundFile[],
  pieceLength: number,
  format: 'v2' | 'hybrid',
): Layout {
  const laid: LaidFile[] = [];
  const runs: HashRun[] = [];
  let piece = 0;
  for (const file of files) {
    const { length } = file;
    const pieces = Math.ceil(length / pieceLength);
    laid.push({ file, length, firstPiece: piece, pieces });
    if (length === 0) continue;
    const spans: HashSpan[] = [{ path: file.absolute, offset: 0, length }];
    const gap = pieces * pieceLength - length;
    // The last file's as well, as libtorrent has it, unless there is only one file.
    if (format === 'hybrid' && gap > 0 && files.length > 1) {
      spans.push({ path: null, offset: 0, length: gap });
      laid.push({ file: null, length: gap, firstPiece: piece + pieces - 1, pieces: 0 });
    }
    runs.push({ spans, leaves: leavesOfPiece(length, pieceLength) });
    piece += pieces;
  }
  return { files: laid, runs, pieces: piece };
}
