/**
 * Claim: few pieces are half done at any time, so blocks soon become pieces that can be verified and given on.
 * Cohen 2003, section 2.4.1 ("strict priority").
 *
 * Blocks of pieces already begun: higher priority first, then the oldest. Several peers may work on one piece; a block
 * still goes to one of them only. It never begins a piece.
 *
 * Keeps no state. Cost per pick: O(pieces begun of which something is missing), times the number of different priorities
 * among them.
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { takeMissing } from './take-missing.ts';

/** Oldest piece under way first. No parameters. */
export function finishPartial(): Behavior<PiecePicker> {
  return (torrent) => ({
    pieceChanged() {
      // Reads the torrent's own list of pieces begun.
    },
    allChanged() {
      // As above.
    },
    pick(peer, room, _now, out) {
      let taken = 0;
      let level = 0;
      for (let i = 0; i < torrent.openCount; i++) {
        level = Math.max(level, torrent.priority(torrent.openAt(i)));
      }
      while (level > 0 && taken < room) {
        let lower = 0;
        for (let i = 0; i < torrent.openCount && taken < room;) {
          const piece = torrent.openAt(i);
          const priority = torrent.priority(piece);
          if (priority < level && priority > lower) lower = priority;
          if (priority === level && peer.mayRequest(piece)) {
            taken += takeMissing(torrent, piece, room - taken, 'finish partial', out);
          }
          // One that was taken whole is off the list, and the next one in its place.
          if (i < torrent.openCount && torrent.openAt(i) === piece) i++;
        }
        level = lower;
      }
      return taken;
    },
  });
}
