/**
 * Which pieces can be read at all, and those as runs to hash: what is not there costs nothing. One sweep over spans and
 * pieces, whatever is missing.
 */
import type { HashRun, HashSpan } from '../hashing/piece-task.ts';
import type { Content, ContentSpan } from './segments.ts';

export interface ReadableRuns {
  readonly runs: readonly HashRun[];
  /** The pieces of the runs, in order. */
  readonly pieces: readonly number[];
}

/** @param sizes Bytes that are there of each file, 0 for none. @param paths Where each is. */
export function readableRuns(
  content: Content,
  pieceLength: number,
  sizes: readonly number[],
  paths: readonly string[],
): ReadableRuns {
  const runs: HashRun[] = [];
  const pieces: number[] = [];
  let piece = 0;
  for (const { spans, leaves } of content.segments) {
    let run: HashSpan[] = [];
    for (const parts of piecesOf(spans, pieceLength)) {
      const here = parts.every(({ file, offset, length }) => {
        return file === -1 || offset + length <= sizes[file]!;
      });
      if (here) {
        pieces.push(piece);
        for (const part of parts) append(run, part, paths);
      } else {
        if (run.length > 0) runs.push({ spans: run, leaves });
        run = [];
      }
      piece++;
    }
    if (run.length > 0) runs.push({ spans: run, leaves });
  }
  return { runs, pieces };
}

/** The spans of each piece in turn. */
export function* piecesOf(
  spans: readonly ContentSpan[],
  pieceLength: number,
): Iterable<readonly ContentSpan[]> {
  let parts: ContentSpan[] = [];
  let filled = 0;
  for (const { file, offset, length: all } of spans) {
    for (let at = 0; at < all;) {
      const length = Math.min(all - at, pieceLength - filled);
      parts.push({ file, offset: offset + at, length });
      at += length;
      filled += length;
      if (filled < pieceLength) continue;
      yield parts;
      parts = [];
      filled = 0;
    }
  }
  if (filled > 0) yield parts;
}

function append(run: HashSpan[], part: ContentSpan, paths: readonly string[]): void {
  const path = part.file === -1 ? null : paths[part.file]!;
  const last = run.at(-1);
  const goesOn =
    last?.path === path && (path === null || last.offset + last.length === part.offset);
  if (last !== undefined && goesOn) {
    run[run.length - 1] = { path, offset: last.offset, length: last.length + part.length };
  } else run.push({ path, offset: part.offset, length: part.length });
}
