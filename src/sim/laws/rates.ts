/**
 * Rate limits are kept, and starve nobody: I-29.
 *
 * Out: payload, at the moment when it leaves; only what was being read when a limit was changed leaves regardless, and
 * is counted. In: what the remotes send cannot be helped, what we ask for can; so a request is counted when it goes out,
 * not any more when it ends without its block, and what comes late when it comes. Received payload is then within the
 * same bound, but for how long each block was under way. Nobody starves: while there is room for a block, nobody waits
 * to be given one.
 */
import type { JobId, Millis } from '../../core/index.ts';
import type { Command, PeerMessage, SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { JudgedPeer } from '../judge.ts';
import type { Books } from './books.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';
import type { MeterPair } from './rate-book.ts';
import type { Range } from './step-book.ts';
import { BLOCK } from './shape.ts';

type LimitCommand = Extract<Command, { type: 'set-session-limits' | 'set-torrent-limits' }>;

/** Bytes by which two ways of reckoning may differ: the machine counts whole microseconds. */
const ROUNDING = 2;

export class Rates implements LawJudge {
  readonly #books: Books;
  readonly #law: Law = new Law('I-29');
  readonly laws: readonly Law[] = [this.#law];
  /** By peer: reads that were under way when a limit was changed. */
  readonly #before: Set<JobId>[] = [];

  constructor(books: Books) {
    this.#books = books;
  }

  born(peer: JudgedPeer): void {
    this.#before[peer.index] = new Set();
  }

  input(peer: JudgedPeer, input: SessionInput, now: Millis): void {
    const books = this.#books.of(peer);
    if (input.type === 'command') {
      const { command } = input;
      if (command.type === 'set-session-limits' || command.type === 'set-torrent-limits') {
        this.#limited(books, command, now);
      } else if (command.type === 'add-torrent') {
        for (const { torrent } of [books.rates.download, books.rates.upload]) {
          torrent.set(null, 0, now);
        }
      }
      return;
    }
    const { download } = books.rates;
    if (!download.isLimited) return;
    if (input.type === 'disconnected') {
      const link = books.link(input.conn);
      if (link !== null) this.#ended(books, link, now);
    } else if (input.type === 'message') {
      const link = books.link(input.conn);
      if (link?.isPeer === true) this.#heard(books, link, input.message, now);
    }
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    const books = this.#books.of(peer);
    if (effect.type === 'send') {
      const { message } = effect;
      if (message.type === 'piece') this.#gave(books, message.block.length, now);
      else if (message.type === 'request') this.#asked(books, message.length, now);
      else if (message.type === 'cancel' && books.rates.download.isLimited) {
        const link = books.link(effect.conn);
        if (link?.asked.has(blockOf(books, message)) === true) {
          books.rates.download.add(-message.length, now);
        }
      }
    } else if (effect.type === 'close' || effect.type === 'abort') {
      const link = books.link(effect.conn);
      if (link !== null) this.#ended(books, link, now);
    }
  }

  second(): void {
    this.#books.each((books) => {
      // By the clock of the peer: its bucket fills and its deadline comes by that one, not by the world's.
      const { now } = books.peer;
      if (books.state === 'active' && books.rates.upload.isLimited) this.#starves(books, now);
    });
  }

  /** Somebody waits for a block although there is room for one, and has been for a while. */
  #starves(books: PeerBooks, now: Millis): void {
    const { upload } = books.rates;
    let waits: LinkBook | null = null;
    for (const link of books.links.values()) {
      const idle = link.reads === 0 && !link.writePaused && !link.amChoking;
      if (idle && link.wants.size > 0) waits = link;
    }
    if (waits === null) return;
    // A turn may be due at this very moment; and a clock that stands still takes turns away.
    if (books.peer.session.deadline <= now) return;
    this.#law.judged++;
    // What is being read is promised, to those who have gone as well.
    let reading = 0;
    for (const { type, length } of books.jobs.values())
      if (type === 'store-read') reading += length;
    if (-upload.excess(now) - reading < BLOCK + ROUNDING) return;
    this.#law.broken(books.peer, now, `conn ${waits.conn} waits although there is room for it`);
  }

  #limited(books: PeerBooks, command: LimitCommand, now: Millis): void {
    if (command.type === 'set-torrent-limits' && command.torrent !== books.peer.torrent) return;
    const { download, upload } = books.rates;
    const which = command.type === 'set-session-limits' ? 'session' : 'torrent';
    let asked = 0;
    for (const link of books.links.values()) {
      for (const block of link.asked.keys()) asked += books.shape.sizeOf(block);
    }
    download[which].set(command.download, asked, now);
    upload[which].set(command.upload, 0, now);
    const before = this.#before[books.peer.index]!;
    before.clear();
    for (const [job, { type }] of books.jobs) if (type === 'store-read') before.add(job);
  }

  #gave(books: PeerBooks, length: number, now: Millis): void {
    const { upload } = books.rates;
    if (!upload.isLimited) return;
    upload.add(length, now);
    this.#law.judged++;
    const { input } = books.step;
    const before = this.#before[books.peer.index]!;
    if (input?.type === 'read-done' && before.delete(input.job)) return;
    this.#within(books, upload, 'sends', now);
  }

  #asked(books: PeerBooks, length: number, now: Millis): void {
    const { download } = books.rates;
    if (!download.isLimited) return;
    download.add(length, now);
    this.#law.judged++;
    this.#within(books, download, 'asks for', now);
  }

  #within(books: PeerBooks, pair: MeterPair, what: string, now: Millis): void {
    const excess = pair.excess(now);
    if (excess <= ROUNDING) return;
    const { session, torrent } = pair;
    const limits = `${session.rate ?? 'none'} and ${torrent.rate ?? 'none'}`;
    this.#law.broken(books.peer, now, `${what} ${excess} bytes more than ${limits} allow`);
  }

  #heard(books: PeerBooks, link: LinkBook, message: PeerMessage, now: Millis): void {
    const { download } = books.rates;
    switch (message.type) {
      case 'choke':
        if (!link.peerChoking && !link.fast) this.#ended(books, link, now);
        return;
      case 'reject':
        if (link.fast && link.asked.has(blockOf(books, message))) {
          download.add(-message.length, now);
        }
        return;
      case 'piece': {
        const { index, begin, block } = message;
        const which = books.shape.blockAt(index, begin, block.length);
        if (which < 0 || link.asked.has(which) || !link.late.has(which)) return;
        download.add(block.length, now);
        return;
      }
      default:
    }
  }

  /** All that this remote was asked for ends here. */
  #ended(books: PeerBooks, link: LinkBook, now: Millis): void {
    const { download } = books.rates;
    if (!download.isLimited) return;
    for (const block of link.asked.keys()) download.add(-books.shape.sizeOf(block), now);
  }
}

function blockOf(books: PeerBooks, { index, begin, length }: Range): number {
  return books.shape.blockAt(index, begin, length);
}
