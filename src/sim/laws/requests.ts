/**
 * Requests out and blocks in: I-08, I-09, I-10, I-11, I-13, I-14.
 *
 * I-09: the bound is what the remote tells as `reqq`, or our default for one that is silent; it is judged when a
 * request goes out, since a remote may lower it afterwards. The cap over all peers is on blocks not yet written.
 * I-10: endgame begins when every block that is lacking is asked of somebody; a piece whose deadline has passed has its
 * own. I-11: leases are booked by their ends;
 * what is left must be what the engine believes is out, and nothing may be out longer than the configuration allows.
 * I-14: a block may come after its lease ended, and is taken once; one that was never asked for is not written.
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
import { BLOCK } from './shape.ts';

type RangeMessage = Extract<PeerMessage, { type: 'request' | 'cancel' | 'reject' }>;

/** A timer that fires at the very moment may be set for the next call: nobody is late by so little. */
const GRACE: Millis = 1000;

export class Requests implements LawJudge {
  readonly #books: Books;
  readonly #options: LawOptions;
  readonly #wanted: Law = new Law('I-08');
  readonly #bounded: Law = new Law('I-09');
  readonly #single: Law = new Law('I-10');
  readonly #conserved: Law = new Law('I-11');
  readonly #allowed: Law = new Law('I-13');
  readonly #taken: Law = new Law('I-14');
  readonly laws: readonly Law[] = [
    this.#wanted,
    this.#bounded,
    this.#single,
    this.#conserved,
    this.#allowed,
    this.#taken,
  ];

  constructor(books: Books, options: LawOptions) {
    this.#books = books;
    this.#options = options;
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    if (effect.type === 'store-write') return this.#wrote(this.#books.of(peer), effect, now);
    if (effect.type !== 'send') return;
    const { message } = effect;
    if (message.type !== 'request' && message.type !== 'cancel') return;
    const books = this.#books.of(peer);
    const link = books.link(effect.conn);
    if (link === null) return;
    if (message.type === 'request') this.#asked(books, link, message, now);
    else this.#cancelled(books, link, message, now);
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    const { step, blocks } = books;
    if (step.block >= 0) {
      this.#conserved.judged++;
      if (!step.wrote) this.#conserved.broken(peer, now, `block ${step.block} came and was lost`);
      if (blocks.requesters(step.block) > 0) {
        this.#conserved.broken(peer, now, `block ${step.block} came and is still asked for`);
      }
    }
    if (step.input?.type === 'command' && !books.downloading) this.#askedNobody(books, now);
    if (step.input?.type === 'command') this.#askedForWanted(books, now);
    if (!step.replaced || step.link === null || step.link.closed) return;
    this.#wanted.judged++;
    for (const block of step.link.asked.keys()) {
      if (step.link.has[books.shape.pieceOf(block)] === 1) continue;
      this.#wanted.broken(peer, now, `asks conn ${step.link.conn} for what it no longer has`);
    }
  }

  second(_run: JudgedRun, now: Millis): void {
    this.#books.each((books) => {
      if (books.state === 'active') this.#recount(books, now);
    });
  }

  end(run: JudgedRun, now: Millis): void {
    this.second(run, now);
    this.#books.each((books) => {
      const { asked, arrived, rejected, cancelled, choked, lost } = books.leases;
      let out = 0;
      for (const link of books.links.values()) out += link.asked.size;
      this.#conserved.judged++;
      if (asked === arrived + rejected + cancelled + choked + lost + out) return;
      this.#conserved.broken(books.peer, now, `${asked} asked, but not as many ended`);
    });
  }

  /** Downloading was switched off: what was asked for is taken back. */
  #askedNobody(books: PeerBooks, now: Millis): void {
    this.#wanted.judged++;
    for (const { conn, asked } of books.links.values()) {
      if (asked.size === 0) continue;
      const detail = `${asked.size} requests are out to conn ${conn}, though it downloads nothing`;
      this.#wanted.broken(books.peer, now, detail);
    }
  }

  /** Priorities may have changed: what is not wanted is taken back. */
  #askedForWanted(books: PeerBooks, now: Millis): void {
    this.#wanted.judged++;
    for (const { conn, asked } of books.links.values()) {
      for (const block of asked.keys()) {
        if (books.wanted[books.shape.pieceOf(block)] === 1) continue;
        this.#wanted.broken(books.peer, now, `asks conn ${conn} for ${block}, deselected before`);
      }
    }
  }

  #asked(books: PeerBooks, link: LinkBook, message: RangeMessage, now: Millis): void {
    const { peer, shape, blocks } = books;
    const { index, begin, length } = message;
    const block = shape.blockAt(index, begin, length);
    this.#wanted.judged++;
    if (block < 0) this.#wanted.broken(peer, now, `asks for ${index}/${begin}/${length}: no block`);
    if (shape.real[block] === 0) this.#wanted.broken(peer, now, `asks for padding, ${block}`);
    if (link.has[index] === 0) {
      this.#wanted.broken(peer, now, `asks conn ${link.conn} for piece ${index}, which it lacks`);
    }
    if (books.wanted[index] === 0) {
      this.#wanted.broken(peer, now, `asks for ${block} of piece ${index}, which nobody wants`);
    }
    if (blocks.hasArrived(block)) this.#wanted.broken(peer, now, `asks for ${block}, which it has`);
    if (books.state !== 'active' || !books.downloading) {
      this.#wanted.broken(peer, now, `asks for ${block} though it downloads nothing`);
    }
    this.#allowed.judged++;
    if (!link.isPeer || (link.peerChoking && link.allowed?.has(index) !== true)) {
      this.#allowed.broken(peer, now, `asks conn ${link.conn} for piece ${index} while choked`);
    }
    this.#bounded.judged++;
    if (link.asked.size >= link.reqq) {
      this.#bounded.broken(peer, now, `more than ${link.reqq} requests to conn ${link.conn}`);
    }
    if (books.writesOut * BLOCK >= books.config.unwrittenBytesMax) {
      this.#bounded.broken(peer, now, `asks for more with ${books.writesOut} blocks unwritten`);
    }
    this.#askedOnce(books, link, block, now);
  }

  #askedOnce(books: PeerBooks, link: LinkBook, block: number, now: Millis): void {
    const { peer, blocks } = books;
    this.#single.judged++;
    if (link.asked.has(block)) this.#single.broken(peer, now, `asks conn ${link.conn} twice`);
    const others = blocks.requesters(block);
    if (others === 0) return;
    const isLate = (books.deadlines.get(books.shape.pieceOf(block)) ?? Infinity) <= now;
    if (blocks.missing > 0 && !isLate) {
      this.#single.broken(peer, now, `asks twice for ${block}, with ${blocks.missing} missing`);
    }
    if (others >= this.#options.requestersMax) {
      this.#single.broken(peer, now, `asks ${others + 1} peers for block ${block}`);
    }
  }

  #cancelled(books: PeerBooks, link: LinkBook, message: RangeMessage, now: Millis): void {
    const { index, begin, length } = message;
    this.#conserved.judged++;
    if (link.asked.has(books.shape.blockAt(index, begin, length))) return;
    this.#conserved.broken(books.peer, now, `cancels ${index}/${begin}/${length}: not asked for`);
  }

  #wrote(
    books: PeerBooks,
    effect: Extract<SessionEffect, { type: 'store-write' }>,
    now: Millis,
  ): void {
    const { peer, step, shape } = books;
    const { input } = step;
    this.#taken.judged++;
    if (step.block < 0 || step.wrote) {
      this.#taken.broken(peer, now, `writes at ${effect.offset} what it did not ask for`);
    }
    const message =
      input?.type === 'message' && input.message.type === 'piece' ? input.message : null;
    if (effect.offset !== shape.offsetOf(step.block) || effect.data !== message?.block) {
      this.#taken.broken(peer, now, `writes at ${effect.offset} what did not come in this step`);
    }
  }

  /** The leases that are out: ours against the engine's, and how old they are. */
  #recount(books: PeerBooks, now: Millis): void {
    const { peer, config, lastTimeoutAt } = books;
    const torrent = peer.session.torrent(peer.torrent);
    if (torrent === undefined) return;
    this.#conserved.judged++;
    for (const { conn, outstanding } of torrent.peers) {
      const link = books.link(conn);
      if (link === null) continue; // the lifecycle laws see to that
      if (outstanding !== link.asked.size) {
        const detail = `${link.asked.size} requests are out to conn ${conn}, not ${outstanding}`;
        this.#conserved.broken(peer, now, detail);
      }
      const { oldestAt } = link;
      if (oldestAt === Infinity) continue;
      const stalledAt = Math.max(oldestAt, link.lastBlockAt) + config.stallTimeMax;
      const dueAt = Math.min(stalledAt, oldestAt + config.requestTimeMax);
      if (dueAt + GRACE >= lastTimeoutAt) continue;
      this.#conserved.broken(peer, now, `a request to conn ${conn} is out since ${oldestAt} ms`);
    }
    if (torrent.view.missingTotal === books.blocks.missing) return;
    const detail = `${books.blocks.missing} blocks are missing, not ${torrent.view.missingTotal}`;
    this.#conserved.broken(peer, now, detail);
  }
}
