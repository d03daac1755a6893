/**
 * What a torrent believes of the data that is there when it starts: who vouches for what, what is in doubt since, and
 * the check before it joins its swarm.
 *
 * Invariant: a torrent becomes active with nothing in doubt. Belief only shrinks by itself (faults, a recheck); it grows
 * by a hash, by a sync, or once, at the first start, by the word of whoever added the torrent.
 */
import type { StoreFault } from '../../../core/index.ts';
import { Checking } from './checking.ts';
import type { Holdings } from '../context.ts';
import { Doubts } from './doubts.ts';
import { enterExisting, trustAll } from './existing.ts';
import type { Existing, Legacy } from './existing.ts';
import type { PieceSet } from '../pieces/piece-set.ts';

export interface InspectionListener {
  /** Hashing begins; it may take a while. */
  checking(): void;
  /** Nothing is in doubt any more. */
  inspected(): void;
  /** The device failed meanwhile. */
  inspectionFailed(fault: StoreFault): void;
}

export class Inspection {
  /** Totals of earlier sessions. */
  readonly legacy: Legacy;
  readonly #torrent: Holdings;
  readonly #listener: InspectionListener;
  readonly #doubts: Doubts;
  /** Somebody vouches for everything: until the first start. */
  #trusting: boolean;
  /** Pieces to be hashed at the first start although somebody vouches for them. */
  #samples: readonly number[];
  #checking: Checking | null = null;

  constructor(torrent: Holdings, existing: Existing, listener: InspectionListener) {
    this.#torrent = torrent;
    this.#listener = listener;
    this.#trusting = existing === 'all';
    this.#doubts = new Doubts(torrent.ledger);
    this.legacy = enterExisting(existing, torrent.ledger, this.#doubts);
    this.#samples = this.legacy.samples;
  }

  /** Before the store is opened: what is in doubt is no longer held. */
  prepare(): void {
    this.#doubts.clear();
  }

  /** The store is open. One of the listener's calls ends it, maybe at once. */
  begin(): void {
    const { ledger } = this.#torrent;
    if (this.#trusting && this.#doubts.count === 0) trustAll(ledger, this.#doubts);
    this.#trusting = false;
    const samples = this.#doubts.count < ledger.geometry.pieceCount ? this.#samples : [];
    if (this.#doubts.count === 0 && samples.length === 0) {
      this.#listener.inspected();
      return;
    }
    this.#listener.checking();
    this.#checking = new Checking(this.#torrent, this.#doubts, samples, (fault) =>
      this.#ended(fault),
    );
    this.#checking.start();
  }

  /** The torrent stops. */
  close(): void {
    this.#checking?.close();
    this.#checking = null;
  }

  /** Nobody's word counts any more: everything is hashed at the next start. */
  doubtAll(): void {
    this.#trusting = false;
    this.#doubts.addAll();
  }

  /** `piece`: the one that could not be read; -1: none. */
  storeFailed(fault: StoreFault, piece: number): void {
    this.#doubts.storeFailed(fault, piece);
  }

  /** The pieces are on the device, but for those that are in doubt: they are taken out. */
  synced(pieces: PieceSet): void {
    this.#doubts.exclude(pieces);
    this.#doubts.settle(pieces);
  }

  /** What was written of pieces that are not whole may be lost. */
  get blocksLost(): boolean {
    return this.#doubts.blocksLost;
  }

  #ended(fault: StoreFault | null): void {
    this.#checking = null;
    if (fault === null) {
      this.#samples = [];
      this.#listener.inspected();
      return;
    }
    this.#doubts.storeFailed(fault, -1);
    this.#listener.inspectionFailed(fault);
  }
}
