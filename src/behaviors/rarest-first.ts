/**
 * Claim: every piece stays about as common as every other, so nobody waits for the last copy.
 * Cohen 2003; Legout, Urvoy-Keller and Michiardi, IMC 2006 ("Rarest first and choke algorithms are enough").
 *
 * Higher priority first, then fewer copies among connected peers, then at random. Whole pieces.
 *
 * Seeds: one that comes or goes shifts the availability of all pieces by one and may not be told, so ranks are kept
 * relative to the shift, which is read off a piece whose own change would have been told. Cost per change: O(1).
 *
 * Invariant: a piece is in a bucket exactly while it is wanted, not verified and has missing blocks. Does not look
 * for pieces begun (`finishPartial` does), and does nothing about endgame.
 */
import type { Behavior, PiecePicker, TorrentView } from '../protocol/index.ts';
import { PieceBuckets } from './piece-buckets.ts';
import { takeMissing } from './take-missing.ts';

/** Rarest first, global over connected peers; ties at random. No parameters. */
export function rarestFirst(): Behavior<PiecePicker> {
  return (torrent, random) => {
    const buckets = new PieceBuckets(torrent.pieceCount, random);
    const ranks = new AvailabilityRanks(torrent);
    const place = (piece: number): void => {
      const rank = ranks.update(piece);
      const priority = torrent.priority(piece);
      if (priority > 0 && torrent.missingBlocks(piece) > 0) buckets.put(piece, priority, rank);
      else buckets.remove(piece);
    };
    const picker: PiecePicker = {
      pieceChanged: place,
      allChanged() {
        buckets.clear();
        ranks.reset();
        for (let piece = 0; piece < torrent.pieceCount; piece++) place(piece);
      },
      pick(peer, room, _now, out) {
        let taken = 0;
        buckets.walk((piece) => {
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

/** Availability without the common shift that seeds make after `reset`. Assumes each change is told at once. */
class AvailabilityRanks {
  readonly #torrent: TorrentView;
  /** Ranks of pieces 0 and 1: each shows the shift while the other changes. */
  readonly #known: [number, number] = [0, 0];

  constructor(torrent: TorrentView) {
    this.#torrent = torrent;
  }

  reset(): void {
    for (const piece of [0, 1] as const) {
      if (piece < this.#torrent.pieceCount) this.#known[piece] = this.#torrent.availability(piece);
    }
  }

  /** The piece's rank now. */
  update(piece: number): number {
    const rank = Math.max(0, this.#torrent.availability(piece) - this.#shift(piece));
    if (piece === 0 || piece === 1) this.#known[piece] = rank;
    return rank;
  }

  #shift(piece: number): number {
    if (this.#torrent.pieceCount === 1) return 0;
    const other = piece === 0 ? 1 : 0;
    return this.#torrent.availability(other) - this.#known[other];
  }
}
