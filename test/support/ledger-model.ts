/**
 * The ledger as one would write it without a thought for speed: a list of leases and a map of senders, everything
 * else recounted on demand. Slow on purpose; for comparison only.
 */
import type { Geometry } from '../../src/protocol/index.ts';
import type { BlockState } from '../../src/protocol/index.ts';

export class LedgerModel {
  readonly geometry: Geometry;
  readonly padding: readonly { readonly offset: number; readonly length: number }[];
  readonly verified: Set<number> = new Set<number>();
  /** One entry per lease. */
  readonly leases: number[] = [];
  readonly senders: Map<number, number> = new Map<number, number>();
  /** Partial pieces, oldest first. */
  readonly partial: number[] = [];
  /** By piece; absent: 1. */
  readonly priorities: Map<number, number> = new Map<number, number>();

  constructor(geometry: Geometry, padding: LedgerModel['padding']) {
    this.geometry = geometry;
    this.padding = padding;
  }

  blocks(piece: number): number[] {
    const first = this.geometry.indexOf(piece, 0);
    return Array.from({ length: this.geometry.blocksIn(piece) }, (_, block) => first + block);
  }

  get allBlocks(): number[] {
    return Array.from({ length: this.geometry.pieceCount }, (_, piece) => piece).flatMap((piece) =>
      this.blocks(piece),
    );
  }

  isPadding(block: number): boolean {
    const piece = this.geometry.pieceOf(block);
    const within = block - this.geometry.indexOf(piece, 0);
    const start = this.geometry.pieceOffset(piece) + within * 16_384;
    const end = start + this.geometry.blockSize(piece, within);
    return this.padding.some((run) => run.offset <= start && end <= run.offset + run.length);
  }

  requesters(block: number): number {
    return this.leases.filter((lease) => lease === block).length;
  }

  state(block: number): BlockState {
    const piece = this.geometry.pieceOf(block);
    if (this.verified.has(piece)) return 'written';
    if (this.senders.has(block)) return 'received';
    if (this.isPadding(block) && this.partial.includes(piece)) return 'received';
    return this.requesters(block) > 0 ? 'requested' : 'missing';
  }

  /** Missing and askable: padding is neither. */
  missing(piece: number): number[] {
    return this.blocks(piece).filter(
      (block) => this.state(block) === 'missing' && !this.isPadding(block),
    );
  }

  isWhole(piece: number): boolean {
    return (
      this.partial.includes(piece) &&
      this.blocks(piece).every((block) => this.state(block) === 'received')
    );
  }

  contributors(piece: number): number[] {
    const senders = this.blocks(piece).flatMap((block) => this.senders.get(block) ?? []);
    return [...new Set(senders)];
  }

  bytesLeft(): number {
    let left = 0;
    for (let piece = 0; piece < this.geometry.pieceCount; piece++) {
      if (!this.verified.has(piece)) left += this.geometry.pieceSize(piece);
    }
    return left;
  }

  priority(piece: number): number {
    return this.priorities.get(piece) ?? 1;
  }

  get wanted(): number[] {
    return Array.from({ length: this.geometry.pieceCount }, (_, piece) => piece).filter(
      (piece) => this.priority(piece) > 0,
    );
  }

  wantedLeft(): number {
    return this.wanted
      .filter((piece) => !this.verified.has(piece))
      .reduce((sum, piece) => sum + this.geometry.pieceSize(piece), 0);
  }

  // --- changes

  touch(piece: number): void {
    if (!this.partial.includes(piece)) this.partial.push(piece);
  }

  reserve(block: number): void {
    this.touch(this.geometry.pieceOf(block));
    this.leases.push(block);
  }

  /** Whether the block is missing again. */
  release(block: number): boolean {
    this.leases.splice(this.leases.indexOf(block), 1);
    const piece = this.geometry.pieceOf(block);
    const busy = this.blocks(piece).some(
      (each) => this.requesters(each) > 0 || this.senders.has(each),
    );
    const again = this.state(block) === 'missing';
    if (!busy) this.forget(piece);
    return again;
  }

  receive(block: number, conn: number): boolean {
    const piece = this.geometry.pieceOf(block);
    this.touch(piece);
    this.senders.set(block, conn);
    return this.isWhole(piece);
  }

  /** Neither partial any more, nor any block of it held. */
  forget(piece: number): void {
    const at = this.partial.indexOf(piece);
    if (at >= 0) this.partial.splice(at, 1);
    for (const block of this.blocks(piece)) this.senders.delete(block);
  }
}
