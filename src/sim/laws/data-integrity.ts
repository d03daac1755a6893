/**
 * What is said to be held is held, and what is written is what was sent: I-01, I-02, I-04, I-05, I-06, I-07, I-35.
 *
 * The truth is the disk's, at the moment of the claim. I-02 in two halves: the piece is true on disk, and the block is
 * the very answer of the read that the store gave in this step (what the disk then returned is the disk's affair).
 * I-05 goes both ways: a piece is verified by a digest that matches and by nothing else, and is told of ever after; a
 * piece that is whole is hashed at once. A failed piece that several had sent is examined before it is told of: the
 * digests of its blocks, all of them, and once more when it is right. I-06 without "no extra files": a store is one array of bytes, the files are
 * the business of the file store's own tests. I-07: only the engine knows whether its memory is free, so this one asks
 * it for the state of the blocks.
 */
import type { Millis } from '../../core/index.ts';
import type { PeerMessage, SessionEffect, SessionEvent } from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import { hasBit } from './hear-pieces.ts';
import type { LawOptions } from './law-options.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { PeerBooks } from './peer-books.ts';
import type { StepBook } from './step-book.ts';

type SendEffect = Extract<SessionEffect, { type: 'send' }>;

export class DataIntegrity implements LawJudge {
  readonly #books: Books;
  readonly #diskMayLie: boolean;
  readonly #truthLasts: Millis;
  readonly #told: Law = new Law('I-01');
  readonly #given: Law = new Law('I-02');
  readonly #written: Law = new Law('I-04');
  readonly #kept: Law = new Law('I-05');
  readonly #finished: Law = new Law('I-06');
  readonly #failed: Law = new Law('I-07');
  readonly #restored: Law = new Law('I-35');
  readonly laws: readonly Law[] = [
    this.#told,
    this.#given,
    this.#written,
    this.#kept,
    this.#finished,
    this.#failed,
    this.#restored,
  ];
  constructor(books: Books, options: LawOptions) {
    this.#books = books;
    this.#diskMayLie = options.diskMayLie;
    this.#truthLasts = options.truthLasts;
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    switch (effect.type) {
      case 'send':
        return this.#sent(this.#books.of(peer), effect, now);
      case 'store-write':
        return this.#wrote(this.#books.of(peer), effect, now);
      case 'store-hash':
        return this.#hashes(this.#books.of(peer), effect, now);
      case 'notify':
        return this.#event(this.#books.of(peer), effect.event, now);
      default:
    }
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    const { step } = books;
    if (step.block >= 0) {
      const piece = books.shape.pieceOf(step.block);
      this.#kept.judged++;
      if (books.blocks.isWhole(piece) && step.hashAsked !== piece) {
        this.#kept.broken(peer, now, `piece ${piece} is whole and not hashed`);
      }
    }
    if (step.examined >= 0) {
      this.#failed.judged++;
      if (step.failed !== step.examined) {
        this.#failed.broken(peer, now, `piece ${step.examined} is examined and nobody was told`);
      }
      this.#judgeReturned(books, step.examined, now);
    }
    if (step.hashed < 0 || step.unhashed) return;
    if (step.matched) {
      this.#kept.judged++;
      if (step.verified !== step.hashed) {
        this.#kept.broken(peer, now, `piece ${step.hashed} matched and is not held`);
      }
      return;
    }
    this.#failed.judged++;
    if (step.examining === step.hashed) return this.#judgeExamined(books, step.hashed, now);
    if (step.failed !== step.hashed) {
      this.#failed.broken(peer, now, `piece ${step.hashed} did not match and nobody was told`);
    }
    this.#judgeReturned(books, step.hashed, now);
  }

  gone(peer: JudgedPeer, crashed: boolean, now: Millis): void {
    if (!crashed) this.#judgeFinished(this.#books.of(peer), now);
  }

  end(_run: JudgedRun, now: Millis): void {
    this.#books.each((books) => this.#judgeFinished(books, now));
  }

  #judgeFinished(books: PeerBooks, now: Millis): void {
    if (!books.finished) return;
    this.#finished.judged++;
    for (let piece = 0; piece < books.shape.pieceCount; piece++) {
      if (books.wanted[piece] === 0) continue;
      if (this.#diskMayLie || books.peer.disk.isTrue(piece)) continue;
      this.#finished.broken(books.peer, now, `complete, but piece ${piece} is wrong on disk`);
    }
  }

  /**
   * Where others change the disk, only what the peer itself knows can be held against it. To look is dear, so what was
   * found true stands for a while: nothing but a write makes it untrue, and a write there breaks I-04.
   */
  #isTrue({ peer, trueAt }: PeerBooks, piece: number, now: Millis): boolean {
    if (this.#diskMayLie || now - trueAt[piece]! < this.#truthLasts) return true;
    if (!peer.disk.isTrue(piece)) return false;
    trueAt[piece] = now;
    return true;
  }

  #sent(books: PeerBooks, { conn, message }: SendEffect, now: Millis): void {
    switch (message.type) {
      case 'have':
        return this.#claimsOne(books, message.index, now);
      case 'bitfield':
        return this.#claims(books, message.bits, now);
      case 'have-all':
        return this.#claims(books, true, now);
      case 'have-none':
        return this.#claims(books, false, now);
      case 'piece':
        if (books.link(conn)?.isTold(message.index) === false) {
          this.#given.broken(books.peer, now, `gives of piece ${message.index}, which it hides`);
        }
        return this.#gives(books, message, now);
      default:
    }
  }

  #claimsOne(books: PeerBooks, piece: number, now: Millis): void {
    this.#told.judged++;
    if (books.verified[piece] !== 1) {
      this.#told.broken(books.peer, now, `have of piece ${piece}, which is not verified`);
    }
    if (this.#isTrue(books, piece, now)) return;
    this.#told.broken(books.peer, now, `have of piece ${piece}, which is wrong on disk`);
  }

  #claims(books: PeerBooks, bits: Uint8Array | boolean, now: Millis): void {
    const { peer, verified } = books;
    this.#told.judged++;
    this.#kept.judged++;
    for (let piece = 0; piece < verified.length; piece++) {
      const claimed = typeof bits === 'boolean' ? bits : hasBit(bits, piece);
      if (claimed && (verified[piece] === 0 || !this.#isTrue(books, piece, now))) {
        this.#told.broken(peer, now, `claims piece ${piece}, which it does not hold`);
      }
      if (!claimed && verified[piece] === 1 && !books.discloses) {
        this.#kept.broken(peer, now, `piece ${piece} is verified and left out`);
      }
    }
  }

  #gives(books: PeerBooks, message: Extract<PeerMessage, { type: 'piece' }>, now: Millis): void {
    const { peer } = books;
    const { index, block } = message;
    this.#given.judged++;
    if (books.verified[index] !== 1 || !this.#isTrue(books, index, now)) {
      this.#given.broken(peer, now, `gives of piece ${index}, which is not true on disk`);
    }
    const { input } = books.step;
    const isAnswer = input?.type === 'read-done' && input.data === block;
    if (!isAnswer) this.#given.broken(peer, now, `a block of piece ${index} that nobody read`);
  }

  #wrote(
    books: PeerBooks,
    effect: Extract<SessionEffect, { type: 'store-write' }>,
    now: Millis,
  ): void {
    const { shape, peer } = books;
    const { offset, data } = effect;
    const piece = Math.floor(offset / shape.pieceLength);
    const block = shape.blockAt(piece, offset - piece * shape.pieceLength, data.length);
    this.#written.judged++;
    if (block < 0) this.#written.broken(peer, now, `writes ${data.length} bytes at ${offset}`);
    if (shape.real[block] === 0) this.#written.broken(peer, now, `writes padding at ${offset}`);
    if (books.verified[piece] === 1) {
      this.#written.broken(peer, now, `writes into piece ${piece}, which is verified`);
    }
  }

  #hashes(
    books: PeerBooks,
    effect: Extract<SessionEffect, { type: 'store-hash' }>,
    now: Millis,
  ): void {
    const { shape, peer } = books;
    const { offset, length } = effect;
    const piece = Math.floor(offset / shape.pieceLength);
    this.#kept.judged++;
    const isPiece = offset === piece * shape.pieceLength && length === shape.pieceSize(piece);
    if (!isPiece && !this.#mayExamine(books, piece, offset, length)) {
      this.#kept.broken(peer, now, `hashes ${length} bytes at ${offset}: not a piece`);
    }
    if (books.state === 'active' && !books.blocks.isWhole(piece)) {
      this.#kept.broken(peer, now, `hashes piece ${piece}, of which blocks are missing`);
    }
  }

  #event(books: PeerBooks, event: SessionEvent, now: Millis): void {
    const { peer, step } = books;
    switch (event.type) {
      case 'piece-verified':
        this.#kept.judged++;
        if (step.hashed !== event.index || !step.matched || books.verified[event.index] === 1) {
          this.#kept.broken(peer, now, `piece ${event.index} is verified without a digest`);
        }
        return;
      case 'piece-failed':
        this.#failed.judged++;
        if (!mayFail(step, event.index)) {
          this.#failed.broken(peer, now, `piece ${event.index} failed without a digest`);
        }
        return;
      case 'state-changed':
        if (event.state === 'active') this.#activated(books, now);
        if (event.state === 'stopped') this.#judgeFinished(books, now);
        return;
      case 'saved':
        return this.#saved(books, event.verified, now);
      default:
    }
  }

  /** What may be claimed by a later life is verified, on the device, and true. */
  #saved(books: PeerBooks, bits: Uint8Array, now: Millis): void {
    this.#restored.judged++;
    for (let piece = 0; piece < books.verified.length; piece++) {
      if (!hasBit(bits, piece)) continue;
      if (books.settled[piece] === 1 && this.#isTrue(books, piece, now)) continue;
      this.#restored.broken(books.peer, now, `saves piece ${piece}, which is not safe on disk`);
    }
  }

  /** The digest of a block is asked for when its piece has just failed by several, or is right after such a failure. */
  #mayExamine(books: PeerBooks, piece: number, offset: number, length: number): boolean {
    const { shape, step, blocks, evidence } = books;
    const block = shape.blockAt(piece, offset - piece * shape.pieceLength, length);
    if (books.state !== 'active' || block < 0 || shape.real[block] === 0) return false;
    if (step.hashed !== piece || step.unhashed) return false;
    return step.matched ? evidence.knows(piece) : blocks.sendersOf(piece).length > 1;
  }

  /** All blocks that somebody sent are looked at, and nobody is told before that is done. */
  #judgeExamined(books: PeerBooks, piece: number, now: Millis): void {
    const { peer, shape, step } = books;
    let real = 0;
    const first = piece * shape.blocksPerPiece;
    for (let block = first; block < first + shape.blocksPerPiece; block++)
      real += shape.real[block]!;
    if (step.digestsAsked === real && step.failed !== piece) return;
    this.#failed.broken(peer, now, `${step.digestsAsked} of ${real} blocks of ${piece} examined`);
  }

  /** What an earlier life, a check or a resumed state left is true on disk. */
  #activated(books: PeerBooks, now: Millis): void {
    const { peer, verified, existing } = books;
    this.#restored.judged++;
    for (let piece = 0; piece < verified.length; piece++) {
      if (existing !== 'all' && verified[piece] === 0) continue;
      if (this.#isTrue(books, piece, now)) continue;
      this.#restored.broken(peer, now, `starts with piece ${piece}, which is wrong on disk`);
    }
  }

  #judgeReturned(books: PeerBooks, piece: number, now: Millis): void {
    const { peer, shape } = books;
    const view = peer.session.torrent(peer.torrent)?.view;
    if (view === undefined) return;
    const first = piece * shape.blocksPerPiece;
    for (let block = first; block < first + view.blocksIn(piece); block++) {
      const state = view.blockState(block);
      if (shape.real[block] === 0 || state === 'missing' || state === 'requested') continue;
      this.#failed.broken(peer, now, `block ${block} of a failed piece is still ${state}`);
    }
  }
}

/** Its hash did not match, and either nothing is examined or all of it has been. */
function mayFail(step: StepBook, piece: number): boolean {
  if (step.examined === piece) return true;
  return step.hashed === piece && !step.matched && !step.unhashed && step.examining !== piece;
}
