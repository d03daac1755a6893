/**
 * One peer of one torrent after the handshakes: its flags, its pieces, its rates and its queues.
 *
 * The four flags of BEP 3 as the last messages left them; what it holds; what we asked and it has not answered; what
 * it asked and we have not sent. A record with a few derived facts: the rules live in `download.ts`, `upload.ts` and
 * `swarm.ts`. Behaviors see it as `PeerView`.
 */
import { RateMeter } from '../../../core/index.ts';
import type { Address, ConnectionId, Millis } from '../../../core/index.ts';
import type { Candidate } from '../dialing/candidates.ts';
import type { MetadataDebt } from '../metadata/metadata-serving.ts';
import type { Parole } from '../download/parole.ts';
import type { Ledger } from '../pieces/ledger.ts';
import { PieceSet } from '../pieces/piece-set.ts';
import { RequestQueue } from '../download/request-queue.ts';
import type { BlockIndex, PeerView } from '../views.ts';

const NONE: readonly number[] = [];

/** A request of the remote, waiting in its queue or being read. */
export interface UploadRequest {
  readonly index: number;
  readonly begin: number;
  readonly length: number;
}

/** What the handshake settled. */
export interface PeerIdentity {
  readonly conn: ConnectionId;
  readonly address: Address;
  readonly dialled: boolean;
  readonly peerId: Uint8Array;
  readonly fast: boolean;
  readonly extended: boolean;
}

export class Peer implements PeerView {
  readonly conn: ConnectionId;
  readonly address: Address;
  readonly dialled: boolean;
  readonly peerId: Uint8Array;
  /** Both ends speak the fast extension (BEP 6). */
  readonly fast: boolean;
  /** Both ends speak the extension protocol (BEP 10). */
  readonly extended: boolean;
  readonly connectedAt: Millis;
  /** Its entry among the known addresses; null: its listening address is not known. */
  candidate: Candidate | null;

  amChoking = true;
  amInterested = false;
  peerChoking = true;
  peerInterested = false;
  unchokedAt: Millis = -Infinity;

  pieces: PieceSet;
  /** How it is counted in `Availability`; null: not yet. */
  counted: 'seed' | 'pieces' | null = null;
  /** Pieces that it was told we have; null: of all of them (`disclosing.ts`). */
  told: PieceSet | null = null;
  /** Pieces it has that we want and lack. */
  wantedPieces = 0;
  /** Pieces it allows us to ask for while choked (BEP 6); null: none yet. */
  allowedFast: Set<number> | null = null;
  /** Pieces it suggests (BEP 6), oldest first; null: none yet. */
  suggestions: number[] | null = null;
  /** Pieces that we suggested to it and that it lacked when we looked last; null: none yet. */
  suggestedPieces: Set<number> | null = null;
  /** Pieces that we allow it while choked, and the bytes given of each; null: it was not offered any. */
  fastGiven: Map<number, number> | null = null;
  /** Pieces to offer in place of the canonical set (`allow-fast`). */
  fastChosen: readonly number[] | null = null;

  /** Ours, unanswered. */
  readonly requests: RequestQueue = new RequestQueue();
  /** It is asked for whole pieces alone (`parole.ts`). */
  suspect = false;
  /** What suspects have to themselves; null: this peer has not joined yet. */
  parole: Parole | null = null;
  /** What we hold and want; null: this peer has not joined yet. */
  ledger: Pick<Ledger, 'lacks' | 'nextLacking' | 'verified'> | null = null;
  /** Leases that ended although the block may still be on its way; null: none yet. */
  late: Set<BlockIndex> | null = null;
  requestsMax: number;
  snubbed = false;
  lastBlockAt: Millis = -Infinity;
  /** It rejected a request: nothing new is asked before. */
  retryAt: Millis = -Infinity;

  /** Theirs, waiting for room on the socket. */
  readonly uploads: UploadRequest[] = [];
  /** Theirs, being read from the store. */
  readonly reading: UploadRequest[] = [];
  /** Where in the torrent each of both begins, so that a repeated one is known at once; null: it never had a slot. */
  uploadOffsets: Set<number> | null = null;
  readingBytes = 0;
  writePaused = false;
  writePausedAt: Millis = -Infinity;
  /** When a request of its last came or was answered. */
  servedAt: Millis = -Infinity;
  /** When we last began to choke it. */
  chokedAt: Millis;
  /** Since when neither side is interested, where neither is. */
  uninterestedSince: Millis;

  lastReceivedAt: Millis;
  lastSentAt: Millis;
  /** Its `peer` timer, and when that is set to fire. */
  timer = 0;
  timerAt: Millis = Infinity;
  offenses = 0;
  closed = false;
  /** Its client's name and version from the extended handshake, not yet made safe for display; or null. */
  clientName: string | null = null;

  /** Under which it takes messages of `ut_metadata`; 0: it takes none. And bytes of metadata that it claims to have. */
  metadataId = 0;
  metadataSize: number | null = null;
  /** Metadata that it asked for; null: none yet. */
  metadataDebt: MetadataDebt | null = null;

  /** It wants no pieces (BEP 21). */
  uploadOnly = false;
  /** Up to when its extended handshakes are paid for (S-36). */
  introducedAt: Millis = -Infinity;
  /** What it heard of us: that we want no pieces. And up to when our own extended handshakes to it are paid for. */
  toldUploadOnly = false;
  toldAt: Millis = -Infinity;

  readonly download: RateMeter = new RateMeter();
  readonly upload: RateMeter = new RateMeter();

  constructor(
    identity: PeerIdentity,
    candidate: Candidate | null,
    pieceCount: number,
    requestsMax: number,
    now: Millis,
  ) {
    this.conn = identity.conn;
    this.address = identity.address;
    this.dialled = identity.dialled;
    this.peerId = identity.peerId;
    this.fast = identity.fast;
    this.extended = identity.extended;
    this.candidate = candidate;
    this.connectedAt = now;
    this.chokedAt = now;
    this.uninterestedSince = now;
    this.lastReceivedAt = now;
    this.lastSentAt = now;
    this.pieces = new PieceSet(pieceCount);
    this.requestsMax = requestsMax;
  }

  /** It is taken over, as a peer that has just joined, by a torrent of so many pieces. */
  begin(pieceCount: number): void {
    this.pieces = new PieceSet(pieceCount);
    this.timer = 0;
    this.timerAt = Infinity;
  }

  /** The pieces to offer it while choked, in place of the canonical ones. */
  chooseFast(pieces: readonly number[]): void {
    const { length } = this.pieces;
    this.fastChosen = [...new Set(pieces)].filter((piece) => piece >= 0 && piece < length);
  }

  get outstanding(): number {
    return this.requests.length;
  }

  get uploading(): number {
    return this.readingBytes;
  }

  get haveCount(): number {
    return this.pieces.count;
  }

  get isSeed(): boolean {
    return this.pieces.isFull;
  }

  get downloaded(): number {
    return this.download.total;
  }

  get uploaded(): number {
    return this.upload.total;
  }

  downloadRate(now: Millis): number {
    return this.download.rate(now);
  }

  uploadRate(now: Millis): number {
    return this.upload.rate(now);
  }

  has(piece: number): boolean {
    return this.pieces.has(piece);
  }

  mayRequest(piece: number): boolean {
    if (!this.pieces.has(piece)) return false;
    if (this.peerChoking && this.allowedFast?.has(piece) !== true) return false;
    return this.parole === null || this.parole.allows(this, piece);
  }

  nextWanted(from: number): number {
    const { ledger } = this;
    if (ledger === null) return -1;
    if (this.peerChoking) {
      let first = Infinity;
      for (const piece of this.allowedFast ?? NONE) {
        if (piece < from || piece >= first) continue;
        if (ledger.lacks(piece) && this.mayRequest(piece)) first = piece;
      }
      return first === Infinity ? -1 : first;
    }
    let piece = ledger.nextLacking(this.pieces, from);
    while (piece >= 0 && !this.mayRequest(piece)) {
      piece = ledger.nextLacking(this.pieces, piece + 1);
    }
    return piece;
  }

  /** For all that it knows, we have this piece, where we have it. */
  isTold(piece: number): boolean {
    return this.told === null || this.told.has(piece);
  }

  nextUntold(from: number): number {
    const { told, ledger } = this;
    if (told === null || ledger === null) return -1;
    return ledger.verified.nextWithout(from, this.pieces, told);
  }

  get suggested(): readonly number[] {
    return this.suggestions ?? NONE;
  }

  asked(block: BlockIndex): boolean {
    return this.requests.has(block);
  }
}
