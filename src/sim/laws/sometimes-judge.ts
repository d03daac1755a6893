/**
 * What must happen now and then, or a sweep has proved little: races, failures and limits that runs ought to reach.
 *
 * Judges nothing: it recognises a moment from the books and says its name. A name is said whenever it is reached; who
 * listens counts. Chunked handshakes, metadata and PEX of the reference are not to be seen in messages of a v1 TCP
 * engine and are left out.
 */
import type { ConnectionId, Millis } from '../../core/index.ts';
import type {
  PeerMessage,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../protocol/index.ts';
import type { JudgedPeer, Sometimes } from '../judge.ts';
import { trackerKey } from './announce-words.ts';
import type { Books } from './books.ts';
import type { Law, LawJudge } from './law.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';
import { BLOCK } from './shape.ts';

/** Every name that `SometimesJudge` can say. */
export const sometimesNames = [
  'allowed-fast request',
  'cancel crossed by the block',
  'choke with full queue',
  'crash with blocks in flight',
  'disk full then recovered',
  'duplicate block',
  'endgame cancel race',
  'endgame duplicate request',
  'fellow seeds part',
  'goes on from what was saved',
  'hash failure with two contributors',
  'last-piece short block',
  'late block taken',
  'liar banned',
  'peer dies mid-block',
  'recheck after doubt',
  'reject after choke',
  'reqq-limited pipeline',
  'request after choke',
  'request timeout then another peer',
  'requests held back by a limit',
  'self connection',
  'simultaneous open',
  'snub',
  'store fault',
  'tracker tier fallback',
  'uploads held back by a limit',
  'uploads held back by the socket',
] as const;

export type SometimesName = (typeof sometimesNames)[number];

/** So many requests count as a full queue where the remote takes more. */
const FULL_QUEUE = 8;

/** Bytes: who has waited for room takes it at once, and leaves less than this. */
const AT_ONCE = 1000;

/** What one peer remembers between steps. */
interface Memory {
  /** Blocks that timed out, and with whom. */
  readonly timedOut: Map<number, ConnectionId>;
  diskFull: boolean;
  failedTracker: string;
}

export class SometimesJudge implements LawJudge {
  readonly laws: readonly Law[] = [];
  readonly #books: Books;
  readonly #sometimes: Sometimes;
  readonly #memories: (Memory | undefined)[] = [];

  constructor(books: Books, sometimes: Sometimes) {
    this.#books = books;
    this.#sometimes = sometimes;
  }

  born(peer: JudgedPeer): void {
    this.#memories[peer.index] = undefined;
  }

  gone(peer: JudgedPeer, crashed: boolean): void {
    const books = this.#books.of(peer);
    if (crashed && (books.writesOut > 0 || books.partial > 0)) {
      this.#reached('crash with blocks in flight');
    }
  }

  input(peer: JudgedPeer, input: SessionInput): void {
    switch (input.type) {
      case 'message': {
        const books = this.#books.of(peer);
        const link = books.link(input.conn);
        if (link?.isPeer === true) this.#heard(books, link, input.message);
        return;
      }
      case 'command': {
        const { command } = input;
        if (command.type !== 'add-torrent' || typeof command.existing === 'string') return;
        if (command.existing.verified.some((byte) => byte !== 0)) {
          this.#reached('goes on from what was saved');
        }
        return;
      }
      case 'disconnected': {
        const link = this.#books.of(peer).link(input.conn);
        if (link !== null && link.asked.size > 0) this.#reached('peer dies mid-block');
        return;
      }
      case 'store-done':
      case 'read-done':
      case 'hash-done':
        if (input.fault !== null && input.fault !== 'missing') this.#reached('store fault');
        return;
      default:
    }
  }

  effect(peer: JudgedPeer, effect: SessionEffect, now: Millis): void {
    switch (effect.type) {
      case 'send': {
        const books = this.#books.of(peer);
        const link = books.link(effect.conn);
        if (link !== null) this.#said(books, link, effect.message, now);
        return;
      }
      case 'close':
      case 'abort':
        return this.#closed(this.#books.of(peer), effect.conn, effect.reason);
      case 'notify':
        return this.#event(this.#books.of(peer), effect.event);
      default:
    }
  }

  stepped(peer: JudgedPeer): void {
    const { rates, step } = this.#books.of(peer);
    const { link } = step;
    if (link === null || link.closed || link.wants.size === 0 || link.reads > 0) return;
    if (link.writePaused) this.#reached('uploads held back by the socket');
    else if (rates.upload.isLimited) this.#reached('uploads held back by a limit');
  }

  #heard(books: PeerBooks, link: LinkBook, message: PeerMessage): void {
    switch (message.type) {
      case 'piece':
        return this.#heardPiece(books, link, message);
      case 'choke':
        if (!link.peerChoking && link.asked.size >= Math.min(FULL_QUEUE, link.reqq)) {
          this.#reached('choke with full queue');
        }
        return;
      case 'reject':
        if (link.peerChoking && link.asked.size > 0) this.#reached('reject after choke');
        return;
      case 'request':
        if (link.amChoking && link.unchokedAt > -Infinity) this.#reached('request after choke');
        return;
      case 'cancel':
        if (!link.wants.has(message.index * books.shape.pieceLength + message.begin)) {
          this.#reached('cancel crossed by the block');
        }
        return;
      default:
    }
  }

  #heardPiece(
    books: PeerBooks,
    link: LinkBook,
    message: Extract<PeerMessage, { type: 'piece' }>,
  ): void {
    const { shape, blocks } = books;
    const block = shape.blockAt(message.index, message.begin, message.block.length);
    if (block < 0) return;
    if (message.index === shape.pieceCount - 1 && message.block.length < BLOCK) {
      this.#reached('last-piece short block');
    }
    if (blocks.hasArrived(block)) {
      this.#reached('duplicate block');
      if (link.late.has(block)) this.#reached('endgame cancel race');
    } else if (link.late.has(block)) this.#reached('late block taken');
  }

  #said(books: PeerBooks, link: LinkBook, message: PeerMessage, now: Millis): void {
    if (message.type !== 'request' && message.type !== 'cancel') return;
    const { blocks, shape, step, config } = books;
    const block = shape.blockAt(message.index, message.begin, message.length);
    if (block < 0) return;
    const { timedOut } = this.#of(books.peer);
    if (message.type === 'cancel') {
      if (step.input?.type !== 'timeout' || blocks.hasArrived(block)) return;
      timedOut.set(block, link.conn);
      const quietSince = Math.max(link.oldestAt, link.lastBlockAt);
      if (now - quietSince >= config.stallTimeMax) this.#reached('snub');
      return;
    }
    const waited = step.input?.type === 'timeout' && -books.rates.download.excess(now) < AT_ONCE;
    if (waited) this.#reached('requests held back by a limit');
    if (link.peerChoking) this.#reached('allowed-fast request');
    if (blocks.requesters(block) > 0) this.#reached('endgame duplicate request');
    if (link.reqqTold && link.asked.size + 1 === link.reqq) this.#reached('reqq-limited pipeline');
    const before = timedOut.get(block);
    if (before === undefined || before === link.conn) return;
    timedOut.delete(block);
    this.#reached('request timeout then another peer');
  }

  #closed(books: PeerBooks, conn: ConnectionId, reason: string): void {
    const link = books.link(conn);
    if (link === null) return;
    if (reason === 'both-seeds') this.#reached('fellow seeds part');
    if (reason === 'self-connection') this.#reached('self connection');
    if (reason !== 'duplicate-connection') return;
    for (const other of books.links.values()) {
      const isTwin = other !== link && other.remoteId === link.remoteId;
      if (isTwin && other.dialled !== link.dialled) this.#reached('simultaneous open');
    }
  }

  #event(books: PeerBooks, event: SessionEvent): void {
    const memory = this.#of(books.peer);
    switch (event.type) {
      case 'piece-failed':
        if (books.blocks.sendersOf(event.index).length > 1) {
          this.#reached('hash failure with two contributors');
        }
        return;
      case 'peer-banned':
        return this.#reached('liar banned');
      case 'state-changed':
        if (event.fault === 'full') memory.diskFull = true;
        if (event.state === 'opening' && books.doubt !== 'nothing')
          this.#reached('recheck after doubt');
        if (event.state !== 'active') return;
        if (memory.diskFull) this.#reached('disk full then recovered');
        memory.diskFull = false;
        memory.timedOut.clear();
        return;
      case 'announce-failed':
        memory.failedTracker = trackerKey(event.url);
        return;
      case 'announced':
        if (memory.failedTracker !== '' && memory.failedTracker !== trackerKey(event.url)) {
          this.#reached('tracker tier fallback');
        }
        memory.failedTracker = '';
        return;
      default:
    }
  }

  #reached(name: SometimesName): void {
    this.#sometimes.reached(name);
  }

  #of(peer: JudgedPeer): Memory {
    let memory = this.#memories[peer.index];
    if (memory === undefined) {
      memory = { timedOut: new Map(), diskFull: false, failedTracker: '' };
      this.#memories[peer.index] = memory;
    }
    return memory;
  }
}
