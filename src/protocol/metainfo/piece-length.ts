/**
 * Chooses the piece length of a new torrent. Small pieces are verified and passed on sooner; large ones keep the
 * torrent file, the bitfields and the `have` traffic small. Two thousand pieces is where both are bearable.
 */
import { assert } from '../../core/assert.ts';

/** Bytes: one block, the unit of request. */
const PIECE_LENGTH_MIN = 16_384;
/** Bytes: what every client in the field takes. */
const PIECE_LENGTH_USUAL_MAX = 16_777_216;
const PIECES_WANTED = 2048;
/** Pieces a client must expect in one torrent: `metainfoLimits.piecesMax`. */
const PIECES_MAX = 2_097_152;

/** The piece length, a power of two of at least 16 KiB, for `totalBytes` of content. */
export function pieceLengthFor(totalBytes: number): number {
  assert(Number.isSafeInteger(totalBytes) && totalBytes >= 0, 'piece length: total bytes');
  let length = PIECE_LENGTH_MIN;
  while (length < PIECE_LENGTH_USUAL_MAX && totalBytes > length * PIECES_WANTED) length *= 2;
  while (totalBytes > length * PIECES_MAX) length *= 2;
  return length;
}
