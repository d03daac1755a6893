/**
 * Claim: a newcomer has something to trade sooner, because a random piece is held by more peers than a rare one.
 * Cohen 2003, section 2.4.3.
 *
 * Higher priority first, then at random: each piece gets a random place once, and the first one in that order which
 * the peer may give is taken whole. Steps aside when enough pieces are verified, so that `chain` goes on.
 *
 * Invariant: while it is active, a piece is in the order exactly while it is wanted, not verified and has missing
 * blocks. While it is not, changes cost one compare. It does not look for pieces begun (`finishPartial` does).
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { PieceBuckets } from './piece-buckets.ts';
import { exactPiecesMaxDefault, sampledPieces } from './sampled-pieces.ts';
import type { SampledOptions } from './sampled-pieces.ts';
import { takeMissing } from './take-missing.ts';
import { walkBuckets } from './walk-buckets.ts';

export interface RandomFirstOptions extends SampledOptions {
  /** Active until so many pieces are verified: 0 to Infinity, where Infinity means for ever. Default 4. */
  readonly piecesMax?: number;
}

export function randomFirst(options: RandomFirstOptions = {}): Behavior<PiecePicker> {
  const { piecesMax = 4, exactPiecesMax = exactPiecesMaxDefault } = options;
  return (torrent, random) => {
    if (torrent.pieceCount > exactPiecesMax) {
      const active = (): boolean => torrent.verifiedCount < piecesMax;
      return sampledPieces(torrent, random, { rarest: false, reason: 'random first', active });
    }
    const buckets = new PieceBuckets(torrent.pieceCount, random);
    let stale = true;
    const place = (piece: number): void => {
      const priority = torrent.priority(piece);
      if (priority > 0 && torrent.missingBlocks(piece) > 0) buckets.put(piece, priority, 0);
      else buckets.remove(piece);
    };
    const active = (): boolean => torrent.verifiedCount < piecesMax;
    return {
      pieceChanged(piece) {
        if (stale) return;
        if (active()) place(piece);
        else stale = true;
      },
      allChanged() {
        stale = true;
      },
      manyCopiesChanged() {
        // Availability is nothing to it.
      },
      pick(peer, room, _now, out) {
        if (!active()) return 0;
        if (stale) {
          buckets.clear();
          for (let piece = 0; piece < torrent.pieceCount; piece++) place(piece);
          stale = false;
        }
        let taken = 0;
        walkBuckets(buckets, peer, (piece) => {
          if (taken >= room) return false;
          if (peer.mayRequest(piece)) {
            taken += takeMissing(torrent, piece, room - taken, 'random first', out);
          }
          return taken < room;
        });
        return taken;
      },
    };
  };
}
