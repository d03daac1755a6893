/**
 * From priorities of files to priorities of pieces: a piece is worth what the most wanted of its files is worth.
 *
 * Invariant: a piece is 0 exactly where all files that have bytes in it are 0. Padding (BEP 47) fills up the file before
 * it and is worth as much. Pure arithmetic, in one pass over the files.
 */
import { assert } from '../../core/index.ts';
import type { Metainfo } from './types.ts';

/** The highest that a file may have; 0: not wanted, 1: as all files begin. */
export const filePriorityMax = 7;

/** What is added to the first and last piece of a file that is wanted: they go before all others. */
const ENDS_BOOST = filePriorityMax + 1;

export interface PiecePriorityOptions {
  /** The first and the last piece of every wanted file before all others: players look there for what the file is. */
  readonly firstLast: boolean;
}

/**
 * @param files One priority from 0 to `filePriorityMax` per file of the metainfo; those of padding are not looked at.
 * @returns One byte per piece, as the command `set-priorities` takes them.
 */
export function piecePriorities(
  metainfo: Pick<Metainfo, 'files' | 'pieceLength' | 'pieceCount'>,
  files: ArrayLike<number>,
  { firstLast }: PiecePriorityOptions = { firstLast: false },
): Uint8Array {
  assert(files.length === metainfo.files.length, 'priorities: one per file');
  const pieces = new Uint8Array(metainfo.pieceCount);
  const raise = (piece: number, priority: number): void => {
    if (pieces[piece]! < priority) pieces[piece] = priority;
  };
  let before = 0;
  for (const [i, { offset, length, padding }] of metainfo.files.entries()) {
    const priority = padding ? before : files[i]!;
    assert(priority >= 0 && priority <= filePriorityMax, 'priorities: out of range');
    before = priority;
    if (length === 0 || priority === 0) continue;
    const first = Math.floor(offset / metainfo.pieceLength);
    const last = Math.floor((offset + length - 1) / metainfo.pieceLength);
    for (let piece = first; piece <= last; piece++) raise(piece, priority);
    if (!firstLast || padding) continue;
    raise(first, priority + ENDS_BOOST);
    raise(last, priority + ENDS_BOOST);
  }
  return pieces;
}
