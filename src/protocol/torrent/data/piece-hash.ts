/**
 * Asks the store for the hash of a piece, and judges the answer against the metainfo. The machine never sees payload:
 * hashing is the store's job, on whichever thread it likes.
 */
import type { JobId } from '../../../core/index.ts';
import type { Holdings } from '../context.ts';
import type { JobOwner } from '../../session/turn.ts';

/** Answered through `owner` when every earlier write to the piece is in the files. */
export function askHash(torrent: Holdings, piece: number, owner: JobOwner): JobId {
  const { geometry } = torrent.ledger;
  return askDigest(torrent, geometry.pieceOffset(piece), geometry.pieceSize(piece), owner);
}

/** The same for any range of bytes. */
export function askDigest(
  torrent: Holdings,
  offset: number,
  length: number,
  owner: JobOwner,
): JobId {
  const { session, store } = torrent;
  const job = session.turn.newJob(owner);
  session.turn.out.push({ type: 'store-hash', job, store, offset, length, algorithm: 'sha1' });
  return job;
}

/** Whether `digest` is the hash that the metainfo gives for `piece`. */
export function digestMatches(pieces: Uint8Array, piece: number, digest: Uint8Array): boolean {
  if (digest.length !== 20) return false;
  for (let i = 0; i < 20; i++) if (pieces[piece * 20 + i] !== digest[i]) return false;
  return true;
}
