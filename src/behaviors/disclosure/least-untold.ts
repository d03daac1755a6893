/**
 * The best piece to tell a peer of: of those that we have, that it lacks and was not told of, the one of least score.
 *
 * Looks at `LOOKS_MAX` of them at most, from a random place on and once around, so that a torrent of a million pieces costs no
 * more than one of a few hundred; ties are broken by lot. Keeps nothing.
 */
import type { Random } from '../../core/index.ts';
import type { PeerView, TorrentView } from '../../protocol/index.ts';

const LOOKS_MAX = 256;

/** -1: there is none. */
export function leastUntold(
  torrent: TorrentView,
  peer: PeerView,
  random: Random,
  score: (piece: number) => number,
): number {
  const start = random.below(torrent.pieceCount);
  let best = -1;
  let least = Infinity;
  let ties = 0;
  let next = start;
  let around = false;
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    let piece = peer.nextUntold(next);
    if (piece < 0 && !around) {
      around = true;
      piece = peer.nextUntold(0);
    }
    if (piece < 0 || (around && piece >= start)) return best;
    next = piece + 1;
    const found = score(piece);
    if (found > least) continue;
    ties = found < least ? 1 : ties + 1;
    least = found;
    if (random.below(ties) === 0) best = piece;
  }
  return best;
}
