/**
 * Claim: every piece stays about as common as every other, so nobody waits for the last copy.
 * Cohen 2003; Legout, Urvoy-Keller and Michiardi, IMC 2006 ("Rarest first and choke algorithms are enough").
 *
 * Higher priority first, then fewer copies among connected peers, then at random. Whole pieces.
 *
 * Another picker may be asked in between: for all but last copies. Then a peer that alone has a piece gives that piece
 * first, before it is asked to finish what others could finish as well (ADR 33). Its uplink is what a young swarm waits for.
 *
 * Torrents of very many pieces go by `sampledPieces` instead: the rarest of a sample, without any order to keep.
 *
 * Seeds count in every piece alike and are left out of the ranks, so one that comes or goes costs nothing. Cost per
 * change: O(1).
 *
 * Invariant: a piece is in a bucket exactly while it is wanted, not verified and has missing blocks. But for last copies it
 * does not look for pieces begun (`finishPartial` does), and it does nothing about endgame.
 */
import type { Random } from '../../core/index.ts';
import type {
  Behavior,
  PeerView,
  PiecePicker,
  PickSink,
  TorrentView,
} from '../../protocol/index.ts';
import { chain } from './chain.ts';
import { PieceBuckets } from './piece-buckets.ts';
import { exactPiecesMaxDefault, sampledPieces } from './sampled-pieces.ts';
import type { SampledOptions } from './sampled-pieces.ts';
import { takeMissing } from './take-missing.ts';
import { walkBuckets } from './walk-buckets.ts';

export interface RarestFirstOptions extends SampledOptions {
  /** Asked before last copies; of no meaning without the next one. Default: none. */
  readonly beforeLastCopies?: Behavior<PiecePicker>;
  /**
   * Asked when the peer has no last copy left to give, and before all other pieces. Without it there is one order, and no
   * last copies in it. In torrents that go by samples it comes first. Default: none.
   */
  readonly afterLastCopies?: Behavior<PiecePicker>;
}

/** Rarest first, global over connected peers; ties at random. */
export function rarestFirst(options: RarestFirstOptions = {}): Behavior<PiecePicker> {
  const { exactPiecesMax = exactPiecesMaxDefault, beforeLastCopies, afterLastCopies } = options;
  return (torrent, random) => {
    if (torrent.pieceCount > exactPiecesMax) {
      const sampled: Behavior<PiecePicker> = (view, lots) =>
        sampledPieces(view, lots, { rarest: true, reason: 'rarest first' });
      const all = [beforeLastCopies, afterLastCopies, sampled].filter((each) => each !== undefined);
      return chain(...all)(torrent, random);
    }
    const picker = new RarestFirst(
      torrent,
      random,
      beforeLastCopies?.(torrent, random.fork('before last copies')),
      afterLastCopies?.(torrent, random.fork('after last copies')),
    );
    picker.allChanged();
    return picker;
  };
}

class RarestFirst implements PiecePicker {
  readonly #torrent: TorrentView;
  readonly #buckets: PieceBuckets;
  readonly #before: PiecePicker | undefined;
  readonly #after: PiecePicker | undefined;

  constructor(
    torrent: TorrentView,
    random: Random,
    before: PiecePicker | undefined,
    after: PiecePicker | undefined,
  ) {
    this.#torrent = torrent;
    this.#buckets = new PieceBuckets(torrent.pieceCount, random);
    this.#before = before;
    this.#after = after;
  }

  pieceChanged(piece: number): void {
    this.#place(piece);
    this.#before?.pieceChanged(piece);
    this.#after?.pieceChanged(piece);
  }

  allChanged(): void {
    this.#placeAll();
    this.#before?.allChanged();
    this.#after?.allChanged();
  }

  manyCopiesChanged(): void {
    this.#placeAll();
    for (const picker of [this.#before, this.#after]) {
      if (picker?.manyCopiesChanged === undefined) picker?.allChanged();
      else picker.manyCopiesChanged();
    }
  }

  pick(peer: PeerView, room: number, now: number, out: PickSink): number {
    let taken = 0;
    if (this.#after !== undefined) {
      if (this.#before !== undefined) taken = this.#before.pick(peer, room, now, out);
      if (taken < room) taken += this.#lastCopies(peer, room - taken, out);
      if (taken < room) taken += this.#after.pick(peer, room - taken, now, out);
    }
    return taken < room ? taken + this.#take(peer, room - taken, out, Infinity) : taken;
  }

  /** What nobody else has: first what was begun, since its peer alone can finish it. */
  #lastCopies(peer: PeerView, room: number, out: PickSink): number {
    const torrent = this.#torrent;
    // A seed counts as a copy of every piece.
    if (torrent.seeds > (peer.isSeed ? 1 : 0)) return 0;
    let taken = 0;
    for (let i = 0; i < torrent.openCount && taken < room;) {
      const piece = torrent.openAt(i);
      if (
        torrent.availability(piece) === 1 &&
        torrent.priority(piece) > 0 &&
        peer.mayRequest(piece)
      ) {
        taken += takeMissing(torrent, piece, room - taken, 'last copy', out);
      }
      // One that was taken whole is off the list, and the next one in its place.
      if (i < torrent.openCount && torrent.openAt(i) === piece) i++;
    }
    return taken < room ? taken + this.#take(peer, room - taken, out, 1) : taken;
  }

  /** In the order of the buckets, until one has more than `copiesMax` copies. */
  #take(peer: PeerView, room: number, out: PickSink, copiesMax: number): number {
    const torrent = this.#torrent;
    const reason = copiesMax === 1 ? 'last copy' : 'rarest first';
    let taken = 0;
    walkBuckets(this.#buckets, peer, (piece) => {
      if (taken >= room || torrent.availability(piece) > copiesMax) return false;
      if (peer.mayRequest(piece)) {
        taken += takeMissing(torrent, piece, room - taken, reason, out);
      }
      return taken < room;
    });
    return taken;
  }

  #placeAll(): void {
    this.#buckets.clear();
    for (let piece = 0; piece < this.#torrent.pieceCount; piece++) this.#place(piece);
  }

  #place(piece: number): void {
    const torrent = this.#torrent;
    const priority = torrent.priority(piece);
    if (priority > 0 && torrent.missingBlocks(piece) > 0) {
      this.#buckets.put(piece, priority, torrent.availability(piece) - torrent.seeds);
    } else this.#buckets.remove(piece);
  }
}
