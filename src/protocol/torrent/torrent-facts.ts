/**
 * The read-only face of a torrent that behaviors see: ledger, availability and flags behind `TorrentView`.
 */
import type { Millis } from '../../core/index.ts';
import type { Availability } from './pieces/availability.ts';
import type { Deadlines } from './pieces/deadlines.ts';
import type { Ledger } from './pieces/ledger.ts';
import type { BlockIndex, BlockState, TorrentView } from './views.ts';

export class TorrentFacts implements TorrentView {
  readonly pieceCount: number;
  readonly blocksPerPiece: number;
  downloading: boolean;
  seeding: boolean;
  readonly #ledger: Ledger;
  readonly #availability: Availability;
  readonly #deadlines: Deadlines;

  constructor(
    ledger: Ledger,
    availability: Availability,
    deadlines: Deadlines,
    flags: { readonly downloading: boolean; readonly seeding: boolean },
  ) {
    this.#ledger = ledger;
    this.#availability = availability;
    this.#deadlines = deadlines;
    this.pieceCount = ledger.geometry.pieceCount;
    this.blocksPerPiece = ledger.geometry.blocksPerPiece;
    this.downloading = flags.downloading;
    this.seeding = flags.seeding;
  }

  get complete(): boolean {
    return this.#ledger.complete;
  }

  get verifiedCount(): number {
    return this.#ledger.verified.count;
  }

  get partialCount(): number {
    return this.#ledger.partialCount;
  }

  get deadlineCount(): number {
    return this.#deadlines.count;
  }

  get seeds(): number {
    return this.#availability.seeds;
  }

  get missingTotal(): number {
    return this.#ledger.missingTotal;
  }

  blocksIn(piece: number): number {
    return this.#ledger.geometry.blocksIn(piece);
  }

  has(piece: number): boolean {
    return this.#ledger.verified.has(piece);
  }

  priority(piece: number): number {
    return this.#ledger.priority(piece);
  }

  availability(piece: number): number {
    return this.#availability.of(piece);
  }

  blockState(block: BlockIndex): BlockState {
    return this.#ledger.state(block);
  }

  requesters(block: BlockIndex): number {
    return this.#ledger.requesters(block);
  }

  missingBlocks(piece: number): number {
    if (this.#ledger.priority(piece) === 0) return 0;
    return this.#ledger.missingBlocks(piece);
  }

  nextMissing(piece: number, from: number): BlockIndex {
    if (this.#ledger.priority(piece) === 0) return -1;
    return this.#ledger.nextMissing(piece, from);
  }

  deadlinePiece(i: number): number {
    return this.#deadlines.pieceAt(i);
  }

  deadlineAt(i: number): Millis {
    return this.#deadlines.timeAt(i);
  }

  get openCount(): number {
    return this.#ledger.open.count;
  }

  openAt(i: number): number {
    return this.#ledger.open.at(i);
  }

  partialAt(i: number): number {
    return this.#ledger.partialAt(i);
  }
}
