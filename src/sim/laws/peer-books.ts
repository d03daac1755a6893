/**
 * What is known of one judged peer from its stream of inputs and effects alone: torrent, blocks, connections, jobs.
 *
 * The engine is never asked; its configuration is. `hear.ts` and `tell.ts` write here, laws only read. Invariant: the
 * books are those of the moment before the input or effect that a law is being shown.
 */
import type { ConnectionId, JobId, Millis, StoreFault, StoreId } from '../../core/index.ts';
import type {
  Metainfo,
  SessionConfig,
  SessionEffect,
  SessionInput,
  TorrentState,
} from '../../protocol/index.ts';
import type { JudgedPeer } from '../judge.ts';
import { BlockBook } from './block-book.ts';
import { EvidenceBook } from './evidence-book.ts';
import type { LinkBook } from './link-book.ts';
import { RateBook } from './rate-book.ts';
import { NO_SHAPE, Shape } from './shape.ts';
import { StepBook } from './step-book.ts';
import type { Range } from './step-book.ts';

type JobEffect = Extract<SessionEffect, { readonly job: JobId }>;

/** A job that is not answered. */
export interface JobBook {
  readonly type: JobEffect['type'];
  /** 0: not a store's. */
  readonly store: StoreId;
  readonly offset: number;
  readonly length: number;
  /** For whom it reads; null: for nobody. */
  readonly link: LinkBook | null;
  /** In which life of the torrent it was pushed: the answers of an earlier one are ignored. */
  readonly epoch: number;
  /** Of a sync: what was verified when it was asked for. */
  readonly synced: Uint8Array | null;
}

/** Milliseconds after its deadline: no timer is that late by itself. */
const LATE: Millis = 1000;

/** What the next start must not believe unseen. */
export type Doubt = 'nothing' | 'unsettled' | 'everything';

export class PeerBooks {
  readonly peer: JudgedPeer;
  readonly config: SessionConfig;
  readonly step: StepBook = new StepBook();

  // --- the torrent
  metainfo: Metainfo | null = null;
  shape: Shape = new Shape(NO_SHAPE);
  blocks: BlockBook = new BlockBook(this.shape);
  evidence: EvidenceBook = new EvidenceBook(0);
  verified: Uint8Array = new Uint8Array(0);
  /** When each piece was last found true on disk. */
  trueAt: Float64Array = new Float64Array(0);
  verifiedCount = 0;
  verifiedBytes = 0;
  /** 1: the piece is wanted. */
  wanted: Uint8Array = new Uint8Array(0);
  /** By piece: when somebody who waits for it wants it. */
  readonly deadlines: Map<number, Millis> = new Map<number, Millis>();
  /** Wanted pieces that are not verified. */
  lacking = 0;
  state: TorrentState = 'stopped';
  existing: 'check' | 'none' | 'all' = 'none';
  /** 1: read from disk to be hashed, vouched for, or synced since: no write that fails can undo it. */
  settled: Uint8Array = new Uint8Array(0);
  doubt: Doubt = 'nothing';
  /** The piece that could not be read when the store failed; -1: none. */
  unreadable = -1;
  /** Why it stopped, in state `error`. */
  fault: StoreFault | null = null;
  /** It was told to start, and not to stop since. */
  shouldRun = false;
  downloading = false;
  seeding = false;
  /** It chooses what peers are told. */
  discloses = false;
  /** Rises when the torrent stops. */
  epoch = 0;
  /** The session has said `closed`. */
  closed = false;

  // --- connections and jobs
  readonly links: Map<ConnectionId, LinkBook> = new Map<ConnectionId, LinkBook>();
  /** The peers among them, by peer id. */
  readonly ids: Map<string, ConnectionId> = new Map<string, ConnectionId>();
  peers = 0;
  /** The most at once since the torrent became active. */
  peersMost = 0;
  dialling = 0;
  unchoked = 0;
  readonly jobs: Map<JobId, JobBook> = new Map<JobId, JobBook>();
  /** The store that is open or being opened; 0: none. */
  store: StoreId = 0;
  writesOut = 0;
  readonly rates: RateBook = new RateBook();
  #lastLink: LinkBook | null = null;

  // --- bytes: since the torrent was added, and since the torrent became active
  received = 0;
  receivedHere = 0;
  uploaded = 0;
  uploadedHere = 0;
  written = 0;
  writtenHere = 0;
  /** What became of what was written. The rest is partial. */
  good = 0;
  failed = 0;
  doubted = 0;

  // --- leases, by how they ended
  readonly leases = { asked: 0, arrived: 0, rejected: 0, cancelled: 0, choked: 0, lost: 0 };

  // --- time
  steps = 0;
  lastStepAt: Millis = -Infinity;
  lastTimeoutAt: Millis = -Infinity;
  /** The last time that it did not step for so long that it must have been frozen. */
  thawedAt: Millis = -Infinity;
  activeAt: Millis = -Infinity;
  /** Since when everything is verified, wanted or not; Infinity: it is not. */
  completeAt: Millis = Infinity;
  /** Since when all that is wanted is verified; Infinity: it is not. */
  finishedAt: Millis = Infinity;
  /** When flags, priorities or behaviors were last changed from outside. */
  changedAt: Millis = -Infinity;
  /** Links whose interest may have changed in this step; and whether all may. */
  readonly stirred: LinkBook[] = [];
  allStirred = false;

  constructor(peer: JudgedPeer) {
    this.peer = peer;
    this.config = peer.session.config;
  }

  /** A torrent is added; null: it was removed, and nothing is left of it. */
  begins(metainfo: Metainfo | null): void {
    this.metainfo = metainfo;
    this.shape = new Shape(metainfo ?? NO_SHAPE);
    this.blocks = new BlockBook(this.shape);
    this.verified = new Uint8Array(this.shape.pieceCount);
    this.trueAt = new Float64Array(this.shape.pieceCount).fill(-Infinity);
    this.settled = new Uint8Array(this.shape.pieceCount);
    this.verifiedCount = 0;
    this.verifiedBytes = 0;
    this.wanted = new Uint8Array(this.shape.pieceCount).fill(1);
    this.deadlines.clear();
    this.lacking = this.shape.pieceCount;
    this.state = 'stopped';
    this.doubt = 'nothing';
    this.unreadable = -1;
    this.fault = null;
    this.shouldRun = false;
    this.received = 0;
    this.uploaded = 0;
    this.written = 0;
    this.good = 0;
    this.failed = 0;
    this.doubted = 0;
    this.completeAt = Infinity;
    this.finishedAt = Infinity;
  }

  get left(): number {
    return this.shape.length - this.verifiedBytes;
  }

  get complete(): boolean {
    return this.metainfo !== null && this.verifiedCount === this.shape.pieceCount;
  }

  /** All that is wanted is verified. */
  get finished(): boolean {
    return this.metainfo !== null && this.lacking === 0;
  }

  /** Whether the piece is wanted and not verified. */
  lacks(piece: number): boolean {
    return this.verified[piece] === 0 && this.wanted[piece] === 1;
  }

  /** One priority per piece; 0: not wanted. */
  prioritize(priorities: Uint8Array, now: Millis): void {
    const before = this.finished;
    this.lacking = 0;
    for (let piece = 0; piece < this.shape.pieceCount; piece++) {
      this.wanted[piece] = priorities[piece] === 0 ? 0 : 1;
      this.blocks.want(piece, this.wanted[piece] === 1);
      if (this.lacks(piece)) this.lacking++;
    }
    for (const link of this.links.values()) {
      link.wanted = 0;
      for (let piece = 0; piece < link.has.length; piece++) {
        if (link.has[piece] === 1 && this.lacks(piece)) link.wanted++;
      }
    }
    this.allStirred = true;
    if (!this.finished) this.finishedAt = Infinity;
    else if (!before) this.finishedAt = now;
  }

  link(conn: ConnectionId): LinkBook | null {
    if (this.#lastLink?.conn === conn && !this.#lastLink.closed) return this.#lastLink;
    const link = this.links.get(conn) ?? null;
    if (link !== null) this.#lastLink = link;
    return link;
  }

  /**
   * For whom a block is being read. A turn at a rate limit comes with the clock and concerns nobody: then only the
   * engine knows, by its own count of what it reads for whom.
   */
  readerOf(offset: number, length: number): LinkBook | null {
    if (this.step.link !== null) return this.step.link;
    const peers = this.peer.session.torrent(this.peer.torrent)?.peers ?? [];
    for (const { conn, reading, readingBytes } of peers) {
      const link = this.link(conn);
      if (link === null || readingBytes < link.readingBytes + length) continue;
      const at = ({ index, begin }: Range): number => index * this.shape.pieceLength + begin;
      if (reading.some((request) => at(request) === offset)) return link;
    }
    return null;
  }

  /** The connection is over, whoever ended it: what was asked of it returns. */
  drop(link: LinkBook): void {
    for (const block of link.asked.keys()) {
      this.blocks.release(block);
      this.leases.lost++;
    }
    link.asked.clear();
    link.closed = true;
    this.links.delete(link.conn);
    if (link.isPeer) {
      this.peers--;
      if (!link.amChoking) this.unchoked--;
      if (this.ids.get(link.remoteId) === link.conn) this.ids.delete(link.remoteId);
    } else if (link.dialled) this.dialling--;
  }

  /** The piece matched its hash. `fresh`: its blocks were downloaded here. */
  verify(piece: number, fresh: boolean, now: Millis): void {
    if (this.verified[piece] !== 0) return;
    if (fresh) this.good += this.blocks.bytesOf(piece);
    else this.settled[piece] = 1;
    const lacked = this.lacks(piece);
    this.verified[piece] = 1;
    if (lacked) this.lacking--;
    this.verifiedCount++;
    this.verifiedBytes += this.shape.pieceSize(piece);
    this.blocks.verify(piece);
    if (lacked) for (const link of this.links.values()) if (link.has[piece] === 1) link.wanted--;
    this.allStirred = true;
    if (this.complete) this.completeAt = now;
    if (lacked && this.finished) this.finishedAt = now;
  }

  /** Blocks of an earlier session: nobody who is here sent them. */
  restore(piece: number, bits: Uint8Array): void {
    for (let block = 0; block < this.shape.blocksPerPiece; block++) {
      const there = ((bits[block >> 3] ?? 0) & (0x80 >> (block & 7))) !== 0;
      if (there) this.blocks.restore(piece * this.shape.blocksPerPiece + block);
    }
  }

  fail(piece: number): void {
    this.failed += this.blocks.bytesOf(piece);
    this.blocks.lose(piece);
  }

  /** What is in doubt is forgotten, as if it had not been downloaded. */
  forget(doubt: Doubt): void {
    if (doubt === 'nothing') return;
    for (let piece = 0; piece < this.shape.pieceCount; piece++) {
      const held = this.verified[piece] === 1;
      const sure = this.settled[piece] === 1 && piece !== this.unreadable;
      if (held && sure && doubt === 'unsettled') continue;
      if (held) {
        this.verified[piece] = 0;
        this.verifiedCount--;
        this.verifiedBytes -= this.shape.pieceSize(piece);
      } else this.doubted += this.blocks.bytesOf(piece);
      this.settled[piece] = 0;
      this.blocks.lose(piece);
    }
    this.unreadable = -1;
    this.lacking = 0;
    for (let piece = 0; piece < this.shape.pieceCount; piece++)
      if (this.lacks(piece)) this.lacking++;
    if (!this.complete) this.completeAt = Infinity;
    if (!this.finished) this.finishedAt = Infinity;
  }

  /** A sync has succeeded: what was verified when it was asked for is safe, where it is held still. */
  settle(pieces: Uint8Array): void {
    // One that succeeds after the store has failed does not bring back what was lost.
    if (this.doubt !== 'nothing') return;
    for (let piece = 0; piece < pieces.length; piece++) {
      if (pieces[piece] === 1 && this.verified[piece] === 1) this.settled[piece] = 1;
    }
  }

  /** Bytes that were written and not judged yet: a recount. */
  get partial(): number {
    let bytes = 0;
    for (let piece = 0; piece < this.shape.pieceCount; piece++) {
      if (this.verified[piece] === 0) bytes += this.blocks.bytesOf(piece);
    }
    return bytes;
  }

  /** This link's interest must be looked at after the step. */
  stir(link: LinkBook): void {
    this.stirred.push(link);
  }

  /** A step begins. */
  begin(input: SessionInput, now: Millis): void {
    this.steps++;
    // A machine that nothing is due for may rest for as long as it likes; one that is called late was not let.
    if (now - this.lastStepAt > 15_000 && now - this.peer.session.deadline > LATE) {
      this.thawedAt = now;
    }
    this.lastStepAt = now;
    if (input.type === 'timeout') this.lastTimeoutAt = now;
    this.stirred.length = 0;
    this.allStirred = false;
    this.step.begin(input);
  }
}
