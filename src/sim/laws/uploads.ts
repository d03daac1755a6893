/**
 * Requests in and blocks out: I-15, I-16, and of I-26 what a session itself holds for a peer.
 *
 * Which requests are valid is BEP 3 and 6 with our bounds: at most 16 KiB, in a piece that we hold, while unchoked, at
 * most `requestQueueMax` waiting. One that is repeated while it waits gets one answer. Every other one is rejected in
 * the same step where the remote speaks BEP 6, and dropped where it does not. A choked peer gets what it was allowed fast,
 * three times each piece at most (I-16); such requests outlive a choke. Bytes in sockets and stores (I-26) are the reactor's.
 */
import type { Millis } from '../../core/index.ts';
import type { PeerMessage, SessionEffect } from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import { FAST_TIMES_MAX } from './link-book.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';
import type { Range } from './step-book.ts';

export class Uploads implements LawJudge {
  readonly #books: Books;
  readonly #answered: Law = new Law('I-15');
  readonly #unchoked: Law = new Law('I-16');
  readonly #bounded: Law = new Law('I-26');
  readonly laws: readonly Law[] = [this.#answered, this.#unchoked, this.#bounded];

  constructor(books: Books) {
    this.#books = books;
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    if (effect.type === 'store-read') return this.#reads(this.#books.of(peer), effect, now);
    if (effect.type !== 'send') return;
    const { message } = effect;
    if (message.type !== 'piece' && message.type !== 'reject') return;
    const books = this.#books.of(peer);
    const link = books.link(effect.conn);
    if (link === null) return;
    if (message.type === 'piece') this.#gave(books, link, message, now);
    else this.#rejected(books, link, message, now);
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    const { step } = books;
    if (step.owed !== null && step.link?.closed === false) {
      const { index, begin, length } = step.owed;
      this.#answered.broken(
        peer,
        now,
        `${index}/${begin}/${length} was neither given nor rejected`,
      );
    }
    for (const link of step.choked) {
      this.#answered.judged++;
      if (link.closed) continue;
      for (const [offset, length] of link.wants) {
        const offer = link.offered?.get(Math.floor(offset / books.shape.pieceLength));
        if (offer === undefined) {
          const detail = `${link.wants.size} requests were choked without a word`;
          this.#answered.broken(peer, now, detail);
        }
        offer.asked += length;
      }
    }
    const { link } = step;
    if (link === null || link.wants.size === 0 || link.closed) return;
    this.#answered.judged++;
    // Where rates are limited its turn will come: see `Rates`.
    if (link.reads > 0 || link.writePaused || books.rates.upload.isLimited) return;
    // After a freeze messages may come before the time-out that has long been due: who stands in line moves with that.
    if (peer.session.deadline <= now) return;
    this.#answered.broken(peer, now, `conn ${link.conn} waits for a block that nobody reads`);
  }

  second(_run: JudgedRun, now: Millis): void {
    this.#books.each((books) => {
      const { peer } = books;
      const peers = peer.session.torrent(peer.torrent)?.peers ?? [];
      for (const { conn, uploads, reading } of peers) {
        const link = books.link(conn);
        if (link === null) continue;
        this.#answered.judged++;
        const waiting = uploads.length + reading.length;
        if (waiting === link.wants.size) continue;
        const detail = `${link.wants.size} requests of conn ${conn} wait, not ${waiting}`;
        this.#answered.broken(peer, now, detail);
      }
    });
  }

  #gave(
    books: PeerBooks,
    link: LinkBook,
    message: Extract<PeerMessage, { type: 'piece' }>,
    now: Millis,
  ): void {
    const { index, begin, block } = message;
    this.#unchoked.judged++;
    if (link.amChoking) this.#gaveChoked(books, link, message, now);
    this.#answered.judged++;
    const offset = index * books.shape.pieceLength + begin;
    if (link.wants.get(offset) === block.length) return;
    this.#answered.broken(books.peer, now, `gives ${index}/${begin}, which nobody waits for`);
  }

  #gaveChoked(
    books: PeerBooks,
    link: LinkBook,
    { index, block }: Extract<PeerMessage, { type: 'piece' }>,
    now: Millis,
  ): void {
    const offer = link.offered?.get(index);
    if (offer === undefined) {
      this.#unchoked.broken(books.peer, now, `gives to conn ${link.conn}, choked`);
    }
    offer.given += block.length;
    if (offer.given <= FAST_TIMES_MAX * books.shape.pieceSize(index)) return;
    const detail = `gives piece ${index} to conn ${link.conn}, choked, more than three times`;
    this.#unchoked.broken(books.peer, now, detail);
  }

  #rejected(books: PeerBooks, link: LinkBook, message: Range, now: Millis): void {
    const { index, begin, length } = message;
    const { owed } = books.step;
    this.#answered.judged++;
    const isOwed = owed?.index === index && owed.begin === begin && owed.length === length;
    if (isOwed && link === books.step.link) return;
    const offset = index * books.shape.pieceLength + begin;
    const waits = books.shape.holds(index, begin, length) && link.wants.get(offset) === length;
    if (waits) return;
    this.#answered.broken(books.peer, now, `rejects ${index}/${begin}, which nobody waits for`);
  }

  #reads(
    books: PeerBooks,
    effect: Extract<SessionEffect, { type: 'store-read' }>,
    now: Millis,
  ): void {
    const { peer, config } = books;
    const link = books.readerOf(effect.offset, effect.length);
    this.#answered.judged++;
    if (link?.wants.get(effect.offset) !== effect.length) {
      this.#answered.broken(peer, now, `reads at ${effect.offset} for nobody`);
    }
    this.#bounded.judged++;
    if (link.writePaused || link.readingBytes >= config.readAheadBytesMax) {
      this.#bounded.broken(peer, now, `reads for conn ${link.conn}, which has no room`);
    }
  }
}
