/**
 * Who sent what to whom, who had what when, who unchoked whom: the books of one replication.
 *
 * Invariant: they are kept from inputs and effects alone, as an outsider with a tap on every cable would, so that a
 * strategy cannot colour its own figures. Times in seconds, payload in bytes. Changes nothing.
 */
import type { Millis } from '../core/index.ts';
import type { SessionEffect, SessionEvent, SessionInput } from '../protocol/index.ts';
import type { Judge, JudgedPeer } from '../sim/index.ts';
import type { LabPeer } from './draw-run.ts';
import type { PeerBook } from './floors.ts';
import type { UnchokeRow } from './run-record.ts';

interface Unchoked {
  readonly to: number;
  readonly since: number;
  readonly optimistic: boolean;
}

/** The books of one peer. */
export class ObservedPeer implements PeerBook {
  readonly peer: LabPeer;
  joined: number | null = null;
  left: number | null = null;
  completed: number | null = null;
  sent = 0;
  delivered = 0;
  received = 0;
  /** Who is at the other end of each connection. */
  readonly others: Map<number, number> = new Map<number, number>();
  readonly unchoked: Map<number, Unchoked> = new Map<number, Unchoked>();
  readonly has: Uint8Array;

  constructor(peer: LabPeer, pieces: number) {
    this.peer = peer;
    this.has = new Uint8Array(pieces);
  }
}

export class Observer implements Judge {
  readonly books: readonly ObservedPeer[];
  /** Copies of every piece among those who are present. */
  readonly copies: Uint32Array;
  /** When each piece was held by one who came; null: not yet. */
  spreadAt: number | null = null;
  readonly #keepUnchokes: boolean;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #spread: Uint8Array;
  #spreadCount = 0;
  /** `from * 2^20 + to`: seconds, regular and optimistic. */
  readonly #unchokes = new Map<number, [number, number]>();

  constructor(
    peers: readonly LabPeer[],
    pieces: number,
    indexes: ReadonlyMap<string, number>,
    keepUnchokes: boolean,
  ) {
    this.books = peers.map((peer) => new ObservedPeer(peer, pieces));
    this.copies = new Uint32Array(pieces);
    this.#spread = new Uint8Array(pieces);
    this.#indexes = indexes;
    this.#keepUnchokes = keepUnchokes;
  }

  born({ index }: JudgedPeer, now: Millis): void {
    this.books[index]!.joined ??= now / 1000;
  }

  gone({ index }: JudgedPeer, _crashed: boolean, now: Millis): void {
    const book = this.books[index]!;
    book.left = now / 1000;
    for (const conn of [...book.unchoked.keys()]) this.#choked(book, conn, now / 1000);
    for (let piece = 0; piece < book.has.length; piece++) {
      if (book.has[piece] === 1) this.copies[piece]!--;
    }
  }

  input({ index }: JudgedPeer, input: SessionInput): void {
    if (input.type !== 'message' || input.message.type !== 'piece') return;
    const { length } = input.message.block;
    const book = this.books[index]!;
    book.received += length;
    const from = book.others.get(input.conn);
    if (from !== undefined) this.books[from]!.delivered += length;
  }

  effect({ index, session, torrent }: JudgedPeer, effect: SessionEffect, now: Millis): void {
    const book = this.books[index]!;
    if (effect.type === 'send') {
      if (effect.message.type === 'piece') book.sent += effect.message.block.length;
    } else if (effect.type === 'notify') {
      const { event } = effect;
      this.#told(book, event, now / 1000);
      if (event.type !== 'state-changed' || event.state !== 'active') return;
      const view = session.torrent(torrent)?.view;
      for (let piece = 0; piece < book.has.length; piece++) {
        if (view?.has(piece) === true) this.#holds(book, piece, now / 1000);
      }
    }
  }

  /** Who had whom unchoked for how long, in the order of the peers. */
  unchokes(now: number): UnchokeRow[] {
    for (const book of this.books) {
      for (const conn of [...book.unchoked.keys()]) this.#choked(book, conn, now);
    }
    return [...this.#unchokes.entries()]
      .sort(([a], [b]) => a - b)
      .map(([pair, [regular, optimistic]]) => [
        Math.floor(pair / 0x100000),
        pair % 0x100000,
        round(regular),
        round(optimistic),
      ]);
  }

  #told(book: ObservedPeer, event: SessionEvent, now: number): void {
    switch (event.type) {
      case 'peer-connected': {
        const other = this.#indexes.get(event.address.host);
        if (other !== undefined) book.others.set(event.conn, other);
        return;
      }
      case 'peer-disconnected':
        this.#choked(book, event.conn, now);
        return;
      case 'choke-changed':
        if (event.choking) this.#choked(book, event.conn, now);
        else this.#unchokeBegins(book, event.conn, event.reason, now);
        return;
      case 'piece-verified':
        this.#holds(book, event.index, now);
        return;
      case 'complete':
        book.completed ??= now;
        return;
      default:
    }
  }

  #holds(book: ObservedPeer, piece: number, now: number): void {
    if (book.has[piece] === 1) return;
    book.has[piece] = 1;
    this.copies[piece]!++;
    if (book.peer.isSeed || this.#spread[piece] === 1) return;
    this.#spread[piece] = 1;
    this.#spreadCount++;
    if (this.#spreadCount === this.#spread.length) this.spreadAt = now;
  }

  #unchokeBegins(book: ObservedPeer, conn: number, reason: string, now: number): void {
    const to = book.others.get(conn);
    if (!this.#keepUnchokes || to === undefined) return;
    book.unchoked.set(conn, { to, since: now, optimistic: reason.startsWith('optimistic') });
  }

  #choked(book: ObservedPeer, conn: number, now: number): void {
    const unchoked = book.unchoked.get(conn);
    if (unchoked === undefined) return;
    book.unchoked.delete(conn);
    const pair = book.peer.index * 0x100000 + unchoked.to;
    const spent = this.#unchokes.get(pair) ?? [0, 0];
    spent[unchoked.optimistic ? 1 : 0] += now - unchoked.since;
    this.#unchokes.set(pair, spent);
  }
}

/** Milliseconds are exact. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
