/**
 * Hashes what the store holds already, piece by piece, before the torrent joins its swarm. A bounded number of pieces
 * is under way at once. A piece that is missing or differs is simply not held; only a failing device ends the check.
 */
import type { JobId, StoreFault } from '../../core/index.ts';
import type { Holdings } from './context.ts';
import { askHash, digestMatches } from './piece-hash.ts';
import type { JobAnswer, JobOwner } from './turn.ts';

export class Checking implements JobOwner {
  readonly #torrent: Holdings;
  readonly #finished: (fault: StoreFault | null) => void;
  readonly #jobs = new Map<JobId, number>();
  #next = 0;
  #checked = 0;
  #closed = false;

  constructor(torrent: Holdings, finished: (fault: StoreFault | null) => void) {
    this.#torrent = torrent;
    this.#finished = finished;
  }

  start(): void {
    this.#pump();
  }

  /** Answers of jobs that are still out are ignored. */
  close(): void {
    this.#closed = true;
  }

  #pump(): void {
    const { ledger, session } = this.#torrent;
    while (
      this.#next < ledger.geometry.pieceCount &&
      this.#jobs.size < session.config.checkJobsMax
    ) {
      const piece = this.#next++;
      if (ledger.verified.has(piece)) {
        this.#checked++;
        continue;
      }
      this.#jobs.set(askHash(this.#torrent, piece, this), piece);
    }
    if (this.#checked === ledger.geometry.pieceCount) this.#finish(null);
  }

  jobDone(answer: JobAnswer): void {
    const piece = this.#jobs.get(answer.job);
    this.#jobs.delete(answer.job);
    if (this.#closed || piece === undefined || answer.type !== 'hash-done') return;
    const { ledger, metainfo } = this.#torrent;
    if (answer.digest === null && answer.fault !== 'missing') {
      this.#finish(answer.fault ?? 'io');
      return;
    }
    if (answer.digest !== null && digestMatches(metainfo.pieces, piece, answer.digest)) {
      ledger.verify(piece);
    }
    this.#checked++;
    this.#tellProgress();
    this.#pump();
  }

  /** About a hundred times in all. */
  #tellProgress(): void {
    const { ledger, session, id } = this.#torrent;
    const step = Math.ceil(ledger.geometry.pieceCount / 100);
    if (this.#checked % step !== 0 && this.#checked !== ledger.geometry.pieceCount) return;
    const verified = ledger.verified.count;
    session.turn.notify({ type: 'check-progress', torrent: id, checked: this.#checked, verified });
  }

  #finish(fault: StoreFault | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#finished(fault);
  }
}
