/** The rarest piece of a stretch, for pickers that go by where a reader would be. Cost: O(stretch). */
import type { Random } from '../../core/index.ts';
import type { PeerView, TorrentView } from '../../protocol/index.ts';

/** Of the open pieces from `from` to `from + span` that the peer may give, one with the fewest copies, by lot; or -1. */
export function rarestFrom(
  torrent: TorrentView,
  peer: PeerView,
  from: number,
  span: number,
  lots: Random,
): number {
  let best = -1;
  let copies = Infinity;
  let ties = 0;
  let piece = peer.nextWanted(from);
  for (; piece >= 0 && piece < from + span; piece = peer.nextWanted(piece + 1)) {
    if (torrent.missingBlocks(piece) === 0) continue;
    const found = torrent.availability(piece);
    if (found > copies) continue;
    ties = found < copies ? 1 : ties + 1;
    copies = found;
    if (ties === 1 || lots.below(ties) === 0) best = piece;
  }
  return best;
}
