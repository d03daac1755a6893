/**
 * Which blocks arrived and who is asked for the others, as the stream of one peer tells.
 *
 * Invariant: `missing` is the number of real blocks of wanted, unverified pieces that have neither arrived nor are asked for;
 * zero of them while something is lacking is what endgame means. Kept by `PeerBooks` and nobody else.
 */
import type { ConnectionId } from '../../core/index.ts';
import type { Shape } from './shape.ts';

const NOBODY = -1;
/** As the engine has it: an earlier session. */
const EARLIER = 0;

export class BlockBook {
  readonly #shape: Shape;
  /** 1: arrived, or part of a verified piece. */
  readonly #arrived: Uint8Array;
  readonly #requesters: Uint16Array;
  readonly #senders: Float64Array;
  /** Real blocks that have arrived, by piece. */
  readonly #counts: Uint32Array;
  readonly #reals: Uint32Array;
  /** 1: nobody wants the piece. */
  readonly #unwanted: Uint8Array;
  missing: number;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#arrived = new Uint8Array(shape.real.length);
    this.#requesters = new Uint16Array(shape.real.length);
    this.#senders = new Float64Array(shape.real.length).fill(NOBODY);
    this.#counts = new Uint32Array(shape.pieceCount);
    this.#reals = new Uint32Array(shape.pieceCount);
    this.#unwanted = new Uint8Array(shape.pieceCount);
    for (let block = 0; block < shape.real.length; block++) {
      if (shape.real[block] === 1) this.#reals[shape.pieceOf(block)]!++;
    }
    this.missing = shape.realCount;
  }

  requesters(block: number): number {
    return this.#requesters[block]!;
  }

  hasArrived(block: number): boolean {
    return this.#arrived[block] === 1;
  }

  /** Whether all blocks of the piece that somebody must send have arrived. */
  isWhole(piece: number): boolean {
    return this.#counts[piece] === this.#reals[piece];
  }

  want(piece: number, wanted: boolean): void {
    const unwanted = wanted ? 0 : 1;
    if (this.#unwanted[piece] === unwanted) return;
    this.#unwanted[piece] = unwanted;
    this.#each(piece, (block) => {
      if (this.#arrived[block] === 0 && this.#requesters[block] === 0)
        this.missing += wanted ? 1 : -1;
    });
  }

  ask(block: number): void {
    const before = this.#requesters[block]!;
    this.#requesters[block] = before + 1;
    if (before === 0 && this.#arrived[block] === 0) this.#miss(block, -1);
  }

  release(block: number): void {
    const after = this.#requesters[block]! - 1;
    this.#requesters[block] = after;
    if (after === 0 && this.#arrived[block] === 0) this.#miss(block, 1);
  }

  arrive(block: number, from: ConnectionId): void {
    if (this.#arrived[block] === 1) return;
    if (this.#requesters[block] === 0) this.#miss(block, -1);
    this.#arrived[block] = 1;
    this.#senders[block] = from;
    this.#counts[this.#shape.pieceOf(block)]!++;
  }

  /** The block was there at the start. */
  restore(block: number): void {
    if (this.#shape.real[block] === 1) this.arrive(block, EARLIER);
  }

  /** Bytes of the piece that came from peers. */
  bytesOf(piece: number): number {
    let bytes = 0;
    this.#each(piece, (block) => {
      if (this.#arrived[block] === 1 && this.#senders[block]! > EARLIER) {
        bytes += this.#shape.sizeOf(block);
      }
    });
    return bytes;
  }

  /** Who sent the block, 0 for an earlier session; null: nobody yet, or its piece is verified. */
  senderOf(block: number): ConnectionId | null {
    const sender = this.#senders[block]!;
    return sender === NOBODY ? null : sender;
  }

  /** Who sent blocks of the piece, each once; 0 for an earlier session. */
  sendersOf(piece: number): ConnectionId[] {
    const senders: ConnectionId[] = [];
    this.#each(piece, (block) => {
      const sender = this.#senders[block]!;
      if (sender !== NOBODY && !senders.includes(sender)) senders.push(sender);
    });
    return senders;
  }

  /** The piece is verified: none of it is missing any more. */
  verify(piece: number): void {
    this.#each(piece, (block) => this.arrive(block, NOBODY));
  }

  /** The piece is not what its hash says, or is doubted: all of it is missing again. */
  lose(piece: number): void {
    this.#each(piece, (block) => {
      this.#senders[block] = NOBODY;
      if (this.#arrived[block] === 0) return;
      this.#arrived[block] = 0;
      if (this.#requesters[block] === 0) this.#miss(block, 1);
    });
    this.#counts[piece] = 0;
  }

  #miss(block: number, by: number): void {
    if (this.#unwanted[this.#shape.pieceOf(block)] === 0) this.missing += by;
  }

  #each(piece: number, look: (block: number) => void): void {
    const first = piece * this.#shape.blocksPerPiece;
    for (let block = first; block < first + this.#shape.blocksPerPiece; block++) {
      if (this.#shape.real[block] === 1) look(block);
    }
  }
}
