/**
 * What of an earlier session's claims still holds, by how its files look now (F-19, F-21).
 *
 * A file that looks as it did is believed. One that looks otherwise is not: every piece that touches it is hashed, the
 * unclaimed ones too, since whoever changed it may have brought what was missing, and a process that died wrote more than
 * it had time to claim. Of a file that is gone nothing is claimed. A file that was not there and is not there has its
 * bytes in the part file, so the looks of that one count. Blocks of partial pieces stand as long as their file is there:
 * the hash of the whole piece is still to come. Invariant: nothing is believed that was not claimed.
 */
import type { PartialPiece, Resumed } from '../torrent/data/existing.ts';
import { PieceSet } from '../torrent/pieces/piece-set.ts';
import { looksAlike } from './resume-file.ts';
import type { FileStamp, Looks, ResumeState } from './resume-file.ts';

/** A file that is no padding, where it lies in the torrent. */
export interface ClaimedFile {
  /** Bytes. */
  readonly offset: number;
  readonly length: number;
}

export interface JudgedTorrent {
  readonly pieceCount: number;
  /** Bytes. */
  readonly pieceLength: number;
  readonly files: readonly ClaimedFile[];
}

/** Chooses pieces to be hashed although they are believed. */
export type ChooseSamples = (believed: readonly number[]) => readonly number[];

/** `now`: how the files look, in the order of the claim's, and the part file. */
export function judgeClaims(
  claim: ResumeState,
  torrent: JudgedTorrent,
  now: Looks,
  choose: ChooseSamples,
): Resumed {
  const { pieceCount } = torrent;
  const gone = new PieceSet(pieceCount);
  const changed = new PieceSet(pieceCount);
  torrent.files.forEach((file, i) => {
    if (file.length === 0) return;
    let before = claim.files[i];
    let after = now.files[i];
    if (isAbsent(before) && isAbsent(after)) [before, after] = [claim.part, now.part];
    if (after === undefined || isAbsent(after)) addPieces(gone, file, torrent);
    else if (before === undefined || !looksAlike(after, before)) {
      addPieces(changed, file, torrent);
    }
  });
  const claimed = PieceSet.fromWire(claim.verified, pieceCount) ?? new PieceSet(pieceCount);
  const verified = new PieceSet(pieceCount);
  const doubtful = new PieceSet(pieceCount);
  const believed: number[] = [];
  for (let piece = 0; piece < pieceCount; piece++) {
    if (gone.has(piece)) continue;
    if (changed.has(piece)) doubtful.add(piece);
    else if (claimed.has(piece)) {
      verified.add(piece);
      believed.push(piece);
    }
  }
  const partial = claim.partial.filter(({ piece }: PartialPiece) => !gone.has(piece));
  const { downloaded, uploaded, times } = claim;
  return {
    type: 'resume',
    verified: verified.toWire(),
    doubtful: doubtful.toWire(),
    samples: choose(believed),
    partial,
    downloaded,
    uploaded,
    times,
  };
}

function isAbsent(stamp: FileStamp | undefined): boolean {
  return stamp === undefined || stamp.size < 0;
}

function addPieces(set: PieceSet, file: ClaimedFile, { pieceLength }: JudgedTorrent): void {
  const last = Math.floor((file.offset + file.length - 1) / pieceLength);
  for (let piece = Math.floor(file.offset / pieceLength); piece <= last; piece++) set.add(piece);
}
