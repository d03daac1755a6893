/**
 * What is said is said at the right time, to whom understands it, and comes off the wire as it was meant: I-20, I-21.
 *
 * I-20 at the level of messages; their exact lengths are I-21's: a sample of all that is sent goes through the codec
 * and is read by another decoder. The only extended messages are the handshake and peer exchange (`exchange-words.ts`).
 */
import type { Millis } from '../../core/index.ts';
import { PeerCodec } from '../../protocol/index.ts';
import type {
  HandshakeMessage,
  PeerMessage,
  SessionEffect,
  SessionInput,
} from '../../protocol/index.ts';
import type { JudgedPeer, JudgedRun } from '../judge.ts';
import type { Books } from './books.ts';
import { exchangeFault } from './exchange-words.ts';
import type { LawOptions } from './law-options.ts';
import { Law } from './law.ts';
import type { LawJudge } from './law.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';
import { isSameBytes, isSameMessage, readPlainly } from './plain-wire.ts';

/** A timer that fires at the very moment may be set for the next call: nobody is late by so little. */
const GRACE: Millis = 1000;

export class Conformance implements LawJudge {
  readonly #books: Books;
  readonly #every: number;
  readonly #codec: PeerCodec;
  readonly #order: Law = new Law('I-20');
  readonly #wire: Law = new Law('I-21');
  readonly laws: readonly Law[] = [this.#order, this.#wire];
  /** Messages seen, by type. */
  readonly #seen = new Map<PeerMessage['type'], number>();
  /** Connections that ended as unreadable since the run was last looked at. */
  readonly #garbled: { readonly peer: JudgedPeer; readonly host: string; readonly at: Millis }[] =
    [];

  /** `codec`: the one on trial. */
  constructor(books: Books, options: LawOptions, codec: PeerCodec = new PeerCodec()) {
    this.#books = books;
    this.#every = options.wireSample;
    this.#codec = codec;
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    if (effect.type !== 'send') return;
    const { message } = effect;
    const books = this.#books.of(peer);
    const link = books.link(effect.conn);
    this.#order.judged++;
    if (link === null) {
      this.#order.broken(peer, now, `${message.type} to conn ${effect.conn}, which is closed`);
    }
    const fault = faultOf(books, link, message, now);
    if (fault !== null) {
      this.#order.broken(peer, now, `${message.type} to conn ${link.conn}: ${fault}`);
    }
    if (message.type === 'extended' && message.id !== 0) link.exchangedAt = now;
    const seen = this.#seen.get(message.type) ?? 0;
    this.#seen.set(message.type, seen + 1);
    if (seen % this.#every === 0) this.#encodes(peer, message, now);
  }

  input(peer: JudgedPeer, input: SessionInput, now: Millis): void {
    if (input.type !== 'disconnected' || input.reason !== 'bad-frame') return;
    const link = this.#books.of(peer).link(input.conn);
    if (link !== null) this.#garbled.push({ peer, host: link.address.host, at: now });
  }

  stepped(peer: JudgedPeer, now: Millis): void {
    const books = this.#books.of(peer);
    if (books.step.input?.type !== 'timeout') return;
    const { keepAliveEvery } = books.config;
    for (const { conn, isPeer, saidAt } of books.links.values()) {
      if (!isPeer) continue;
      this.#order.judged++;
      if (saidAt + keepAliveEvery + GRACE >= now) continue;
      this.#order.broken(peer, now, `says nothing to conn ${conn} since ${saidAt} ms`);
    }
  }

  second(run: JudgedRun): void {
    for (const { peer, host, at } of this.#garbled) {
      this.#wire.judged++;
      if (run.honestAddress?.(host, 0) !== true) continue;
      this.#wire.broken(peer, at, `cannot read what ${host} says, which is honest`);
    }
    this.#garbled.length = 0;
  }

  end(run: JudgedRun): void {
    this.second(run);
  }

  #encodes(peer: JudgedPeer, message: PeerMessage, now: Millis): void {
    this.#wire.judged++;
    const bytes = this.#bytesOf(peer, message, now);
    const read = readPlainly(bytes);
    if (read === null || !isSameMessage(message, read)) {
      this.#wire.broken(peer, now, `${message.type} is ${read?.type ?? 'nothing'} on the wire`);
    }
    if (this.#codec.sizeOf(message) === bytes.length) return;
    this.#wire.broken(peer, now, `${message.type} has ${bytes.length} bytes, not as it says`);
  }

  #bytesOf(peer: JudgedPeer, message: PeerMessage, now: Millis): Uint8Array {
    const parts: Uint8Array[] = [];
    try {
      this.#codec.encode(message, parts);
    } catch (error) {
      this.#wire.broken(peer, now, error instanceof Error ? error.message : String(error));
    }
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

/** What is wrong with saying this now; null: nothing. */
function faultOf(
  books: PeerBooks,
  link: LinkBook,
  message: PeerMessage,
  now: Millis,
): string | null {
  if (!link.open) return 'before it is connected';
  if (message.type === 'handshake') return handshakeFault(books, link, message);
  if (!link.greeted) return 'before our handshake';
  if (!link.isPeer) return 'before it is a peer';
  switch (message.type) {
    case 'bitfield':
      return link.spoken ? 'not first' : null;
    case 'have-all':
    case 'have-none':
      return link.spoken ? 'not first' : needsFast(link);
    case 'reject':
    case 'suggest':
    case 'allowed-fast':
      return needsFast(link);
    case 'extended':
      if (!link.extended) return 'it does not speak BEP 10';
      return message.id === 0 ? null : exchangeFault(books, link, message, now);
    case 'port':
      return 'we run no DHT node';
    default:
      return null;
  }
}

function handshakeFault(
  books: PeerBooks,
  link: LinkBook,
  message: HandshakeMessage,
): string | null {
  if (link.greeted) return 'a second one';
  if (!link.dialled && !link.shaken) return 'before the other end named a torrent';
  const { metainfo, peer } = books;
  if (metainfo === null || !isSameBytes(message.infoHash, metainfo.infoHash)) return 'info-hash';
  return isSameBytes(message.peerId, peer.session.peerId) ? null : 'peer id';
}

function needsFast(link: LinkBook): string | null {
  return link.fast ? null : 'it does not speak BEP 6';
}
