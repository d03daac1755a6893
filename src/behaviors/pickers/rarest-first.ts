/**
 * Claim: every piece stays about as common as every other, so nobody waits for the last copy.
 * Cohen 2003; Legout, Urvoy-Keller and Michiardi, IMC 2006 ("Rarest first and choke algorithms are enough").
 *
 * Higher priority first, then fewer copies among connected peers, then at random. Whole pieces.
 *
 * Torrents of very many pieces go by `sampledPieces` instead: the rarest of a sample, without any order to keep.
 *
 * Seeds count in every piece alike and are left out of the ranks, so one that comes or goes costs nothing. Cost per
 * change: O(1).
 *
 * Invariant: a piece is in a bucket exactly while it is wanted, not verified and has missing blocks. Does not look
 * for pieces begun (`finishPartial` does), and does nothing about endgame.
 */
import type { Behavior, PiecePicker } from '../../protocol/index.ts';
import { PieceBuckets } from './piece-buckets.ts';
import { exactPiecesMaxDefault, sampledPieces } from './sampled-pieces.ts';
import type { SampledOptions } from './sampled-pieces.ts';
import { takeMissing } from './take-missing.ts';
import { walkBuckets } from './walk-buckets.ts';

/** Rarest first, global over connected peers; ties at random. */
export function rarestFirst(options: SampledOptions = {}): Behavior<PiecePicker> {
  const { exactPiecesMax = exactPiecesMaxDefault } = options;
  return (torrent, random) => {
    if (torrent.pieceCount > exactPiecesMax) {
      return sampledPieces(torrent, random, { rarest: true, reason: 'rarest first' });
    }
    const buckets = new PieceBuckets(torrent.pieceCount, random);
    const place = (piece: number): void => {
      const rank = torrent.availability(piece) - torrent.seeds;
      const priority = torrent.priority(piece);
      if (priority > 0 && torrent.missingBlocks(piece) > 0) buckets.put(piece, priority, rank);
      else buckets.remove(piece);
    };
    const picker: PiecePicker = {
      pieceChanged: place,
      allChanged() {
        buckets.clear();
        for (let piece = 0; piece < torrent.pieceCount; piece++) place(piece);
      },
      pick(peer, room, _now, out) {
        let taken = 0;
        walkBuckets(buckets, peer, (piece) => {
          if (taken >= room) return false;
          if (peer.mayRequest(piece)) {
            taken += takeMissing(torrent, piece, room - taken, 'rarest first', out);
          }
          return taken < room;
        });
        return taken;
      },
    };
    picker.allChanged();
    return picker;
  };
}
