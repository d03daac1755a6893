/**
 * The books of all peers of a run, as one judge that judges nothing: it stands last, so that every law sees an input or
 * effect beside the books of the moment before it.
 */
import type { Millis } from '../../core/index.ts';
import type { SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { JudgedPeer } from '../judge.ts';
import { hear } from './hear.ts';
import type { Law, LawJudge } from './law.ts';
import { PeerBooks } from './peer-books.ts';
import { tell } from './tell.ts';

export class Books implements LawJudge {
  readonly laws: readonly Law[] = [];
  readonly #books: (PeerBooks | undefined)[] = [];

  /** A peer that nobody announced is taken as born now. For a peer that lives. */
  of(peer: JudgedPeer): PeerBooks {
    const books = this.#books[peer.index];
    if (books?.peer.session === peer.session) return books;
    const fresh = new PeerBooks(peer);
    this.#books[peer.index] = fresh;
    return fresh;
  }

  /** Of every peer that is alive, in order. */
  each(look: (books: PeerBooks) => void): void {
    for (const books of this.#books) if (books !== undefined) look(books);
  }

  born(peer: JudgedPeer): void {
    this.#books[peer.index] = new PeerBooks(peer);
  }

  gone(peer: JudgedPeer): void {
    this.#books[peer.index] = undefined;
  }

  input(peer: JudgedPeer, input: SessionInput, now: Millis): void {
    hear(this.of(peer), input, now);
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    tell(this.of(peer), effect, now);
  }
}
