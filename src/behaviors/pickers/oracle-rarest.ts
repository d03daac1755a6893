/**
 * Claim: what a peer gains that knows all copies of the swarm, not only those of its peers: nothing where all know each other.
 * The "global" rarest first of simulators; Legout, Urvoy-Keller, Michiardi, IMC 2006, compare with what peers know.
 *
 * Higher priority first, then fewer copies in the swarm, then at random, of 256 pieces at most. Whole pieces. Nobody on a
 * real network knows that much: the lab does, and says so through an `Oracle`. Where there is none, the copies among
 * connected peers stand for those of the swarm.
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import type { Receipts } from '../chokers/receipt-book.ts';
import { leastOf } from '../least-of.ts';
import { takeMissing } from './take-missing.ts';

/** What nobody on a real network can know. */
export interface Oracle {
  /** Of this piece, in the whole swarm. */
  copies(piece: number): number;
  /** The book in which all who play T-Chain in this swarm are, and where this peer is. */
  readonly receipts?: Receipts;
}

/** More than there are copies of anything. */
const PRIORITY_STEP = 0x1000000;

export function oracleRarest(oracle: Oracle | null): Behavior<PiecePicker> {
  return (torrent, random) => ({
    pieceChanged() {
      // Everything is asked for with the pick.
    },
    allChanged() {
      // Likewise.
    },
    pick(peer, room, _now, out) {
      const copies = (piece: number): number =>
        oracle === null ? torrent.availability(piece) : oracle.copies(piece);
      const nextOpen = (from: number): number => {
        let piece = peer.nextWanted(from);
        while (piece >= 0 && torrent.missingBlocks(piece) === 0) piece = peer.nextWanted(piece + 1);
        return piece;
      };
      let taken = 0;
      while (taken < room) {
        const piece = leastOf(nextOpen, torrent.pieceCount, random, (each) => {
          return copies(each) - torrent.priority(each) * PRIORITY_STEP;
        });
        if (piece < 0) break;
        taken += takeMissing(torrent, piece, room - taken, 'rarest in the swarm', out);
      }
      return taken;
    },
  });
}
