/**
 * What an effect means to the books of the peer that pushed it. Judges nothing: a message that no law allows is booked
 * as far as it has a meaning.
 */
import type { Millis, StoreFault } from '../../core/index.ts';
import type { PeerMessage, SessionEffect, SessionEvent } from '../../protocol/index.ts';
import { EvidenceBook } from './evidence-book.ts';
import { newLink } from './hear.ts';
import { hasBit } from './hear-pieces.ts';
import type { LinkBook } from './link-book.ts';
import type { PeerBooks } from './peer-books.ts';
import type { Range } from './step-book.ts';

type Job = Extract<SessionEffect, { readonly job: number }>;

export function tell(books: PeerBooks, effect: SessionEffect, now: Millis): void {
  switch (effect.type) {
    case 'send': {
      const link = books.link(effect.conn);
      if (link !== null) tellMessage(books, link, effect.message, now);
      return;
    }
    case 'connect':
      newLink(books, effect.conn, effect.address, true);
      books.dialling++;
      return;
    case 'close':
    case 'abort': {
      const link = books.link(effect.conn);
      if (link !== null) books.drop(link);
      return;
    }
    case 'notify':
      return tellEvent(books, effect.event, now);
    case 'pause-reading':
    case 'resume-reading':
    case 'datagram':
      return;
    default:
      return tellJob(books, effect);
  }
}

function tellMessage(books: PeerBooks, link: LinkBook, message: PeerMessage, now: Millis): void {
  if (message.type !== 'handshake') link.spoken = true;
  link.saidAt = now;
  switch (message.type) {
    case 'handshake':
      link.greeted = true;
      return;
    case 'request': {
      const block = books.shape.blockAt(message.index, message.begin, message.length);
      if (block < 0 || link.asked.has(block)) return;
      link.asked.set(block, now);
      link.late.delete(block);
      books.blocks.ask(block);
      books.leases.asked++;
      return;
    }
    case 'cancel': {
      const block = books.shape.blockAt(message.index, message.begin, message.length);
      if (!link.asked.delete(block)) return;
      books.blocks.release(block);
      books.leases.cancelled++;
      link.remember(block);
      return;
    }
    case 'piece':
      books.uploaded += message.block.length;
      books.uploadedHere += message.block.length;
      link.wants.delete(message.index * books.shape.pieceLength + message.begin);
      return;
    case 'reject':
      return tellReject(books, link, message);
    case 'choke':
      if (!link.amChoking) books.unchoked--;
      link.amChoking = true;
      link.chokedAt = now;
      if (link.peerInterested && !link.isSeed && books.seeding) link.robbedAt = now;
      books.step.choked.push(link);
      if (!link.fast) link.wants.clear();
      return;
    case 'unchoke':
      if (link.amChoking) books.unchoked++;
      link.amChoking = false;
      link.unchokedAt = now;
      return;
    case 'interested':
    case 'not-interested':
      link.amInterested = message.type === 'interested';
      return;
    case 'allowed-fast':
      link.offered ??= new Map();
      link.offered.set(message.index, { asked: 0, given: 0 });
      return;
    case 'bitfield':
      return tellPieces(link, message.bits);
    case 'have-all':
      link.told?.fill(1);
      return;
    case 'have':
      if (link.told !== null) link.told[message.index] = 1;
      link.toldPiece = message.index;
      link.toldStep = books.steps;
      return;
    default:
  }
}

function tellPieces({ told }: LinkBook, bits: Uint8Array): void {
  if (told === null) return;
  for (let piece = 0; piece < told.length; piece++) if (hasBit(bits, piece)) told[piece] = 1;
}

/** A reject answers what must be rejected at once, or else a request that waits. */
function tellReject(books: PeerBooks, link: LinkBook, { index, begin, length }: Range): void {
  const { owed } = books.step;
  const isOwed = owed?.index === index && owed.begin === begin && owed.length === length;
  if (isOwed && link === books.step.link) books.step.owed = null;
  else link.wants.delete(index * books.shape.pieceLength + begin);
}

function tellEvent(books: PeerBooks, event: SessionEvent, now: Millis): void {
  switch (event.type) {
    case 'state-changed':
      return tellState(books, event, now);
    case 'piece-verified':
      books.step.verified = event.index;
      books.verify(event.index, true, now);
      return;
    case 'piece-failed':
      books.step.failed = event.index;
      books.step.senders.push(...books.blocks.sendersOf(event.index));
      books.fail(event.index);
      return;
    case 'peer-connected': {
      const link = books.link(event.conn);
      if (link === null || link.isPeer) return;
      link.isPeer = true;
      link.has = new Uint8Array(books.shape.pieceCount);
      if (books.discloses) link.told = new Uint8Array(books.shape.pieceCount);
      books.peers++;
      books.peersMost = Math.max(books.peersMost, books.peers);
      if (link.dialled) books.dialling--;
      books.ids.set(link.remoteId, link.conn);
      return;
    }
    case 'removed':
      books.begins(null);
      return;
    case 'closed':
      books.closed = true;
      return;
    default:
  }
}

function tellState(
  books: PeerBooks,
  { state, fault }: Extract<SessionEvent, { type: 'state-changed' }>,
  now: Millis,
): void {
  if (fault !== null && books.state !== 'stopping') fail(books, fault);
  if (state === 'opening' && books.doubt !== 'nothing') {
    books.forget(books.doubt);
    books.doubt = 'nothing';
    books.existing = 'check';
  }
  if (state === 'stopping') {
    books.epoch++;
    books.step.stopped = books.state === 'active';
  }
  if (state === 'active') {
    if (books.existing === 'all') {
      for (let piece = 0; piece < books.shape.pieceCount; piece++) books.verify(piece, false, now);
    }
    books.existing = 'none';
    books.evidence = new EvidenceBook(books.config.evidenceBlocksMax);
    books.activeAt = now;
    books.writesOut = 0;
    books.peersMost = 0;
    books.receivedHere = 0;
    books.writtenHere = 0;
    books.uploadedHere = 0;
  }
  books.state = state;
  books.fault = fault;
}

/** A device that is full or failing undoes what was not settled; any other fault leaves nothing to believe. */
function fail(books: PeerBooks, fault: StoreFault): void {
  const passing = (fault === 'full' || fault === 'io') && books.state !== 'opening';
  if (!passing) books.doubt = 'everything';
  else if (books.doubt === 'nothing') books.doubt = 'unsettled';
  books.unreadable = passing ? books.step.unread : -1;
}

/** Of a whole piece, or of one of its blocks. */
function tellHash(books: PeerBooks, offset: number, length: number): void {
  const { step, shape, blocks } = books;
  const piece = Math.floor(offset / shape.pieceLength);
  if (length === shape.pieceSize(piece)) {
    step.hashAsked = piece;
    return;
  }
  const block = shape.blockAt(piece, offset - piece * shape.pieceLength, length);
  const right = books.verified[piece] === 1 || (step.hashed === piece && step.matched);
  step.examining = piece;
  step.digestsAsked++;
  books.evidence.ask(piece, block, blocks.senderOf(block) ?? -1, right);
}

function tellJob(books: PeerBooks, effect: Job): void {
  const { step, epoch } = books;
  let store = 0;
  let offset = 0;
  let length = 0;
  let link: LinkBook | null = null;
  let synced: Uint8Array | null = null;
  switch (effect.type) {
    case 'store-open':
      store = effect.store;
      books.store = store;
      break;
    case 'store-close':
      store = effect.store;
      if (books.store === store) books.store = 0;
      break;
    case 'store-write':
      ({ store, offset } = effect);
      length = effect.data.length;
      books.written += length;
      books.writtenHere += length;
      books.writesOut++;
      step.wrote = true;
      break;
    case 'store-read':
      ({ store, offset, length } = effect);
      link = books.readerOf(offset, length);
      if (link === null) break;
      link.reads++;
      link.readingBytes += length;
      break;
    case 'store-hash':
      ({ store, offset, length } = effect);
      tellHash(books, offset, length);
      break;
    case 'store-select':
    case 'store-sync':
      ({ store } = effect);
      synced = books.verified.slice();
      break;
    default:
  }
  books.jobs.set(effect.job, { type: effect.type, store, offset, length, link, epoch, synced });
}
