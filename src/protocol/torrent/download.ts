/**
 * Requests out, blocks in: the leases of one torrent.
 *
 * Every request is a lease that ends in exactly one way: arrived, rejected, cancelled, choked away, timed out, or
 * disconnected. All but the first return the block to the pickers. A block is taken whenever it is still needed, even
 * when its lease has ended and the answer was already on its way. Which block to ask for is the picker's choice, how
 * many is the pipelining's; the bytes go to the store unread.
 */
import { assert } from '../../core/index.ts';
import type { JobId, Millis } from '../../core/index.ts';
import { INTERESTED, NOT_INTERESTED } from '../wire/messages.ts';
import type { PeerMessage } from '../wire/messages.ts';
import type { Ban, PickSink } from './behavior.ts';
import type { TorrentContext } from './context.ts';
import { Evidence } from './evidence.ts';
import { BLOCK_LENGTH } from './geometry.ts';
import { Parole } from './parole.ts';
import type { Peer } from './peer.ts';
import { askHash, digestMatches } from './piece-hash.ts';
import type { JobAnswer } from './turn.ts';
import type { BlockIndex } from './views.ts';

type PieceMessage = Extract<PeerMessage, { type: 'piece' }>;

/** Leases that ended early are remembered up to so many per peer, so that a late block is not held against it. */
const LATE_BLOCKS_MAX = 4096;
/** Requests that a peer may have out however many the others have: enough to keep going, and to be asked again. */
const REQUESTS_ALWAYS = 16;
/** Milliseconds before a peer that rejected a request is asked again. */
const REJECTED_RETRY = 1000;

export class Download implements PickSink {
  readonly #torrent: TorrentContext;
  /** What suspects have to themselves. */
  readonly parole: Parole;
  readonly #evidence: Evidence;
  readonly #hashing = new Map<JobId, number>();
  /** One owner for all writes, so that a block costs no closure. */
  readonly #writes = { jobDone: (answer: JobAnswer): void => this.#writeDone(answer) };
  readonly #hashes = { jobDone: (answer: JobAnswer): void => this.#hashDone(answer) };
  #writesOut = 0;
  #asking: Peer | null = null;
  #closed = false;
  /** Payload bytes received, good or not. */
  downloaded = 0;
  /** Payload bytes received that were held already or never asked for. */
  redundant = 0;

  constructor(torrent: TorrentContext) {
    this.#torrent = torrent;
    this.parole = new Parole(torrent.ledger);
    this.#evidence = new Evidence(torrent, {
      examined: (piece) => this.#pieceFailed(piece),
      differed: (piece, senders) => {
        const bans: Ban[] = [];
        torrent.behaviors.bans.blocksDiffered?.(piece, senders, bans);
        this.#ban(bans);
      },
    });
  }

  /** Hashes what is whole already: pieces received before a stop, and pieces that are nothing but padding. */
  start(): void {
    const { ledger } = this.#torrent;
    ledger.beginPadding();
    for (let i = 0; i < ledger.partialCount; i++) {
      const piece = ledger.partialAt(i);
      if (ledger.isWhole(piece)) this.#hash(piece);
    }
  }

  /** Before the peers leave: asks nobody any more, and ignores the answers of jobs that are still out. */
  close(): void {
    this.#closed = true;
    this.#evidence.close();
  }

  // --- requests out

  /** Asks `peer` for as many blocks as its pipeline has room for. */
  fill(peer: Peer): void {
    const { config, turn } = this.#torrent.session;
    if (!this.#torrent.downloading || this.#closed || peer.closed || !peer.amInterested) return;
    if (peer.peerChoking && peer.allowedFast === null) return;
    if (turn.now < peer.retryAt) return;
    if (this.#writesOut * BLOCK_LENGTH >= config.unwrittenBytesMax) return;
    const wanted = this.#torrent.behaviors.pipelining.depth(peer, turn.now);
    const depth = Math.min(wanted, peer.requestsMax, this.#share(peer));
    const room = depth - peer.requests.length;
    // Refill in groups: fewer picks and fuller packets, while the pipeline never runs low.
    if (room < Math.max(1, depth >> 3)) return;
    this.#asking = peer;
    peer.suspect = this.#torrent.behaviors.bans.isSuspect?.(peer.conn) ?? false;
    const picked = this.#torrent.pick(peer, room);
    if (picked === 0 && peer.suspect && peer.requests.length === 0) {
      peer.suspect = false; // nothing is left for it alone: better shared than never
      this.#torrent.pick(peer, room);
    }
    this.#asking = null;
    if (peer.requests.length > 0) this.#torrent.watch(peer, this.deadline(peer));
  }

  /** Requests that the peer may have out, so that all answers at once would fit (F-25). A few it may have in any case. */
  #share(peer: Peer): number {
    const { ledger, session } = this.#torrent;
    const most = Math.floor(session.config.requestedBytesMax / BLOCK_LENGTH);
    const spare = most - ledger.leases - this.#writesOut;
    return Math.max(spare + peer.requests.length, REQUESTS_ALWAYS);
  }

  /** After leases returned or room appeared: every peer may have something new to be asked. */
  fillAll(): void {
    for (const peer of this.#torrent.peers.values()) this.fill(peer);
  }

  /** A pick: opens the lease and sends the request. */
  push(block: BlockIndex, reason: string): void {
    const peer = this.#asking;
    assert(peer !== null, 'download: a pick outside of pick()');
    const { ledger, session } = this.#torrent;
    const piece = ledger.geometry.pieceOf(block);
    assert(ledger.priority(piece) > 0, 'download: picked a piece that is not wanted');
    assert(peer.mayRequest(piece), 'download: picked a piece that this peer cannot be asked for');
    if (ledger.requesters(block) > 0) assert(!peer.asked(block), 'download: asked a peer twice');
    const begins = ledger.reserve(block);
    if (begins) {
      const { conn } = peer;
      const until = session.turn.now + session.config.paroleTimeMax;
      if (peer.suspect) this.#claim(piece, peer, until);
      session.turn.notify({
        type: 'piece-begun',
        torrent: this.#torrent.id,
        index: piece,
        conn,
        reason,
      });
    }
    peer.requests.push(block, session.turn.now);
    peer.late?.delete(block);
    this.#send(peer, 'request', block);
  }

  /** The suspect begins the piece: it is its own for a while. */
  #claim(piece: number, peer: Peer, until: Millis): void {
    this.parole.claim(piece, peer, until);
    this.#torrent.watch(peer, until);
  }

  // --- answers

  piece(peer: Peer, message: PieceMessage): void {
    const { ledger, session } = this.#torrent;
    const length = message.block.length;
    const block = ledger.geometry.exactBlock(message.index, message.begin, length);
    const asked = block >= 0 && peer.requests.remove(block);
    const expected = asked || (block >= 0 && (peer.late?.delete(block) ?? false));
    this.downloaded += length;
    if (!expected) {
      // It earns no rate: an upload slot must not be had for what nobody wanted.
      this.redundant += length;
      this.#torrent.offense(peer);
      return;
    }
    peer.download.add(length, session.turn.now);
    peer.lastBlockAt = session.turn.now;
    peer.snubbed = false;
    if (ledger.needs(block)) {
      this.#take(peer, block, message, asked);
    } else {
      this.redundant += length;
      if (asked) ledger.release(block);
    }
    this.fill(peer);
  }

  /** BEP 6: the peer will not send this block. */
  rejected(peer: Peer, index: number, begin: number, length: number): void {
    const block = this.#torrent.ledger.geometry.exactBlock(index, begin, length);
    if (block >= 0 && peer.requests.remove(block)) {
      // A peer that rejects what it allowed fast would be asked again at once: take the permission back.
      if (peer.peerChoking) peer.allowedFast?.delete(index);
      const returned = this.#torrent.ledger.release(block);
      // It may have taken all it can: ask it again only when it has answered the rest, or a little later.
      peer.retryAt = this.#torrent.session.turn.now + REJECTED_RETRY;
      this.#torrent.watch(peer, peer.retryAt);
      if (this.parole.forfeit(peer) || returned) this.fillAll();
    } else if (block < 0 || !(peer.late?.delete(block) ?? false)) {
      this.#torrent.offense(peer);
    }
  }

  /**
   * The peer choked us. Without the fast extension that silently drops every request (BEP 3), yet blocks that were
   * on their way still arrive; with it, each is answered by a block or a reject (BEP 6).
   */
  choked(peer: Peer): void {
    if (this.parole.forfeit(peer)) this.fillAll();
    if (peer.fast) return;
    if (this.#returnAll(peer, false) > 0) this.fillAll();
  }

  /** The peer is gone: its leases return. */
  left(peer: Peer): void {
    if (this.#returnAll(peer, false) > 0) this.fillAll();
  }

  /** What the peer holds was replaced: requests for what it may no longer have are taken back. */
  withdraw(peer: Peer): void {
    if (peer.requests.length > 0 && this.#returnAll(peer, true) > 0) this.fillAll();
  }

  /** `downloading` was switched off: nothing more is wanted from anybody. */
  cancelAll(): void {
    for (const peer of this.#torrent.peers.values()) this.#returnAll(peer, true);
  }

  /** Takes back what this peer was asked for of pieces that are not wanted. */
  cancelUnwanted(peer: Peer): void {
    const { ledger } = this.#torrent;
    for (let i = 0; i < peer.requests.length;) {
      const block = peer.requests.at(i);
      if (ledger.priority(ledger.geometry.pieceOf(block)) > 0) {
        i++;
        continue;
      }
      peer.requests.remove(block);
      ledger.release(block);
      this.#cancel(peer, block);
    }
  }

  // --- time

  /** When this peer's requests must be looked at; Infinity: none are out. */
  deadline(peer: Peer): Millis {
    if (peer.requests.length === 0) return Infinity;
    const { config } = this.#torrent.session;
    const oldest = peer.requests.oldestAt;
    const stalled = Math.max(oldest, peer.lastBlockAt) + config.stallTimeMax;
    return Math.min(stalled, oldest + config.requestTimeMax);
  }

  /** Takes back what `peer` has not answered in time (S-34). */
  expire(peer: Peer): void {
    const { ledger, session } = this.#torrent;
    const { now } = session.turn;
    if (peer.requests.length === 0 || now < this.deadline(peer)) return;
    const quietSince = Math.max(peer.requests.oldestAt, peer.lastBlockAt);
    if (now >= quietSince + session.config.stallTimeMax) {
      peer.snubbed = true;
      this.#returnAll(peer, true);
    } else {
      while (now >= peer.requests.oldestAt + session.config.requestTimeMax) {
        const block = peer.requests.shift();
        this.parole.forfeit(peer);
        ledger.release(block);
        this.#cancel(peer, block);
      }
    }
    // Others first: the block should not go straight back to the peer that let it wait.
    for (const other of this.#torrent.peers.values()) if (other !== peer) this.fill(other);
    this.fill(peer);
  }

  // --- interest

  /** Says `interested` or `not interested` where the truth has changed, and only then. */
  updateInterest(peer: Peer): void {
    const wants = this.#torrent.downloading && peer.wantedPieces > 0;
    if (wants === peer.amInterested) return;
    peer.amInterested = wants;
    peer.uninterestedSince = this.#torrent.session.turn.now;
    this.#tell(peer, wants ? INTERESTED : NOT_INTERESTED);
  }

  // --- inside

  #take(peer: Peer, block: BlockIndex, message: PieceMessage, asked: boolean): void {
    const { ledger, session, store, peers } = this.#torrent;
    const whole = ledger.receive(block, peer.conn);
    if (asked) ledger.release(block);
    if (ledger.requesters(block) > 0) {
      for (const other of peers.values()) {
        if (!other.requests.remove(block)) continue;
        ledger.release(block);
        this.#cancel(other, block);
        this.fill(other);
      }
    }
    this.#writesOut++;
    session.turn.out.push({
      type: 'store-write',
      job: session.turn.newJob(this.#writes),
      store,
      offset: ledger.geometry.pieceOffset(message.index) + message.begin,
      data: message.block,
    });
    if (whole) this.#hash(message.index);
  }

  #hash(piece: number): void {
    this.#hashing.set(askHash(this.#torrent, piece, this.#hashes), piece);
  }

  #writeDone(answer: JobAnswer): void {
    const { config } = this.#torrent.session;
    const before = this.#writesOut * BLOCK_LENGTH;
    this.#writesOut--;
    if (this.#closed) return;
    if (answer.type === 'store-done' && answer.fault !== null) {
      this.#torrent.storeFailed(answer.fault);
      return;
    }
    // Crossing half of the bound on the way down: everybody who was held back may go on.
    const low = config.unwrittenBytesMax / 2;
    if (before >= low && before - BLOCK_LENGTH < low) this.fillAll();
  }

  #hashDone(answer: JobAnswer): void {
    const piece = this.#hashing.get(answer.job);
    this.#hashing.delete(answer.job);
    if (this.#closed || piece === undefined || answer.type !== 'hash-done') return;
    if (answer.digest === null) {
      this.#torrent.storeFailed(answer.fault ?? 'io');
      return;
    }
    const { behaviors, ledger } = this.#torrent;
    if (digestMatches(this.#torrent.metainfo.pieces, piece, answer.digest)) {
      const contributors = ledger.contributors(piece);
      ledger.verify(piece);
      this.parole.judged(piece);
      behaviors.bans.pieceVerified(piece, contributors);
      this.#evidence.verified(piece);
      this.#torrent.pieceVerified(piece);
      return;
    }
    if (!this.#evidence.failed(piece)) this.#pieceFailed(piece);
  }

  /** The piece is not what it should be, and all that can be learned from its bytes is known. */
  #pieceFailed(piece: number): void {
    const { behaviors, ledger, session, id } = this.#torrent;
    const contributors = ledger.contributors(piece);
    ledger.fail(piece);
    this.parole.judged(piece);
    session.turn.notify({ type: 'piece-failed', torrent: id, index: piece });
    const bans: Ban[] = [];
    behaviors.bans.pieceFailed(piece, contributors, bans);
    this.#ban(bans);
    this.fillAll();
  }

  #ban(bans: readonly Ban[]): void {
    for (const { conn, reason } of bans) this.#torrent.ban(conn, reason);
  }

  /** Ends all leases of a peer. Returns above 0 where others have something new to be asked for. */
  #returnAll(peer: Peer, tell: boolean): number {
    let returned = this.parole.forfeit(peer) ? 1 : 0;
    while (peer.requests.length > 0) {
      const block = peer.requests.shift();
      if (this.#torrent.ledger.release(block)) returned++;
      if (tell) this.#cancel(peer, block);
      else this.#remember(peer, block);
    }
    return returned;
  }

  #cancel(peer: Peer, block: BlockIndex): void {
    this.#remember(peer, block);
    this.#send(peer, 'cancel', block);
  }

  #remember(peer: Peer, block: BlockIndex): void {
    peer.late ??= new Set();
    if (peer.late.size >= LATE_BLOCKS_MAX) peer.late.clear();
    peer.late.add(block);
  }

  #send(peer: Peer, type: 'request' | 'cancel', block: BlockIndex): void {
    const { geometry } = this.#torrent.ledger;
    const index = geometry.pieceOf(block);
    const within = block - geometry.indexOf(index, 0);
    const begin = within * BLOCK_LENGTH;
    this.#tell(peer, { type, index, begin, length: geometry.blockSize(index, within) });
  }

  #tell(peer: Peer, message: PeerMessage): void {
    const { turn } = this.#torrent.session;
    peer.lastSentAt = turn.now;
    turn.send(peer.conn, message);
  }
}
