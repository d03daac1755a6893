/**
 * What an input means to the books of the peer that receives it.
 *
 * The meaning of messages is BEP 3, 6 and 10; where those leave a choice, the choice that our engine documents. A
 * message of a connection that is closed, or of one that is no peer yet, means nothing.
 */
import type { ConnectionId, Millis } from '../../core/index.ts';
import { tellAll } from '../../behaviors/index.ts';
import { supportsExtended, supportsFast } from '../../protocol/index.ts';
import type { Behaviors, Existing, PeerMessage, SessionInput } from '../../protocol/index.ts';
import { parseExtendedHandshake } from '../../protocol/extensions/extended-handshake.ts';
import { hasBit, hearHave, isBitfield, setPieces } from './hear-pieces.ts';
import { FAST_TIMES_MAX, LinkBook } from './link-book.ts';
import type { JobBook, PeerBooks } from './peer-books.ts';
import { BLOCK } from './shape.ts';
import type { Range } from './step-book.ts';

type Answer = Extract<SessionInput, { readonly job: number }>;

export function hear(books: PeerBooks, input: SessionInput, now: Millis): void {
  books.begin(input, now);
  switch (input.type) {
    case 'message': {
      const link = books.link(input.conn);
      if (link === null) return;
      books.step.link = link;
      hearMessage(books, link, input.message, now);
      return;
    }
    case 'connected':
      return hearConnected(books, input, now);
    case 'disconnected': {
      const link = books.link(input.conn);
      if (link !== null) books.drop(link);
      return;
    }
    case 'pause-writing':
    case 'resume-writing': {
      const link = books.link(input.conn);
      if (link?.isPeer !== true) return;
      books.step.link = link;
      link.writePaused = input.type === 'pause-writing';
      return;
    }
    case 'store-done':
    case 'read-done':
    case 'hash-done':
    case 'http-done':
    case 'resolve-done':
      return hearAnswer(books, input, now);
    case 'command':
      return hearCommand(books, input, now);
    case 'timeout':
    case 'datagram':
      return;
    default:
      input satisfies never;
  }
}

function hearConnected(
  books: PeerBooks,
  { conn, address }: Extract<SessionInput, { type: 'connected' }>,
  now: Millis,
): void {
  const dialled = books.link(conn);
  if (dialled !== null) {
    dialled.open = true;
    dialled.openedAt = now;
    books.step.link = dialled;
  } else if (conn % 2 === 1) {
    books.step.link = newLink(books, conn, address, false);
    books.step.link.openedAt = now;
  }
}

/** A connection begins. */
export function newLink(
  books: PeerBooks,
  conn: ConnectionId,
  address: LinkBook['address'],
  dialled: boolean,
): LinkBook {
  const link = new LinkBook(conn, address, dialled, books.config.requestsOutDefault);
  books.links.set(conn, link);
  return link;
}

// --- commands and jobs

function hearCommand(
  books: PeerBooks,
  { command }: Extract<SessionInput, { type: 'command' }>,
  now: Millis,
): void {
  switch (command.type) {
    case 'add-torrent':
      books.begins(command.metainfo);
      enter(books, command.existing, now);
      books.downloading = command.downloading;
      books.seeding = command.seeding;
      books.discloses = chooses(
        command.behaviors.disclosure ?? books.peer.session.behaviors.disclosure,
      );
      return;
    case 'set-flags':
      books.downloading = command.downloading;
      books.seeding = command.seeding;
      books.changedAt = now;
      books.allStirred = true;
      return;
    case 'set-priorities':
      books.prioritize(command.pieces, now);
      books.changedAt = now;
      return;
    case 'set-deadlines':
      books.deadlines.clear();
      for (const { piece, within } of command.deadlines) {
        const at = Math.min(now + within, books.deadlines.get(piece) ?? Infinity);
        books.deadlines.set(piece, at);
      }
      return;
    case 'set-behaviors':
      books.changedAt = now;
      if (command.behaviors.disclosure !== undefined) {
        hearDisclosure(books, chooses(command.behaviors.disclosure));
      }
      return;
    case 'start-torrent':
      books.shouldRun = true;
      return;
    case 'stop-torrent':
    case 'drain-torrent':
    case 'check-torrent':
    case 'remove-torrent':
    case 'shutdown':
      books.shouldRun = false;
      return;
    case 'recheck-torrent':
      books.doubt = 'everything';
      return;
    default:
  }
}

/** Whether it is one that chooses what is told. */
function chooses(disclosure: Behaviors['disclosure']): boolean {
  return disclosure !== undefined && disclosure !== tellAll;
}

/** Who was told of everything keeps what it was told; nothing is hidden any more where nobody chooses. */
function hearDisclosure(books: PeerBooks, discloses: boolean): void {
  if (books.discloses === discloses) return;
  books.discloses = discloses;
  for (const link of books.links.values()) {
    link.told = discloses && link.isPeer ? books.verified.slice() : null;
  }
}

/** What an earlier session left is held from the begin, but for what is to be hashed first. */
function enter(books: PeerBooks, existing: Existing, now: Millis): void {
  if (typeof existing === 'string') {
    books.existing = existing;
    return;
  }
  books.existing = 'none';
  books.received = existing.downloaded;
  books.uploaded = existing.uploaded;
  for (let piece = 0; piece < books.shape.pieceCount; piece++) {
    if (!hasBit(existing.verified, piece) || hasBit(existing.doubtful, piece)) continue;
    books.verify(piece, false, now);
  }
  for (const { piece, blocks } of existing.partial) {
    if (books.verified[piece] === 0) books.restore(piece, blocks);
  }
}

function hearAnswer(books: PeerBooks, answer: Answer, now: Millis): void {
  const job = books.jobs.get(answer.job);
  if (job === undefined) return;
  books.jobs.delete(answer.job);
  if (answer.type === 'read-done' && job.link !== null) {
    job.link.reads--;
    job.link.readingBytes -= job.length;
    books.step.link = job.link;
  }
  // A sync that was asked for before the torrent stopped is answered all the same.
  if (answer.type === 'store-done' && answer.fault === null && job.synced !== null) {
    books.settle(job.synced);
  }
  // Files may have been moved in part.
  if (job.type === 'store-select' && answer.type === 'store-done' && answer.fault !== null) {
    books.doubt = 'everything';
  }
  if (job.epoch !== books.epoch) return;
  if (job.type === 'store-write') books.writesOut--;
  if (answer.type === 'read-done' && answer.fault !== null) {
    books.step.unread = Math.floor(job.offset / books.shape.pieceLength);
  }
  if (answer.type === 'hash-done') hearHash(books, job, answer, now);
}

function hearHash(
  books: PeerBooks,
  job: JobBook,
  { digest, fault }: Extract<Answer, { type: 'hash-done' }>,
  now: Millis,
): void {
  const { step, shape } = books;
  const piece = Math.floor(job.offset / shape.pieceLength);
  if (job.length !== shape.pieceSize(piece)) {
    if (digest === null) return;
    const block = shape.blockAt(piece, job.offset - piece * shape.pieceLength, job.length);
    const differed = books.evidence.answer(piece, block, digest);
    if (differed === null) return;
    if (books.verified[piece] === 0) step.examined = piece;
    step.differed.push(...differed);
    return;
  }
  const matched = digest !== null && matches(books.metainfo!.pieces, piece, digest);
  if (books.state === 'active') {
    step.hashed = piece;
    step.matched = matched;
    step.unhashed = digest === null;
  } else if (books.state === 'checking' && matched) {
    // Nobody is told of single pieces.
    books.verify(piece, false, now);
  } else if (books.state === 'checking' && (digest !== null || fault === 'missing')) {
    // A sample that is not what somebody vouched for; or a piece of a file that has become shorter.
    if (books.verified[piece] === 1) books.forget('everything');
    else if (digest === null) books.fail(piece);
  }
}

function matches(pieces: Uint8Array, piece: number, digest: Uint8Array): boolean {
  let same = digest.length === 20;
  for (let i = 0; i < 20; i++) same &&= pieces[piece * 20 + i] === digest[i];
  return same;
}

// --- messages

function hearMessage(books: PeerBooks, link: LinkBook, message: PeerMessage, now: Millis): void {
  if (!link.isPeer) {
    if (message.type !== 'handshake' || link.shaken) return;
    link.shaken = true;
    link.fast = supportsFast(message.reserved);
    link.extended = supportsExtended(message.reserved);
    link.remoteId = String.fromCharCode(...message.peerId);
    return;
  }
  switch (message.type) {
    case 'choke':
      return hearChoke(books, link);
    case 'unchoke':
      link.peerChoking = false;
      return;
    case 'interested':
      if (!link.peerInterested) link.interestedAt = now;
      link.peerInterested = true;
      return;
    case 'not-interested':
      link.peerInterested = false;
      link.interestedAt = Infinity;
      return;
    case 'have':
      return hearHave(books, link, message.index);
    case 'bitfield':
      if (isBitfield(message.bits, books.shape.pieceCount)) setPieces(books, link, message.bits);
      return;
    case 'have-all':
    case 'have-none':
      if (link.fast) setPieces(books, link, message.type === 'have-all');
      return;
    case 'allowed-fast':
      if (!link.fast || message.index >= books.shape.pieceCount) return;
      link.allowed ??= new Set();
      link.allowed.add(message.index);
      return;
    case 'request':
      return hearRequest(books, link, message);
    case 'cancel':
      return hearCancel(books, link, message);
    case 'piece':
      return hearPiece(books, link, message, now);
    case 'reject':
      return hearReject(books, link, message);
    case 'extended':
      return hearExtended(link, message.id, message.payload);
    default:
  }
}

/** Without the fast extension a choke drops all requests; what is on its way may still come. */
function hearChoke(books: PeerBooks, link: LinkBook): void {
  if (link.peerChoking) return;
  link.peerChoking = true;
  if (link.fast) return;
  for (const block of link.asked.keys()) {
    books.blocks.release(block);
    books.leases.choked++;
    link.remember(block);
  }
  link.asked.clear();
}

function hearRequest(books: PeerBooks, link: LinkBook, range: Range): void {
  const { index, begin, length } = range;
  const { shape, verified, config, step } = books;
  const held = verified[index] === 1 && link.isTold(index);
  const valid = length <= BLOCK && shape.holds(index, begin, length) && held;
  const offset = index * shape.pieceLength + begin;
  const crowded = link.wants.size >= config.requestQueueMax;
  const waits = link.wants.has(offset);
  // Asked for again while it waits: one answer is enough.
  if (valid && waits) return;
  const given = !link.amChoking || (valid && mayHaveChoked(books, link, index, length));
  if (valid && given && !crowded) link.wants.set(offset, length);
  else if (link.fast) step.owed = { index, begin, length };
}

/** While choked: pieces that it was offered, three times at most, and as long as it has little. Charges what it asks. */
function mayHaveChoked(books: PeerBooks, link: LinkBook, piece: number, length: number): boolean {
  const offer = link.offered?.get(piece);
  if (offer === undefined || !books.seeding) return false;
  if (link.hasCount > books.config.allowedFastMax) return false;
  if (offer.asked + length > FAST_TIMES_MAX * books.shape.pieceSize(piece)) return false;
  offer.asked += length;
  return true;
}

function hearCancel(books: PeerBooks, link: LinkBook, range: Range): void {
  const { index, begin, length } = range;
  if (!books.shape.holds(index, begin, length)) return;
  const offset = index * books.shape.pieceLength + begin;
  if (link.wants.get(offset) !== length) return;
  link.wants.delete(offset);
  if (link.fast) books.step.owed = { index, begin, length };
}

function hearPiece(
  books: PeerBooks,
  link: LinkBook,
  message: Extract<PeerMessage, { type: 'piece' }>,
  now: Millis,
): void {
  const { length } = message.block;
  books.received += length;
  books.receivedHere += length;
  const block = books.shape.blockAt(message.index, message.begin, length);
  if (block < 0) return;
  const asked = link.asked.delete(block);
  if (!asked && !link.late.delete(block)) return;
  link.lastBlockAt = now;
  if (!books.blocks.hasArrived(block)) {
    books.blocks.arrive(block, link.conn);
    books.step.block = block;
  }
  if (!asked) return;
  books.blocks.release(block);
  books.leases.arrived++;
}

function hearReject(books: PeerBooks, link: LinkBook, range: Range): void {
  if (!link.fast) return;
  const block = books.shape.blockAt(range.index, range.begin, range.length);
  if (block < 0) return;
  if (link.asked.delete(block)) {
    books.blocks.release(block);
    books.leases.rejected++;
  } else link.late.delete(block);
}

function hearExtended(link: LinkBook, id: number, payload: Uint8Array): void {
  if (!link.extended || id !== 0) return;
  const { handshake } = parseExtendedHandshake(payload);
  link.exchangeId = handshake?.extensions.get('ut_pex') ?? link.exchangeId;
  const reqq = handshake?.requestQueue ?? null;
  if (reqq === null) return;
  link.reqq = reqq;
  link.reqqTold = true;
}
