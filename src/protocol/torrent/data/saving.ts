/**
 * What may be written down of a torrent: the pieces and blocks that a sync has put on the device (I-35).
 *
 * The books are read when the sync is asked for and told when it has succeeded, so that whatever is told is on disk,
 * and stays true at every later moment; what a failing store has put in doubt is not among it. One sync is out at a
 * time; a wish that comes meanwhile leads to one more.
 */
import type { StoreFault } from '../../../core/index.ts';
import type { TorrentClocks, TorrentTimes } from '../clocks.ts';
import type { PartialPiece } from './existing.ts';
import type { PieceSet } from '../pieces/piece-set.ts';
import type { Ledger } from '../pieces/ledger.ts';
import type { SessionFacts } from '../context.ts';
import type { JobAnswer, JobOwner } from '../../session/turn.ts';

/** What the torrent does for its saving. */
export interface SavedTorrent {
  readonly id: number;
  readonly session: SessionFacts;
  readonly store: number;
  readonly ledger: Ledger;
  readonly downloaded: number;
  readonly uploaded: number;
  readonly clocks: TorrentClocks;
  /** What was written of pieces that are not whole may be lost. */
  readonly blocksLost: boolean;
  /** The pieces are on the device, but for those that are in doubt: they are taken out. */
  synced(pieces: PieceSet): void;
  storeFailed(fault: StoreFault): void;
}

interface Snapshot {
  readonly store: number;
  readonly verified: PieceSet;
  readonly partial: readonly PartialPiece[];
  readonly downloaded: number;
  readonly uploaded: number;
  readonly times: TorrentTimes;
}

export class Saving implements JobOwner {
  readonly #torrent: SavedTorrent;
  #snapshot: Snapshot | null = null;
  #again = false;

  constructor(torrent: SavedTorrent) {
    this.#torrent = torrent;
  }

  ask(): void {
    if (this.#snapshot !== null) {
      this.#again = true;
      return;
    }
    const { ledger, session, store, downloaded, uploaded, clocks } = this.#torrent;
    const verified = ledger.verified.copy();
    const partial = ledger.partialPieces();
    const times = clocks.read(session.turn.now);
    this.#snapshot = { store, verified, partial, downloaded, uploaded, times };
    session.turn.out.push({ type: 'store-sync', job: session.turn.newJob(this), store });
  }

  /** The store is being closed: a sync that is out is still answered, and no other follows. */
  close(): void {
    this.#again = false;
  }

  jobDone(answer: JobAnswer): void {
    const snapshot = this.#snapshot;
    this.#snapshot = null;
    if (snapshot === null || answer.type !== 'store-done') return;
    const { id, session } = this.#torrent;
    if (answer.fault !== null) {
      this.#again = false;
      if (answer.fault !== 'closed') this.#torrent.storeFailed(answer.fault);
      return;
    }
    const { store, verified: pieces, ...saved } = snapshot;
    this.#torrent.synced(pieces);
    const verified = pieces.toWire();
    const partial = this.#torrent.blocksLost ? [] : saved.partial;
    session.turn.notify({ type: 'saved', torrent: id, ...saved, verified, partial });
    if (!this.#again || store !== this.#torrent.store) return;
    this.#again = false;
    this.ask();
  }
}
