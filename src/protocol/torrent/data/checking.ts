/**
 * Hashes what is in doubt of the store's data, piece by piece, before the torrent joins its swarm. A bounded number of
 * pieces is under way at once. A piece that is missing or differs is simply not held; only a failing device ends the
 * check. The rest of a file that ends early is not asked for piece by piece (`MissingRun`).
 *
 * Samples come first: pieces that somebody vouches for. One that is not right puts everything in doubt, so it is not
 * told how far the check is before they are done.
 */
import type { JobId, StoreFault } from '../../../core/index.ts';
import type { Holdings } from '../context.ts';
import type { Doubts } from './doubts.ts';
import { MissingRun } from './missing-run.ts';
import { askHash, digestMatches } from './piece-hash.ts';
import type { JobAnswer, JobOwner } from '../../session/turn.ts';

export class Checking implements JobOwner {
  readonly #torrent: Holdings;
  readonly #doubts: Doubts;
  readonly #finished: (fault: StoreFault | null) => void;
  readonly #jobs = new Map<JobId, number>();
  #samples: readonly number[];
  #samplesAsked = 0;
  #samplesRight = 0;
  readonly #run: MissingRun;
  #next = 0;
  #closed = false;

  constructor(
    torrent: Holdings,
    doubts: Doubts,
    samples: readonly number[],
    finished: (fault: StoreFault | null) => void,
  ) {
    this.#torrent = torrent;
    this.#doubts = doubts;
    this.#samples = samples;
    this.#finished = finished;
    this.#run = new MissingRun(torrent.metainfo.files, torrent.ledger.geometry);
  }

  start(): void {
    this.#pump();
  }

  /** Answers of jobs that are still out are ignored. */
  close(): void {
    this.#closed = true;
  }

  #pump(): void {
    const { session } = this.#torrent;
    while (this.#jobs.size < session.config.checkJobsMax) {
      const piece = this.#nextPiece();
      if (piece < 0) break;
      this.#jobs.set(askHash(this.#torrent, piece, this), piece);
    }
    if (this.#jobs.size === 0) this.#finish(null);
  }

  /** -1: none now. */
  #nextPiece(): number {
    if (this.#samplesAsked < this.#samples.length) return this.#samples[this.#samplesAsked++]!;
    if (this.#sampling) return -1;
    const { pieceCount } = this.#torrent.ledger.geometry;
    while (this.#next < pieceCount && !this.#doubts.has(this.#next)) this.#next++;
    return this.#next < pieceCount ? this.#next++ : -1;
  }

  get #sampling(): boolean {
    return this.#samplesRight < this.#samples.length;
  }

  jobDone(answer: JobAnswer): void {
    const piece = this.#jobs.get(answer.job);
    this.#jobs.delete(answer.job);
    if (this.#closed || piece === undefined || answer.type !== 'hash-done') return;
    const { metainfo } = this.#torrent;
    if (answer.digest === null && answer.fault !== 'missing') {
      this.#finish(answer.fault ?? 'io');
      return;
    }
    const good = answer.digest !== null && digestMatches(metainfo.pieces, piece, answer.digest);
    if (this.#sampling) this.#sampled(good);
    else this.#checked(piece, good, answer.digest === null);
    this.#pump();
  }

  #sampled(good: boolean): void {
    if (good) {
      this.#samplesRight++;
      return;
    }
    this.#samples = [];
    // What is still out was asked before anything was in doubt: its answers count for nothing.
    this.#jobs.clear();
    this.#torrent.ledger.reset();
    this.#doubts.addAll();
    this.#doubts.clear();
  }

  #checked(piece: number, good: boolean, missing: boolean): void {
    const { ledger } = this.#torrent;
    this.#doubts.checked(piece, good);
    if (good) ledger.verify(piece);
    else if (missing) ledger.fail(piece);
    if (missing && ledger.priority(piece) > 0) this.#skip(piece);
    else this.#run.broken();
    this.#tellProgress();
  }

  /** What is missing with this piece need not be asked for. */
  #skip(piece: number): void {
    const { ledger } = this.#torrent;
    const end = this.#run.missing(piece);
    if (end <= this.#next) return;
    this.#doubts.missing(this.#next, end);
    ledger.failPartial(this.#next, end);
    this.#next = end;
  }

  /** About a hundred times in all. */
  #tellProgress(): void {
    const { ledger, session, id } = this.#torrent;
    const { pieceCount } = ledger.geometry;
    const checked = pieceCount - this.#doubts.count;
    const step = Math.ceil(pieceCount / 100);
    if (checked % step !== 0 && checked !== pieceCount) return;
    const verified = ledger.verified.count;
    session.turn.notify({ type: 'check-progress', torrent: id, checked, verified });
  }

  #finish(fault: StoreFault | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#finished(fault);
  }
}
