/**
 * Claim: a peer knows best which pieces cost it least, and asking for those makes it faster (BEP 6, `suggest`).
 *
 * Pieces that this peer suggests and has, the newest suggestion first: what it said last is the likeliest to be still in
 * its cache. A suggestion chooses among this peer's pieces only, and there are never more than a few of them, so that a
 * liar cannot turn a download to its liking. It comes after what is begun and before what is rare. Pieces that are not
 * wanted are left alone.
 *
 * Keeps no state. Cost per pick: O(suggestions of the peer).
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { takeMissing } from './take-missing.ts';

/** Pieces that the peer suggests. No parameters. */
export function suggested(): Behavior<PiecePicker> {
  return (torrent) => ({
    pieceChanged() {
      // Reads the peer's own list.
    },
    allChanged() {
      // As above.
    },
    pick(peer, room, _now, out) {
      const { suggested: pieces } = peer;
      let taken = 0;
      for (let i = pieces.length - 1; i >= 0 && taken < room; i--) {
        const piece = pieces[i]!;
        if (torrent.priority(piece) === 0 || torrent.missingBlocks(piece) === 0) continue;
        if (!peer.mayRequest(piece)) continue;
        taken += takeMissing(torrent, piece, room - taken, 'suggested', out);
      }
      return taken;
    },
  });
}
