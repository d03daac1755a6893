/**
 * Claim: pieces arrive in the order of the file, at the price of diversity. The baseline for harm in swarms, and what
 * a player of the file wants.
 *
 * Higher priority first, then lowest index. Whole pieces.
 *
 * Per priority there is a count of open pieces and the lowest index that may be open; a search starts there, goes from
 * one piece that this peer could give to the next, and stops when it has seen as many as there are. Invariant: no open
 * piece of a priority lies below its `lowest`. Cost per change: O(1). It keeps no window and no deadlines.
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { takeMissing } from './take-missing.ts';

/** Open (wanted, with missing blocks) pieces of one priority. */
interface Level {
  count: number;
  lowest: number;
}

/** Lowest index first. No parameters. */
export function sequential(): Behavior<PiecePicker> {
  return (torrent) => {
    /** By priority. */
    const levels: (Level | undefined)[] = [];
    /** By piece: the priority under which it is counted as open, or 0. */
    const open = new Int32Array(torrent.pieceCount);
    const place = (piece: number): void => {
      const priority = torrent.missingBlocks(piece) > 0 ? torrent.priority(piece) : 0;
      const before = open[piece]!;
      if (priority === before) return;
      if (before > 0) levels[before]!.count--;
      open[piece] = priority;
      if (priority === 0) return;
      const level = (levels[priority] ??= { count: 0, lowest: piece });
      level.count++;
      if (piece < level.lowest) level.lowest = piece;
    };
    const picker: PiecePicker = {
      pieceChanged: place,
      allChanged() {
        levels.length = 0;
        open.fill(0);
        for (let piece = 0; piece < torrent.pieceCount; piece++) place(piece);
      },
      manyCopiesChanged() {
        // Availability is nothing to it.
      },
      pick(peer, room, _now, out) {
        let taken = 0;
        for (let priority = levels.length - 1; priority > 0 && taken < room; priority--) {
          const level = levels[priority];
          if (level === undefined || level.count === 0) continue;
          while (open[level.lowest] !== priority) level.lowest++;
          let unseen = level.count;
          for (let next = level.lowest; unseen > 0 && taken < room;) {
            const piece = peer.nextWanted(next);
            if (piece < 0) break;
            next = piece + 1;
            if (open[piece] !== priority) continue;
            unseen--;
            taken += takeMissing(torrent, piece, room - taken, 'sequential', out);
          }
        }
        return taken;
      },
    };
    picker.allChanged();
    return picker;
  };
}
