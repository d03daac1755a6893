/**
 * The books of the engine are right: I-03 and I-12.
 *
 * Here the engine is asked, because the laws are about its answers. I-03: what it received is what came; each byte of it
 * was written or redundant, and each byte written is good, failed, doubted later or still partial. I-12: its own recount
 * holds, and what it tells peers of its interest is what a recount over their pieces gives, after every step.
 * Recounts over all pieces and peers are dear, so each peer has its turn every `recountEvery` seconds and at the end.
 */
import type { Millis } from '../../core/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import type { LawOptions } from './law-options.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';

export class Accounting implements LawJudge {
  readonly #books: Books;
  readonly #every: number;
  readonly #bytes: Law = new Law('I-03');
  readonly #counts: Law = new Law('I-12');
  readonly laws: readonly Law[] = [this.#bytes, this.#counts];
  #seconds = 0;

  constructor(books: Books, options: LawOptions) {
    this.#books = books;
    this.#every = options.recountEvery;
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    if (books.state !== 'active') return;
    if (books.allStirred) {
      for (const link of books.links.values()) this.#interest(books, link, now);
    } else for (const link of books.stirred) this.#interest(books, link, now);
  }

  second(_run: JudgedRun, now: Millis): void {
    this.#seconds++;
    this.#books.each((books) => {
      if ((this.#seconds + books.peer.index) % this.#every === 0) this.#recount(books, now);
    });
  }

  gone(peer: JudgedPeer, crashed: boolean, now: Millis): void {
    if (!crashed) this.#recount(this.#books.of(peer), now);
  }

  end(_run: JudgedRun, now: Millis): void {
    this.#books.each((books) => this.#recount(books, now));
  }

  #interest(books: PeerBooks, link: LinkBook, now: Millis): void {
    if (!link.isPeer || link.closed) return;
    this.#counts.judged++;
    const wants = books.downloading && link.wanted > 0;
    if (link.amInterested === wants) return;
    const detail = `conn ${link.conn} has ${link.wanted} wanted pieces and was told otherwise`;
    this.#counts.broken(books.peer, now, detail);
  }

  #recount(books: PeerBooks, now: Millis): void {
    const { peer } = books;
    this.#counts.judged++;
    try {
      peer.session.assertInvariants();
    } catch (error) {
      this.#counts.broken(peer, now, error instanceof Error ? error.message : String(error));
    }
    this.#bytes.judged++;
    const { written, good, failed, doubted, partial, received } = books;
    if (written !== good + failed + doubted + partial) {
      const parts = `${good} good, ${failed} failed, ${doubted} doubted, ${partial} partial`;
      this.#bytes.broken(peer, now, `${written} bytes written, but ${parts}`);
    }
    const torrent = peer.session.torrent(peer.torrent);
    if (torrent === undefined) return;
    const wasted = books.receivedHere - books.writtenHere;
    if (books.state === 'active' && torrent.active?.redundant !== wasted) {
      const counted = torrent.active?.redundant ?? 'nothing';
      this.#bytes.broken(peer, now, `${wasted} bytes were redundant; told: ${counted}`);
    }
    const { downloaded, uploaded, left } = torrent;
    if (downloaded === received && uploaded === books.uploaded && left === books.left) return;
    const truth = `${received} received, ${books.uploaded} sent, ${books.left} left`;
    this.#bytes.broken(peer, now, `${truth}; told: ${downloaded}, ${uploaded}, ${left}`);
  }
}
