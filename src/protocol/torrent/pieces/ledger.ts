/**
 * Who was asked for which block, and what has arrived: the torrent's single truth about blocks.
 *
 * A piece is in exactly one place: verified, partial (some block requested or received) or untouched. Only partial
 * pieces cost memory. Every request is a lease: `reserve` opens it, `release` or `receive` ends it.
 *
 * Invariant: a block is `requested` exactly while it is not received and its requester count is above zero;
 * `missingTotal` is the number of blocks of wanted pieces that are neither requested nor received; a piece is partial
 * exactly while one of its blocks is requested, received or has a requester. A piece of priority 0 is not wanted, and
 * everything else about it is as true as of any other. The ledger knows no peers beyond connection ids, and chooses
 * nothing.
 */
import { assert } from '../../../core/index.ts';
import type { ConnectionId } from '../../../core/index.ts';
import { blockBits } from './block-bits.ts';
import type { PartialPiece } from '../data/existing.ts';
import type { Geometry } from './geometry.ts';
import { assertRecount } from './ledger-recount.ts';
import { OpenPieces } from './open-pieces.ts';
import { PaddingBlocks } from './padding-blocks.ts';
import type { PaddingRange } from './padding-blocks.ts';
import { begin, MISSING, newProgress, NOBODY, RECEIVED, REQUESTED } from './piece-progress.ts';
import type { Progress } from './piece-progress.ts';
import { PieceSet } from './piece-set.ts';
import type { BlockIndex, BlockState } from '../views.ts';

/** Hears when a piece changes in a way that matters to a picker (see `PiecePicker.pieceChanged`). */
export interface PieceListener {
  pieceChanged(piece: number): void;
}

export class Ledger {
  readonly geometry: Geometry;
  readonly verified: PieceSet;
  readonly #priorities: Uint8Array;
  readonly #padding: PaddingBlocks;
  readonly #listener: PieceListener;
  readonly #progress = new Map<number, Progress>();
  /** Partial pieces, oldest first. */
  readonly #partial: number[] = [];
  readonly #open = new OpenPieces();
  readonly #spare: Progress[] = [];
  #begun = 0;
  #leasesOut = 0;
  #missingTotal = 0;
  #wantedUnverified = 0;
  #wantedLeft = 0;
  /** Pieces of priority 0; null: there are none. */
  #unwanted: PieceSet | null = null;

  constructor(geometry: Geometry, padding: readonly PaddingRange[], listener: PieceListener) {
    this.geometry = geometry;
    this.verified = new PieceSet(geometry.pieceCount);
    this.#priorities = new Uint8Array(geometry.pieceCount).fill(1);
    this.#padding = new PaddingBlocks(geometry, padding);
    this.#listener = listener;
    this.#wantedUnverified = geometry.pieceCount;
    this.#wantedLeft = geometry.length;
    this.#missingTotal = geometry.blockCount - this.#padding.count;
  }

  get missingTotal(): number {
    return this.#missingTotal;
  }

  get partialCount(): number {
    return this.#partial.length;
  }

  /** Every wanted piece is verified. */
  get complete(): boolean {
    return this.#wantedUnverified === 0;
  }

  /** Bytes of wanted pieces that are not verified. */
  get wantedLeft(): number {
    return this.#wantedLeft;
  }

  /** Bytes of pieces that are not verified, wanted or not: what trackers are told. */
  get bytesLeft(): number {
    const { geometry, verified } = this;
    const last = geometry.pieceCount - 1;
    const short = verified.has(last) ? geometry.pieceLength - geometry.pieceSize(last) : 0;
    return geometry.length - (verified.count * geometry.pieceLength - short);
  }

  /** The first piece at or after `from` that is in `pieces`, wanted and not verified; -1: there is none. */
  nextLacking(pieces: PieceSet, from: number): number {
    return pieces.nextWithout(from, this.verified, this.#unwanted);
  }

  /** Whether the piece is wanted and not verified: a reason to be interested in who has it. */
  lacks(piece: number): boolean {
    return !this.verified.has(piece) && this.#priorities[piece]! > 0;
  }

  partialAt(i: number): number {
    return this.#partial[i]!;
  }

  /** Partial pieces of which blocks are missing, wanted or not, oldest first. */
  get open(): Pick<OpenPieces, 'count' | 'at'> {
    return this.#open;
  }

  priority(piece: number): number {
    return this.#priorities[piece]!;
  }

  /**
   * Sets every priority, one byte per piece. What is begun stays begun and what is held stays held; leases on pieces
   * that are no longer wanted are the caller's to end. Tells no listener of single pieces: anything may have changed.
   */
  prioritize(priorities: Uint8Array): void {
    const { pieceCount } = this.geometry;
    assert(priorities.length === pieceCount, 'ledger: one priority per piece');
    this.#priorities.set(priorities);
    this.#unwanted = null;
    this.#missingTotal = 0;
    this.#wantedUnverified = 0;
    this.#wantedLeft = 0;
    for (let piece = 0; piece < pieceCount; piece++) {
      if (this.#priorities[piece] === 0) {
        this.#unwanted ??= new PieceSet(pieceCount);
        this.#unwanted.add(piece);
      } else if (!this.verified.has(piece)) {
        this.#missingTotal += this.missingBlocks(piece);
        this.#wantedUnverified++;
        this.#wantedLeft += this.geometry.pieceSize(piece);
      }
    }
  }

  state(index: BlockIndex): BlockState {
    const piece = this.geometry.pieceOf(index);
    if (this.verified.has(piece)) return 'written';
    const progress = this.#progress.get(piece);
    if (progress === undefined) return 'missing';
    const state = progress.states[index - piece * this.geometry.blocksPerPiece];
    return state === RECEIVED ? 'received' : state === REQUESTED ? 'requested' : 'missing';
  }

  requesters(index: BlockIndex): number {
    const piece = this.geometry.pieceOf(index);
    const progress = this.#progress.get(piece);
    if (progress === undefined) return 0;
    return progress.requesters[index - piece * this.geometry.blocksPerPiece]!;
  }

  missingBlocks(piece: number): number {
    const progress = this.#progress.get(piece);
    if (progress !== undefined) return progress.missing;
    return this.verified.has(piece) ? 0 : this.#untouchedMissing(piece);
  }

  nextMissing(piece: number, from: number): BlockIndex {
    const first = this.geometry.indexOf(piece, 0);
    const progress = this.#progress.get(piece);
    if (progress === undefined) {
      if (this.verified.has(piece)) return -1;
      for (let block = from; block < this.geometry.blocksIn(piece); block++) {
        if (!this.#padding.has(piece, block)) return first + block;
      }
      return -1;
    }
    for (let block = from; block < progress.blocks; block++) {
      if (progress.states[block] === MISSING) return first + block;
    }
    return -1;
  }

  /** Opens a lease on a block that is missing or requested, never received. Returns whether its piece begins with it. */
  reserve(index: BlockIndex): boolean {
    const piece = this.geometry.pieceOf(index);
    const known = this.#progress.get(piece);
    const progress = known ?? this.#begin(piece);
    const block = index - piece * this.geometry.blocksPerPiece;
    assert(progress.states[block] !== RECEIVED, 'ledger: reserved a block that is held');
    assert(progress.requesters[block]! < 255, 'ledger: too many requesters');
    progress.requesters[block]!++;
    progress.leases++;
    this.#leasesOut++;
    if (progress.states[block] === MISSING) {
      progress.states[block] = REQUESTED;
      this.#lessMissing(progress);
    }
    return known === undefined;
  }

  /** Ends a lease without the block. Returns whether the block is missing again. */
  release(index: BlockIndex): boolean {
    const piece = this.geometry.pieceOf(index);
    const progress = this.#progress.get(piece);
    assert(progress !== undefined, 'ledger: released a lease of an untouched piece');
    const block = index - piece * this.geometry.blocksPerPiece;
    assert(progress.requesters[block]! > 0, 'ledger: released a lease that was not out');
    progress.requesters[block]!--;
    progress.leases--;
    this.#leasesOut--;
    if (progress.requesters[block]! > 0 || progress.states[block] === RECEIVED) return false;
    progress.states[block] = MISSING;
    progress.missing++;
    if (this.#priorities[piece]! > 0) this.#missingTotal++;
    if (progress.leases === 0 && progress.received === this.#padding.countIn(piece)) {
      this.#end(progress);
      this.#listener.pieceChanged(piece);
    } else if (progress.missing === 1) {
      this.#open.add(progress);
      this.#listener.pieceChanged(piece);
    }
    return true;
  }

  /** Whether the block may still be taken: it is wanted and not yet received. */
  needs(index: BlockIndex): boolean {
    const state = this.state(index);
    return state === 'missing' || state === 'requested';
  }

  /** Marks the block received from `conn`; leases stay until they are released. Returns whether the piece is whole. */
  receive(index: BlockIndex, conn: ConnectionId): boolean {
    const piece = this.geometry.pieceOf(index);
    const progress = this.#progress.get(piece) ?? this.#begin(piece);
    const block = index - piece * this.geometry.blocksPerPiece;
    assert(progress.states[block] !== RECEIVED, 'ledger: received a block twice');
    if (progress.states[block] === MISSING) this.#lessMissing(progress);
    progress.states[block] = RECEIVED;
    progress.senders[block] = conn;
    progress.received++;
    return progress.received === progress.blocks;
  }

  /** Whether every block of the piece has been received (and the piece not yet verified). */
  isWhole(piece: number): boolean {
    const progress = this.#progress.get(piece);
    return progress !== undefined && progress.received === progress.blocks;
  }

  /** Whether some block of the piece is requested or received, and the piece not verified. */
  isBegun(piece: number): boolean {
    return this.#progress.has(piece);
  }

  /** By block of this partial piece: the connection that sent it, NOBODY, or EARLIER. */
  senders(piece: number): readonly ConnectionId[] {
    const progress = this.#progress.get(piece);
    return progress === undefined ? [] : Array.from(progress.senders.subarray(0, progress.blocks));
  }

  /**
   * The connections that sent blocks of this partial piece, each once, in order of their first block; EARLIER among
   * them, so that nobody who is here now is taken for the only one.
   */
  contributors(piece: number): ConnectionId[] {
    return [...new Set(this.senders(piece))].filter((sender) => sender !== NOBODY);
  }

  /** The hash matched. No lease may be out on it. */
  verify(piece: number): void {
    assert(!this.verified.has(piece), 'ledger: verified a piece twice');
    const progress = this.#progress.get(piece);
    if (progress === undefined) {
      if (this.#priorities[piece]! > 0) this.#missingTotal -= this.#untouchedMissing(piece);
    } else {
      assert(progress.leases === 0, 'ledger: verified a piece with leases out');
      if (this.#priorities[piece]! > 0) this.#missingTotal -= progress.missing;
      this.#end(progress);
    }
    this.verified.add(piece);
    if (this.#priorities[piece]! > 0) {
      this.#wantedUnverified--;
      this.#wantedLeft -= this.geometry.pieceSize(piece);
    }
    this.#listener.pieceChanged(piece);
  }

  /** The hash did not match, or its bytes were lost: every block is missing again. No lease may be out on it. */
  fail(piece: number): void {
    const progress = this.#progress.get(piece);
    if (progress === undefined) return;
    assert(progress.leases === 0, 'ledger: failed a piece with leases out');
    if (this.#priorities[piece]! > 0) {
      this.#missingTotal += this.#untouchedMissing(piece) - progress.missing;
    }
    this.#end(progress);
    this.#listener.pieceChanged(piece);
  }

  /** How many of `pieces` are wanted and not verified. */
  countLacking(pieces: PieceSet): number {
    return pieces.countWithout(this.verified, this.#unwanted);
  }

  /** Forgets everything, as if nothing had been downloaded. No lease may be out. */
  reset(): void {
    this.dropPartial();
    this.verified.each((piece) => this.forget(piece));
  }

  /** A verified piece is held no more: all of its blocks are missing. */
  forget(piece: number): void {
    assert(this.verified.remove(piece), 'ledger: forgot a piece that is not verified');
    if (this.#priorities[piece]! > 0) {
      this.#wantedUnverified++;
      this.#wantedLeft += this.geometry.pieceSize(piece);
      this.#missingTotal += this.#untouchedMissing(piece);
    }
    this.#listener.pieceChanged(piece);
  }

  /** Forgets all blocks of unverified pieces. Returns the pieces that were whole. No lease may be out. */
  dropPartial(): number[] {
    const partial = [...this.#partial];
    const whole = partial.filter((piece) => this.isWhole(piece));
    for (const piece of partial) this.fail(piece);
    return whole;
  }

  /** Fails every partial piece from `from` up to and without `end`. No lease may be out on them. */
  failPartial(from: number, end: number): void {
    for (const piece of [...this.#partial]) if (piece >= from && piece < end) this.fail(piece);
  }

  /** Every partial piece of which blocks have been received, and which; padding counts as received. */
  partialPieces(): PartialPiece[] {
    return [...this.#progress.values()]
      .filter(({ received }) => received > 0)
      .map(({ piece, states, blocks: count }) => ({
        piece,
        blocks: blockBits(count, (block) => states[block] === RECEIVED),
      }));
  }

  /** Begins the pieces that hold nothing but padding, and returns them: they are whole without asking anybody. */
  beginPadding(): number[] {
    const whole: number[] = [];
    this.#padding.eachWhole((piece) => {
      if (this.verified.has(piece)) return;
      if (!this.#progress.has(piece)) this.#begin(piece);
      if (this.isWhole(piece)) whole.push(piece);
    });
    return whole;
  }

  get leases(): number {
    return this.#leasesOut;
  }

  /** Recounts everything. Throws where an invariant is broken; for tests and simulations. */
  assertInvariants(): void {
    assertRecount(this, {
      missingTotal: this.#missingTotal,
      wantedUnverified: this.#wantedUnverified,
      wantedLeft: this.#wantedLeft,
      leasesOut: this.#leasesOut,
      partial: this.#partial,
      progress: this.#progress,
      open: this.#open,
    });
  }

  #lessMissing(progress: Progress): void {
    progress.missing--;
    if (this.#priorities[progress.piece]! > 0) this.#missingTotal--;
    if (progress.missing > 0) return;
    this.#open.remove(progress);
    this.#listener.pieceChanged(progress.piece);
  }

  #begin(piece: number): Progress {
    assert(!this.verified.has(piece), 'ledger: began a verified piece');
    const progress = this.#spare.pop() ?? newProgress(this.geometry.blocksPerPiece);
    begin(progress, piece, this.geometry.blocksIn(piece));
    progress.order = this.#begun++;
    this.#progress.set(piece, progress);
    this.#partial.push(piece);
    for (let block = 0; block < progress.blocks; block++) {
      if (!this.#padding.has(piece, block)) continue;
      progress.states[block] = RECEIVED;
      progress.received++;
      progress.missing--;
    }
    if (progress.missing > 0) this.#open.add(progress);
    this.#listener.pieceChanged(piece);
    return progress;
  }

  #end(progress: Progress): void {
    this.#progress.delete(progress.piece);
    this.#open.remove(progress);
    this.#partial.splice(this.#partial.indexOf(progress.piece), 1);
    if (this.#spare.length < 64) this.#spare.push(progress);
  }

  #untouchedMissing(piece: number): number {
    return this.geometry.blocksIn(piece) - this.#padding.countIn(piece);
  }
}
