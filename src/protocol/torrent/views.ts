/**
 * What a behavior may see: facts, read-only. The machine owns them; a view is the live object behind a narrow type.
 */
import type { Address, ConnectionId, Millis } from '../../core/index.ts';

/** One integer per block across the torrent: `piece * blocksPerPiece + block within the piece`. */
export type BlockIndex = number;

/**
 * `missing`: nobody was asked. `requested`: at least one lease is out. `received`: handed to the store.
 * `written`: part of a verified piece.
 */
export type BlockState = 'missing' | 'requested' | 'received' | 'written';

export interface TorrentView {
  readonly pieceCount: number;
  /** Blocks of a full piece; the last piece may have fewer, see `blocksIn`. */
  readonly blocksPerPiece: number;
  /** Blocks of this piece. */
  blocksIn(piece: number): number;
  /** Every wanted piece is verified. */
  readonly complete: boolean;
  readonly downloading: boolean;
  readonly seeding: boolean;
  readonly verifiedCount: number;
  /** Verified against its hash. */
  has(piece: number): boolean;
  /** 0: not wanted. */
  priority(piece: number): number;
  /** Copies among connected peers, seeds included. */
  availability(piece: number): number;
  /**
   * Seeds that are part of every piece's `availability`. They come and go without `pieceChanged`, since they change
   * no order: a picker that ranks pieces takes them off.
   */
  readonly seeds: number;
  blockState(block: BlockIndex): BlockState;
  /** How many peers are being asked for this block. */
  requesters(block: BlockIndex): number;
  /** Blocks of this piece that somebody should be asked for: in state `missing`, and the piece is wanted. */
  missingBlocks(piece: number): number;
  /** The first of these at or after `from` (an index within the piece), as a BlockIndex; or -1. */
  nextMissing(piece: number, from: number): BlockIndex;
  /** Pieces begun (a block requested or received) and not yet verified, oldest first. */
  readonly partialCount: number;
  partialAt(i: number): number;
  /** Those of them of which a block is in state `missing`, oldest first, wanted or not: far fewer where pieces are small. */
  readonly openCount: number;
  openAt(i: number): number;
  /** Pieces that somebody waits for, none of them verified. */
  readonly deadlineCount: number;
  /** The piece with the `i`-th deadline, soonest first. */
  deadlinePiece(i: number): number;
  /** When it should be here; it may have passed. */
  deadlineAt(i: number): Millis;
  /** Wanted blocks in state `missing` over the whole torrent. 0 while not complete means endgame. */
  readonly missingTotal: number;
}

export interface PeerView {
  readonly conn: ConnectionId;
  readonly address: Address;
  /** We dialled it. */
  readonly dialled: boolean;
  readonly connectedAt: Millis;
  /** When we last unchoked it; -Infinity: never. */
  readonly unchokedAt: Millis;
  readonly amChoking: boolean;
  readonly amInterested: boolean;
  readonly peerChoking: boolean;
  readonly peerInterested: boolean;
  /** Payload bytes per second from this peer, over the last 20 s or so. */
  downloadRate(now: Millis): number;
  /** Payload bytes per second to this peer. */
  uploadRate(now: Millis): number;
  /** Payload bytes over the whole connection. */
  readonly downloaded: number;
  readonly uploaded: number;
  /** Payload bytes on their way to it that `uploaded` does not count yet: they are being read. */
  readonly uploading: number;
  /** Requests that this peer has not answered. */
  readonly outstanding: number;
  /** Most requests that this peer accepts at once (its `reqq`, or our default). */
  readonly requestsMax: number;
  /** It let a request time out and has sent nothing since. */
  readonly snubbed: boolean;
  readonly isSeed: boolean;
  has(piece: number): boolean;
  /** Pieces that it has. */
  readonly haveCount: number;
  /**
   * The first piece at or after `from` that we have, that it lacks, and that it was not told of; -1: none. Costs a step
   * per 32 pieces that are passed over.
   */
  nextUntold(from: number): number;
  /** Pieces that it suggests (BEP 6), oldest first; few, and it need not have them. */
  readonly suggested: readonly number[];
  /** It has the piece, it unchoked us or allowed this piece fast, and no suspect has the piece to itself. */
  mayRequest(piece: number): boolean;
  /**
   * The first piece at or after `from` that is wanted, not verified and that this peer may be asked for (`mayRequest`);
   * -1: none. Costs a step per 32 pieces that are passed over. All of its blocks may have been requested already.
   */
  nextWanted(from: number): number;
  /** We have an unanswered request for this block with this peer. */
  asked(block: BlockIndex): boolean;
}

/** An address that is known but not connected. */
export interface CandidateView {
  readonly address: Address;
  /** Dials in a row that failed, or ended before a handshake. */
  readonly failures: number;
  /** When it was last dialled or lost; -Infinity: never tried. */
  readonly lastTriedAt: Millis;
  /** Who named it first; `exchange`: a peer did (BEP 11). */
  readonly source: 'tracker' | 'manual' | 'incoming' | 'exchange';
}
