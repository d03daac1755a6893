/**
 * Blocks in: what becomes of the payload of one torrent.
 *
 * A block is taken whenever it is still needed, even when its lease has ended and the answer was already on its way
 * (`requests.ts`). Its bytes go to the store unread; a whole piece is hashed there, and is held when its digest is right.
 * A wrong one is evidence against those who sent it.
 */
import type { JobId } from '../../../core/index.ts';
import type { PeerMessage } from '../../wire/messages.ts';
import type { Ban } from '../behavior.ts';
import type { TorrentContext } from '../context.ts';
import type { Landing } from '../draining.ts';
import { Evidence } from './evidence.ts';
import { BLOCK_LENGTH } from '../pieces/geometry.ts';
import type { Peer } from '../peers/peer.ts';
import { askHash, digestMatches } from '../data/piece-hash.ts';
import { Requests } from './requests.ts';
import type { Backlog } from './requests.ts';
import type { JobAnswer } from '../../session/turn.ts';
import type { BlockIndex } from '../views.ts';

type PieceMessage = Extract<PeerMessage, { type: 'piece' }>;

export class Download implements Backlog, Landing {
  readonly #torrent: TorrentContext;
  readonly requests: Requests;
  readonly #evidence: Evidence;
  readonly #hashing = new Map<JobId, number>();
  /** One owner for all writes, so that a block costs no closure. */
  readonly #writes = { jobDone: (answer: JobAnswer): void => this.#writeDone(answer) };
  readonly #hashes = { jobDone: (answer: JobAnswer): void => this.#hashDone(answer) };
  #writesOut = 0;
  #closed = false;
  /** Payload bytes received, good or not. */
  downloaded = 0;
  /** Payload bytes received that were held already or never asked for. */
  redundant = 0;

  constructor(torrent: TorrentContext) {
    this.#torrent = torrent;
    this.requests = new Requests(torrent, this);
    this.#evidence = new Evidence(torrent, {
      examined: (piece) => this.#pieceFailed(piece),
      differed: (piece, senders) => {
        const bans: Ban[] = [];
        torrent.behaviors.bans.blocksDiffered?.(piece, senders, bans);
        this.#ban(bans);
      },
    });
  }

  /** Hashes what is whole already: pieces received before a stop, and pieces that are nothing but padding. */
  start(): void {
    const { ledger } = this.#torrent;
    ledger.beginPadding();
    for (let i = 0; i < ledger.partialCount; i++) {
      const piece = ledger.partialAt(i);
      if (ledger.isWhole(piece)) this.#hash(piece);
    }
  }

  /** Blocks that wait to be written. */
  get blocks(): number {
    return this.#writesOut;
  }

  /** So much waits to be written that nothing more is asked for. */
  get isFull(): boolean {
    const { config } = this.#torrent.session;
    return this.#writesOut * BLOCK_LENGTH >= config.unwrittenBytesMax;
  }

  get lands(): boolean {
    return this.#writesOut > 0 || this.#hashing.size > 0;
  }

  /** Before the peers leave: asks nobody any more, and ignores the answers of jobs that are still out. */
  close(): void {
    this.#closed = true;
    this.requests.close();
    this.#evidence.close();
  }

  piece(peer: Peer, message: PieceMessage): void {
    const { ledger, session } = this.#torrent;
    const length = message.block.length;
    const block = ledger.geometry.exactBlock(message.index, message.begin, length);
    const answered = this.requests.answered(peer, block);
    this.downloaded += length;
    if (answered === 'never') {
      // It earns no rate: an upload slot must not be had for what nobody wanted.
      this.redundant += length;
      this.#torrent.offense(peer);
      return;
    }
    peer.download.add(length, session.turn.now);
    this.#torrent.clocks.lastReceivedAt = session.turn.now;
    peer.lastBlockAt = session.turn.now;
    peer.snubbed = false;
    const asked = answered === 'asked';
    if (!asked) this.requests.cameLate(length);
    if (ledger.needs(block)) {
      this.#take(peer, block, message, asked);
    } else {
      this.redundant += length;
      if (asked) ledger.release(block);
    }
    this.requests.fill(peer);
  }

  // --- inside

  #take(peer: Peer, block: BlockIndex, message: PieceMessage, asked: boolean): void {
    const { ledger, session, store } = this.#torrent;
    const whole = ledger.receive(block, peer.conn);
    if (asked) ledger.release(block);
    if (ledger.requesters(block) > 0) this.requests.satisfied(block);
    this.#writesOut++;
    session.turn.out.push({
      type: 'store-write',
      job: session.turn.newJob(this.#writes),
      store,
      offset: ledger.geometry.pieceOffset(message.index) + message.begin,
      data: message.block,
    });
    if (whole) this.#hash(message.index);
  }

  #hash(piece: number): void {
    this.#hashing.set(askHash(this.#torrent, piece, this.#hashes), piece);
  }

  #writeDone(answer: JobAnswer): void {
    const { config } = this.#torrent.session;
    const before = this.#writesOut * BLOCK_LENGTH;
    this.#writesOut--;
    if (this.#closed) return;
    if (answer.type === 'store-done' && answer.fault !== null) {
      this.#torrent.storeFailed(answer.fault);
      return;
    }
    // Crossing half of the bound on the way down: everybody who was held back may go on.
    const low = config.unwrittenBytesMax / 2;
    if (before >= low && before - BLOCK_LENGTH < low) this.requests.fillAll();
  }

  #hashDone(answer: JobAnswer): void {
    const piece = this.#hashing.get(answer.job);
    this.#hashing.delete(answer.job);
    if (this.#closed || piece === undefined || answer.type !== 'hash-done') return;
    if (answer.digest === null) {
      this.#torrent.storeFailed(answer.fault ?? 'io');
      return;
    }
    const { behaviors, ledger } = this.#torrent;
    if (digestMatches(this.#torrent.metainfo.pieces, piece, answer.digest)) {
      const contributors = ledger.contributors(piece);
      ledger.verify(piece);
      this.requests.parole.judged(piece);
      behaviors.bans.pieceVerified(piece, contributors);
      this.#evidence.verified(piece);
      this.#torrent.pieceVerified(piece);
      return;
    }
    if (!this.#evidence.failed(piece)) this.#pieceFailed(piece);
  }

  /** The piece is not what it should be, and all that can be learned from its bytes is known. */
  #pieceFailed(piece: number): void {
    const { behaviors, ledger, session, id } = this.#torrent;
    const contributors = ledger.contributors(piece);
    ledger.fail(piece);
    this.requests.parole.judged(piece);
    session.turn.notify({ type: 'piece-failed', torrent: id, index: piece });
    const bans: Ban[] = [];
    behaviors.bans.pieceFailed(piece, contributors, bans);
    this.#ban(bans);
    this.requests.fillAll();
  }

  #ban(bans: readonly Ban[]): void {
    for (const { conn, reason } of bans) this.#torrent.ban(conn, reason);
  }
}
