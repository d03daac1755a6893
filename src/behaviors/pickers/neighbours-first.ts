/**
 * Claim: pieces that lie next to each other are cheaper to write and to read together, on the disk of either end, and a
 * swarm still spreads while few such places are open at a time.
 *
 * The torrent is cut into extents of so many pieces. Where a piece of an extent was begun, the others of it are asked for
 * before a piece elsewhere is begun; whoever stands after it in a chain opens the next extent. The last few extents count,
 * the newest first.
 *
 * Invariant: remembers `openMax` extents at most. Cost per pick: O(`openMax` · `extentPieces`); per change: O(`openMax`).
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { takeMissing } from './take-missing.ts';

export interface NeighboursFirstOptions {
  /** Pieces of an extent: 2 to 1024. Default 8. */
  readonly extentPieces?: number;
  /** Extents that count at a time: 1 to 64. Default 5. */
  readonly openMax?: number;
}

/** Pieces beside those begun. Goes before a picker that begins pieces. */
export function neighboursFirst(options: NeighboursFirstOptions = {}): Behavior<PiecePicker> {
  const { extentPieces = 8, openMax = 5 } = options;
  return (torrent) => {
    /** The oldest first. */
    const open: number[] = [];
    const isBegun = (piece: number): boolean =>
      !torrent.has(piece) && torrent.missingBlocks(piece) < torrent.blocksIn(piece);
    return {
      pieceChanged(piece) {
        const extent = Math.floor(piece / extentPieces);
        if (open.includes(extent) || torrent.priority(piece) === 0 || !isBegun(piece)) return;
        open.push(extent);
        if (open.length > openMax) open.shift();
      },
      allChanged() {
        // What was open still is: which of its pieces are missing is asked at every pick.
      },
      pick(peer, room, _now, out) {
        let taken = 0;
        for (let i = open.length - 1; i >= 0; i--) {
          const first = open[i]! * extentPieces;
          const end = Math.min(first + extentPieces, torrent.pieceCount);
          for (let piece = first; piece < end; piece++) {
            if (taken >= room) return taken;
            if (torrent.missingBlocks(piece) === 0 || !peer.mayRequest(piece)) continue;
            taken += takeMissing(torrent, piece, room - taken, 'neighbour', out);
          }
        }
        return taken;
      },
    };
  };
}
