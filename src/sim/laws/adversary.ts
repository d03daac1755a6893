/**
 * Nobody honest is banned, who alone sends a bad piece is, and nothing that a remote says makes a step throw: I-34, I-38.
 *
 * I-34 of the reference bans a liar after two failed pieces. Ours bans the only sender of a failed piece at once, and one
 * among several when the piece is right and the digests of its blocks show who had sent something else; trust alone bans
 * nobody. A ban keeps its host out until its time, is over then, and both are told. A disk that
 * changes bits unseen makes a liar of everybody, so then nobody is judged. The bound on wasted payload is that of the
 * ban policy's own tests.
 */
import type { Address, Millis } from '../../core/index.ts';
import type { SessionEffect } from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import type { LawOptions } from './law-options.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';

/** A timer that fires at the very moment may be set for the next call. */
const GRACE: Millis = 1000;

interface Banned {
  readonly by: JudgedPeer;
  readonly address: Address;
  readonly at: Millis;
}

export class Adversary implements LawJudge {
  readonly #books: Books;
  readonly #options: LawOptions;
  readonly #bans: Law = new Law('I-34');
  readonly #throws: Law = new Law('I-38');
  readonly laws: readonly Law[] = [this.#bans, this.#throws];
  /** Since the run was last looked at. */
  readonly #banned: Banned[] = [];
  /** By peer: the hosts that it has banned, and until when. */
  readonly #outlaws: (Map<string, Millis> | undefined)[] = [];

  constructor(books: Books, options: LawOptions) {
    this.#books = books;
    this.#options = options;
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    if (effect.type !== 'notify') return;
    const { event } = effect;
    const outlaws = this.#outlawsOf(peer);
    switch (event.type) {
      case 'peer-banned':
        this.#banned.push({ by: peer, address: event.address, at: now });
        outlaws.set(event.address.host, event.until);
        return;
      case 'ban-expired':
        return this.#expired(peer, event.host, now);
      case 'state-changed':
        // Bans last as long as the torrent is active at most.
        if (event.state !== 'active') outlaws.clear();
        return;
      case 'peer-connected':
        if (!outlaws.has(event.address.host)) return;
        return this.#bans.broken(peer, now, `${event.address.host} is back, though it was banned`);
      default:
    }
  }

  born(peer: JudgedPeer): void {
    this.#outlaws[peer.index] = undefined;
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    this.#throws.judged++;
    const books = this.#books.of(peer);
    const { failed, senders, differed, hashed, matched, examining } = books.step;
    if (hashed >= 0 && matched && examining !== hashed && books.evidence.knows(hashed)) {
      this.#bans.broken(peer, now, `piece ${hashed} is right, and nobody asks who had spoiled it`);
    }
    if (this.#options.bansSoleSender) {
      for (const conn of differed) {
        this.#bans.judged++;
        if (books.link(conn)?.isPeer !== true) continue;
        this.#bans.broken(peer, now, `conn ${conn} sent other bytes for a piece and stays`);
      }
    }
    if (failed < 0 || senders.length !== 1 || !this.#options.bansSoleSender) return;
    this.#bans.judged++;
    if (books.link(senders[0]!)?.isPeer !== true) return;
    this.#bans.broken(peer, now, `conn ${senders[0]!} sent all of bad piece ${failed} and stays`);
  }

  threw(peer: JudgedPeer, error: unknown, now: Millis): void {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#throws.broken(peer, now, detail);
  }

  second(run: JudgedRun): void {
    this.#books.each((books) => {
      if (books.state !== 'active') return;
      for (const [host, until] of this.#outlawsOf(books.peer)) {
        if (until + GRACE >= books.lastTimeoutAt) continue;
        this.#bans.broken(books.peer, books.lastTimeoutAt, `${host} is banned since ${until} ms`);
      }
    });
    for (const { by, address, at } of this.#banned) {
      this.#bans.judged++;
      if (this.#options.diskMayLie || run.honestAddress === undefined) continue;
      if (!run.honestAddress(address.host, address.port)) continue;
      this.#bans.broken(by, at, `bans ${address.host}, which is honest`);
    }
    this.#banned.length = 0;
  }

  end(run: JudgedRun): void {
    this.second(run);
  }

  /** A ban ends with its time, by command, or because there are too many. */
  #expired(peer: JudgedPeer, host: string, now: Millis): void {
    const books = this.#books.of(peer);
    const outlaws = this.#outlawsOf(peer);
    const until = outlaws.get(host);
    this.#bans.judged++;
    if (until === undefined) this.#bans.broken(peer, now, `${host} was not banned`);
    const full = outlaws.size > books.config.bansMax || books.step.input?.type === 'command';
    if (until > now && !full) this.#bans.broken(peer, now, `the ban of ${host} ends too early`);
    outlaws.delete(host);
  }

  #outlawsOf(peer: JudgedPeer): Map<string, Millis> {
    return (this.#outlaws[peer.index] ??= new Map<string, Millis>());
  }
}
