/**
 * One connection of one peer as a third party on the wire would book it: what each end has said and still owes.
 *
 * A record. It is written by `hear.ts` (what comes in) and `tell.ts` (what goes out) and read by the laws; it begins
 * with `connect` or `connected` and is over when either end closes.
 */
import type { Address, ConnectionId, Millis } from '../../core/index.ts';

/** Leases that ended early and are remembered per connection: the engine's own bound, beyond which it forgets. */
const LATE_MAX = 4096;

/** How often a choked peer may have a piece that it was allowed fast (S-27). */
export const FAST_TIMES_MAX = 3;

export class LinkBook {
  readonly conn: ConnectionId;
  readonly address: Address;
  readonly dialled: boolean;
  /** The network has said `connected`. */
  open: boolean;
  closed = false;
  /** We have sent our handshake, the remote has sent its, and the session calls it a peer. */
  greeted = false;
  shaken = false;
  isPeer = false;
  /** When the network said `connected`; and when we last said anything. */
  openedAt: Millis = Infinity;
  saidAt: Millis = Infinity;
  /** Something after the handshake was sent. */
  spoken = false;
  fast = false;
  extended = false;
  /** The id under which the remote wants peer exchange; 0: it does not. And when we last sent any; -Infinity: never. */
  exchangeId = 0;
  exchangedAt: Millis = -Infinity;
  /** Its peer id as text; empty: not known. */
  remoteId = '';

  /** Pieces that the remote says it has: 1 each. Empty until it is a peer. */
  has: Uint8Array = new Uint8Array(0);
  hasCount = 0;
  /** Of those, how many we lack. */
  wanted = 0;
  allowed: Set<number> | null = null;
  /** Requests that the remote takes. */
  reqq: number;
  /** The remote told it. */
  reqqTold = false;

  peerChoking = true;
  peerInterested = false;
  amChoking = true;
  amInterested = false;
  /** Our last choke and unchoke of it, and whether it lost a slot that it wanted; -Infinity: never. */
  unchokedAt: Millis = -Infinity;
  chokedAt: Millis = -Infinity;
  robbedAt: Millis = -Infinity;
  /** Since when it has been interested. */
  interestedAt: Millis = Infinity;

  /** Our requests that are out: block to time, oldest first. */
  readonly asked: Map<number, Millis> = new Map<number, Millis>();
  /** Blocks whose lease ended although they may still be on their way. */
  readonly late: Set<number> = new Set<number>();
  lastBlockAt: Millis = -Infinity;

  /** The remote's requests that we have not answered: where in the torrent, and how long. */
  readonly wants: Map<number, number> = new Map<number, number>();
  /** Pieces that we allow it while choked, and the bytes of each that it asked for and got then; null: none offered. */
  offered: Map<number, { asked: number; given: number }> | null = null;
  /** Reads under way for it. */
  reads = 0;
  readingBytes = 0;
  writePaused = false;
  /** Pieces that it was told we have: 1 each; null: of all of them. */
  told: Uint8Array | null = null;
  /** The last piece that we told it of by `have`, and in which step. */
  toldPiece = -1;
  toldStep = -1;

  constructor(conn: ConnectionId, address: Address, dialled: boolean, reqq: number) {
    this.conn = conn;
    this.address = { host: address.host, port: address.port };
    this.dialled = dialled;
    this.open = !dialled;
    this.reqq = reqq;
  }

  get isSeed(): boolean {
    return this.hasCount === this.has.length;
  }

  /** Whether it may ask us for the piece, where we have it. */
  isTold(piece: number): boolean {
    return this.told === null || this.told[piece] === 1;
  }

  /** When the oldest request went out; Infinity: none is out. */
  get oldestAt(): Millis {
    for (const at of this.asked.values()) return at;
    return Infinity;
  }

  /** A lease ended and the block may still come. */
  remember(block: number): void {
    if (this.late.size >= LATE_MAX) this.late.clear();
    this.late.add(block);
  }
}
