/**
 * A torrent and its peers as plain arrays: the facts that behaviors see, without a machine behind them.
 *
 * Everything is recounted where it is asked for, so it is slow and plainly right. It tells a picker what the ledger
 * would tell it, at the same moments, and counts every question (`questions`), so that a test can hold a behavior to
 * O(changes) without a clock. Seeds come and go untold, as the machine keeps them as one counter.
 *
 * It trusts its caller: judging picks is the work of `picker-laws.ts`.
 */
import type { Address, ConnectionId, Millis } from '../../core/index.ts';
import type {
  BlockIndex,
  BlockState,
  PeerView,
  PiecePicker,
  TorrentView,
} from '../../protocol/index.ts';

export class ModelPeer implements PeerView {
  readonly conn: ConnectionId;
  readonly address: Address;
  readonly dialled: boolean = true;
  connectedAt: Millis = 0;
  unchokedAt: Millis = -Infinity;
  amChoking = true;
  amInterested = true;
  peerChoking = false;
  peerInterested = true;
  downloaded = 0;
  uploaded = 0;
  readonly uploading: number = 0;
  requestsMax = 250;
  snubbed = false;
  rateDown = 0;
  rateUp = 0;
  /** Overrides the number of requests in `requests`, where a test has no torrent. */
  outstandingFixed: number | null = null;
  readonly pieces: boolean[];
  /** Pieces that it allows while choking us. */
  readonly allowedFast: Set<number> = new Set<number>();
  readonly suggested: number[] = [];
  readonly requests: Set<BlockIndex> = new Set<BlockIndex>();
  questions = 0;
  /** Whether its torrent wants and lacks a piece; set where it joins one. */
  wanted: (piece: number) => boolean = () => true;

  /** What it was told we have; and whether its torrent has a piece, set where it joins one. */
  readonly told: Set<number> = new Set<number>();
  held: (piece: number) => boolean = () => false;

  constructor(conn: ConnectionId, pieces: readonly boolean[] = []) {
    this.conn = conn;
    this.address = { host: `10.0.${(conn >> 8) & 255}.${conn & 255}`, port: 6881 };
    this.pieces = [...pieces];
  }

  get outstanding(): number {
    return this.outstandingFixed ?? this.requests.size;
  }

  /** Had every piece when it came, or has them all by now. */
  get isSeed(): boolean {
    return this.pieces.length > 0 && this.pieces.every((has) => has);
  }

  get haveCount(): number {
    return this.pieces.filter((has) => has).length;
  }

  downloadRate(): number {
    return this.rateDown;
  }

  uploadRate(): number {
    return this.rateUp;
  }

  has(piece: number): boolean {
    return this.pieces[piece] ?? false;
  }

  mayRequest(piece: number): boolean {
    this.questions++;
    return this.has(piece) && (!this.peerChoking || this.allowedFast.has(piece));
  }

  nextWanted(from: number): number {
    this.questions++;
    for (let piece = from; piece < this.pieces.length; piece++) {
      const allowed = !this.peerChoking || this.allowedFast.has(piece);
      if (allowed && this.has(piece) && this.wanted(piece)) return piece;
    }
    return -1;
  }

  nextUntold(from: number): number {
    this.questions++;
    for (let piece = from; piece < this.pieces.length; piece++) {
      if (this.held(piece) && !this.has(piece) && !this.told.has(piece)) return piece;
    }
    return -1;
  }

  asked(block: BlockIndex): boolean {
    return this.requests.has(block);
  }
}

export interface ModelSize {
  readonly pieceCount: number;
  readonly blocksPerPiece: number;
  /** Blocks of the last piece. */
  readonly lastBlocks: number;
}

export class ModelTorrent implements TorrentView {
  readonly pieceCount: number;
  readonly blocksPerPiece: number;
  downloading = true;
  seeding = true;
  /** Questions asked through the view. */
  questions = 0;
  /** Who is told of changes. */
  picker: PiecePicker | null = null;
  readonly peers: ModelPeer[] = [];
  /** Soonest first; of verified pieces too, until somebody takes them out. */
  deadlines: readonly { readonly piece: number; readonly at: Millis }[] = [];
  readonly #lastBlocks: number;
  readonly #priorities: number[];
  readonly #counts: number[];
  readonly #verified: boolean[];
  readonly #received: Set<BlockIndex>;
  readonly #partial: number[] = [];
  readonly #seeds = new Set<ModelPeer>();
  readonly #requesters: Set<ConnectionId>[];

  constructor({ pieceCount, blocksPerPiece, lastBlocks }: ModelSize) {
    this.pieceCount = pieceCount;
    this.blocksPerPiece = blocksPerPiece;
    this.#lastBlocks = lastBlocks;
    this.#priorities = Array.from({ length: pieceCount }, () => 1);
    this.#counts = Array.from({ length: pieceCount }, () => 0);
    this.#verified = Array.from({ length: pieceCount }, () => false);
    this.#received = new Set();
    this.#requesters = Array.from({ length: pieceCount * blocksPerPiece }, () => new Set());
  }

  get complete(): boolean {
    return this.#verified.every((has, piece) => has || this.#priorities[piece] === 0);
  }

  get verifiedCount(): number {
    return this.#verified.filter((has) => has).length;
  }

  get partialCount(): number {
    return this.#partial.length;
  }

  get deadlineCount(): number {
    return this.#waited.length;
  }

  get #waited(): readonly { readonly piece: number; readonly at: Millis }[] {
    return this.deadlines.filter(({ piece }) => !this.#verified[piece]!);
  }

  deadlinePiece(i: number): number {
    this.questions++;
    return this.#waited[i]!.piece;
  }

  deadlineAt(i: number): Millis {
    this.questions++;
    return this.#waited[i]!.at;
  }

  get seeds(): number {
    this.questions++;
    return this.#seeds.size;
  }

  get missingTotal(): number {
    let total = 0;
    for (let piece = 0; piece < this.pieceCount; piece++) {
      if (this.#priorities[piece]! > 0) total += this.#missing(piece);
    }
    return total;
  }

  partialAt(i: number): number {
    this.questions++;
    return this.#partial[i]!;
  }

  get #open(): number[] {
    return this.#partial.filter((piece) => this.#missing(piece) > 0);
  }

  get openCount(): number {
    return this.#open.length;
  }

  openAt(i: number): number {
    this.questions++;
    return this.#open[i]!;
  }

  blocksIn(piece: number): number {
    return piece === this.pieceCount - 1 ? this.#lastBlocks : this.blocksPerPiece;
  }

  has(piece: number): boolean {
    this.questions++;
    return this.#verified[piece]!;
  }

  priority(piece: number): number {
    this.questions++;
    return this.#priorities[piece]!;
  }

  availability(piece: number): number {
    this.questions++;
    return this.#counts[piece]! + this.#seeds.size;
  }

  blockState(block: BlockIndex): BlockState {
    this.questions++;
    return this.#state(block);
  }

  requesters(block: BlockIndex): number {
    this.questions++;
    return this.#requesters[block]!.size;
  }

  missingBlocks(piece: number): number {
    this.questions++;
    return this.#priorities[piece] === 0 ? 0 : this.#missing(piece);
  }

  nextMissing(piece: number, from: number): BlockIndex {
    this.questions++;
    if (this.#priorities[piece] === 0) return -1;
    const first = piece * this.blocksPerPiece;
    for (let block = from; block < this.blocksIn(piece); block++) {
      if (this.#state(first + block) === 'missing') return first + block;
    }
    return -1;
  }

  pieceOf(block: BlockIndex): number {
    return Math.floor(block / this.blocksPerPiece);
  }

  /** A peer that has everything when it comes is counted as a seed, untold. */
  addPeer(peer: ModelPeer): void {
    this.peers.push(peer);
    peer.wanted = (piece) => !this.#verified[piece]! && this.#priorities[piece]! > 0;
    peer.held = (piece) => this.#verified[piece]!;
    if (peer.isSeed) {
      this.#seeds.add(peer);
      return;
    }
    for (let piece = 0; piece < this.pieceCount; piece++) {
      if (peer.has(piece)) this.#count(piece, 1);
    }
  }

  removePeer(peer: ModelPeer): void {
    for (const block of [...peer.requests]) this.release(peer, block);
    this.peers.splice(this.peers.indexOf(peer), 1);
    if (this.#seeds.delete(peer)) return;
    for (let piece = 0; piece < this.pieceCount; piece++) {
      if (peer.has(piece)) this.#count(piece, -1);
    }
  }

  /** The peer told of a piece. */
  have(peer: ModelPeer, piece: number): void {
    if (peer.has(piece)) return;
    peer.pieces[piece] = true;
    this.#count(piece, 1);
  }

  setPriority(piece: number, priority: number): void {
    this.#priorities[piece] = priority;
    this.picker?.pieceChanged(piece);
  }

  reserve(peer: ModelPeer, block: BlockIndex): void {
    const piece = this.pieceOf(block);
    const begun = this.#partial.includes(piece);
    peer.requests.add(block);
    this.#requesters[block]!.add(peer.conn);
    if (!begun) this.#partial.push(piece);
    if (!begun || this.#missing(piece) === 0) this.picker?.pieceChanged(piece);
  }

  release(peer: ModelPeer, block: BlockIndex): void {
    const piece = this.pieceOf(block);
    peer.requests.delete(block);
    this.#requesters[block]!.delete(peer.conn);
    if (this.#isUntouched(piece)) this.#end(piece);
    this.picker?.pieceChanged(piece);
  }

  /** The block came: all its requests end. Returns whether the piece is whole. */
  receive(block: BlockIndex): boolean {
    const piece = this.pieceOf(block);
    this.#received.add(block);
    for (const peer of this.peers) peer.requests.delete(block);
    this.#requesters[block]!.clear();
    const first = piece * this.blocksPerPiece;
    for (let i = 0; i < this.blocksIn(piece); i++) {
      if (!this.#received.has(first + i)) return false;
    }
    return true;
  }

  /** The piece is whole, and its hash matched or not. */
  settle(piece: number, good: boolean): void {
    const first = piece * this.blocksPerPiece;
    for (let i = 0; i < this.blocksIn(piece); i++) this.#received.delete(first + i);
    this.#verified[piece] = good;
    this.#end(piece);
    this.picker?.pieceChanged(piece);
  }

  #count(piece: number, by: number): void {
    this.#counts[piece]! += by;
    this.picker?.pieceChanged(piece);
  }

  #end(piece: number): void {
    const at = this.#partial.indexOf(piece);
    if (at >= 0) this.#partial.splice(at, 1);
  }

  #state(block: BlockIndex): BlockState {
    if (this.#verified[this.pieceOf(block)]!) return 'written';
    if (this.#received.has(block)) return 'received';
    return this.#requesters[block]!.size > 0 ? 'requested' : 'missing';
  }

  #missing(piece: number): number {
    const first = piece * this.blocksPerPiece;
    let missing = 0;
    for (let i = 0; i < this.blocksIn(piece); i++) {
      if (this.#state(first + i) === 'missing') missing++;
    }
    return missing;
  }

  #isUntouched(piece: number): boolean {
    return !this.#verified[piece]! && this.#missing(piece) === this.blocksIn(piece);
  }
}
