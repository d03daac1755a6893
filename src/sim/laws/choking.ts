/**
 * Who is served and who is told what: I-17, I-18, I-19.
 *
 * I-17: one number of slots holds the optimistic one too. A flip within the hold time is excused where the peer lost
 * interest, became a seed, or flags, priorities or behaviors were changed from outside. I-18 of the reference counts 30 s turns; a
 * turn ends at a rechoke, so it is rounded up to the next one (`seedTurn`). Its fairness index needs identical peers
 * and belongs to the chokers' own tests. I-19 covers all that is told on change: choke, interest, pieces; where a disclosure
 * chooses which pieces, nobody must be told of one, but still nobody twice, and nothing else may give away what is hidden.
 */
import type { Millis } from '../../core/index.ts';
import type { PeerMessage, SessionEffect } from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import type { LawOptions } from './law-options.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';

export class Choking implements LawJudge {
  readonly #books: Books;
  readonly #options: LawOptions;
  readonly #slots: Law = new Law('I-17');
  readonly #turns: Law = new Law('I-18');
  readonly #edges: Law = new Law('I-19');
  readonly laws: readonly Law[] = [this.#slots, this.#turns, this.#edges];

  constructor(books: Books, options: LawOptions) {
    this.#books = books;
    this.#options = options;
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    if (effect.type !== 'send') return;
    switch (effect.message.type) {
      case 'choke':
      case 'unchoke':
      case 'interested':
      case 'not-interested':
      case 'have':
      case 'suggest':
      case 'allowed-fast': {
        const books = this.#books.of(peer);
        const link = books.link(effect.conn);
        if (link !== null) this.#told(books, link, effect.message, now);
        return;
      }
      default:
    }
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    if (books.step.verified < 0) return;
    for (const link of books.links.values()) {
      if (!link.isPeer || link.told !== null || link.has[books.step.verified] === 1) continue;
      this.#edges.judged++;
      if (link.toldPiece === books.step.verified && link.toldStep === books.steps) continue;
      this.#edges.broken(peer, now, `conn ${link.conn} was not told of ${books.step.verified}`);
    }
  }

  second(_run: JudgedRun, now: Millis): void {
    this.#books.each((books) => {
      this.#recount(books, now);
      if (books.finished && books.seeding && books.state === 'active') this.#serves(books, now);
    });
  }

  #told(books: PeerBooks, link: LinkBook, message: PeerMessage, now: Millis): void {
    const { peer } = books;
    this.#edges.judged++;
    switch (message.type) {
      case 'choke':
        if (link.amChoking) this.#edges.broken(peer, now, `chokes conn ${link.conn} again`);
        return this.#choked(books, link, now);
      case 'unchoke':
        if (!link.amChoking) this.#edges.broken(peer, now, `unchokes conn ${link.conn} again`);
        return this.#unchoked(books, link, now);
      case 'interested':
      case 'not-interested':
        if (link.amInterested !== (message.type === 'interested')) return;
        return this.#edges.broken(peer, now, `${message.type} to conn ${link.conn} again`);
      case 'have':
        if (link.has[message.index] !== 1 && link.told?.[message.index] !== 1) return;
        // Who has shown nothing else may be waiting for it (BEP 16).
        if (link.told === null && link.wanted === 0 && !link.isSeed) return;
        return this.#edges.broken(peer, now, `have of ${message.index} to conn ${link.conn}`);
      case 'suggest':
      case 'allowed-fast':
        if (link.isTold(message.index)) return;
        return this.#edges.broken(peer, now, `${message.type} of ${message.index}, which it hides`);
      default:
    }
  }

  #choked(books: PeerBooks, link: LinkBook, now: Millis): void {
    const { holdTime } = this.#options;
    this.#slots.judged++;
    if (holdTime === null || !link.peerInterested || link.isSeed) return;
    if (now - link.unchokedAt >= holdTime || books.changedAt >= link.unchokedAt) return;
    this.#slots.broken(books.peer, now, `chokes conn ${link.conn} too soon`);
  }

  #unchoked(books: PeerBooks, link: LinkBook, now: Millis): void {
    const { holdTime } = this.#options;
    const { peer, config } = books;
    this.#slots.judged++;
    if (books.unchoked >= config.uploadSlots) {
      this.#slots.broken(peer, now, `unchokes more than ${config.uploadSlots}`);
    }
    if (!books.seeding) this.#slots.broken(peer, now, 'unchokes though it gives nothing');
    if (holdTime === null || now - link.robbedAt >= holdTime) return;
    if (books.changedAt >= link.robbedAt) return;
    this.#slots.broken(peer, now, `unchokes conn ${link.conn} too soon`);
  }

  /** Everybody who wants something of a seed has a turn in time. */
  #serves(books: PeerBooks, now: Millis): void {
    const { seedTurn } = this.#options;
    if (seedTurn === null) return;
    const { config, activeAt, finishedAt, changedAt, thawedAt } = books;
    const rounds = Math.ceil(books.peersMost / config.uploadSlots) + 2;
    const since = Math.max(activeAt, finishedAt, changedAt, thawedAt);
    for (const link of books.links.values()) {
      if (!link.isPeer || !link.peerInterested || link.isSeed || !link.amChoking) continue;
      this.#turns.judged++;
      const waited = books.lastTimeoutAt - Math.max(since, link.interestedAt, link.chokedAt);
      if (waited <= rounds * seedTurn) continue;
      this.#turns.broken(books.peer, now, `conn ${link.conn} waits for ${waited} ms`);
    }
  }

  /** What the engine believes it told is what it told. */
  #recount(books: PeerBooks, now: Millis): void {
    const { peer } = books;
    for (const each of peer.session.torrent(peer.torrent)?.peers ?? []) {
      const link = books.link(each.conn);
      if (link === null) continue;
      this.#edges.judged++;
      const choking = each.amChoking === link.amChoking;
      if (choking && each.amInterested === link.amInterested) continue;
      this.#edges.broken(peer, now, `conn ${each.conn} was told something else`);
    }
  }
}
