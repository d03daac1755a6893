/**
 * The one way in which pickers take a piece: all its missing blocks, in order, before the next piece.
 *
 * Invariant: pushes only blocks in state `missing`, at most `room` of them. The sink reserves on every push, so what
 * was taken is no longer missing when the next block is looked for. Chooses no piece and checks no peer.
 */
import type { PickSink, TorrentView } from '../../protocol/index.ts';

/** Pushes up to `room` missing blocks of `piece`, lowest first, and returns how many. */
export function takeMissing(
  torrent: TorrentView,
  piece: number,
  room: number,
  reason: string,
  out: PickSink,
): number {
  const first = piece * torrent.blocksPerPiece;
  let taken = 0;
  for (
    let block = torrent.nextMissing(piece, 0);
    block >= 0 && taken < room;
    block = torrent.nextMissing(piece, block - first + 1)
  ) {
    out.push(block, reason);
    taken++;
  }
  return taken;
}
