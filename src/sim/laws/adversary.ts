/**
 * Nobody honest is banned, who alone sends a bad piece is, and nothing that a remote says makes a step throw: I-34, I-38.
 *
 * I-34 of the reference bans a liar after two failed pieces. Ours bans the only sender of a failed piece at once, and one
 * among several by trust, which takes more pieces (`banPolicy`): only the first half is a law for every run. A disk that
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
  /** By peer: the hosts that it has banned. */
  readonly #outlaws: (Set<string> | undefined)[] = [];

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
        outlaws.add(event.address.host);
        return;
      case 'state-changed':
        // Bans last as long as the torrent is active.
        if (event.state === 'active') outlaws.clear();
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
    const { failed, senders } = books.step;
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

  #outlawsOf(peer: JudgedPeer): Set<string> {
    return (this.#outlaws[peer.index] ??= new Set());
  }
}
