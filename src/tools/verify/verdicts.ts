/**
 * From pieces to files: what is to be said of each. Pure.
 */
import type { StoreFault } from '../../core/index.ts';
import { piecesOf } from './readable-runs.ts';
import type { Content } from './segments.ts';

/** `unread`: a file that it lies in is not there, too short, or could not be read. */
export type PieceState = 'good' | 'bad' | 'unread';

/**
 * `ok`: right to the last byte. `missing`: not there. `wrong-size`: longer or shorter than it should be. `bad`: bytes are
 * wrong, or a piece is that it shares with other files. `unreadable`: there, and cannot be read. `unverified`: nothing
 * speaks against it, but a piece of it cannot be checked without another file.
 */
export type Verdict = 'ok' | 'missing' | 'wrong-size' | 'bad' | 'unreadable' | 'unverified';

/** Bytes of a file, the end not included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface FileVerdict {
  /** Elements with `/` between them; the torrent's name is the first. */
  readonly path: string;
  readonly verdict: Verdict;
  /** Bytes it should have. */
  readonly length: number;
  /** Bytes it has; null: it is not there. */
  readonly actual: number | null;
  /** Bytes in pieces that are wrong. */
  readonly bad: readonly ByteRange[];
  /** Bytes in pieces that could not be checked. */
  readonly unverified: readonly ByteRange[];
}

/** @param sizes Bytes of each file, null for none. @param faults Files that could not be read. */
export function judge(
  content: Content,
  pieceLength: number,
  states: readonly PieceState[],
  sizes: readonly (number | null)[],
  faults: ReadonlyMap<number, StoreFault>,
): readonly FileVerdict[] {
  const bad: ByteRange[][] = content.files.map(() => []);
  const unverified: ByteRange[][] = content.files.map(() => []);
  let piece = 0;
  for (const { spans } of content.segments) {
    for (const parts of piecesOf(spans, pieceLength)) {
      const state = states[piece++]!;
      if (state === 'good') continue;
      for (const { file, offset, length } of parts) {
        if (file !== -1)
          extend((state === 'bad' ? bad : unverified)[file]!, offset, offset + length);
      }
    }
  }
  return content.files.map(({ path, length }, index) => {
    const ranges = { bad: bad[index]!, unverified: unverified[index]! };
    const actual = sizes[index]!;
    const verdict = verdictOf(length, actual, faults.get(index), ranges.bad, ranges.unverified);
    return { path: path.join('/'), verdict, length, actual, ...ranges };
  });
}

function verdictOf(
  length: number,
  actual: number | null,
  fault: StoreFault | undefined,
  bad: readonly ByteRange[],
  unverified: readonly ByteRange[],
): Verdict {
  if (actual === null) return 'missing';
  if (actual !== length) return 'wrong-size';
  if (fault !== undefined) return 'unreadable';
  if (bad.length > 0) return 'bad';
  return unverified.length > 0 ? 'unverified' : 'ok';
}

/** Neighbours become one. */
function extend(ranges: ByteRange[], start: number, end: number): void {
  const last = ranges.at(-1);
  if (last?.end === start) ranges[ranges.length - 1] = { start: last.start, end };
  else ranges.push({ start, end });
}
