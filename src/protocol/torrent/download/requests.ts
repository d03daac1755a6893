/**
 * Requests out: the leases of one torrent.
 *
 * Every request is a lease that ends in exactly one way: arrived, rejected, cancelled, choked away, timed out, or
 * disconnected. All but the first return the block to the pickers. Which block to ask for is the picker's choice, how
 * many is the pipelining's; what becomes of the bytes that come is `download.ts`.
 *
 * A remote cannot be told to slow down, but what is not asked for does not come: a rate limit is charged with the
 * request, and gets back what ends without its block (`RateLine`). What comes all the same, late, is charged then.
 */
import { assert } from '../../../core/index.ts';
import type { Millis } from '../../../core/index.ts';
import { INTERESTED, NOT_INTERESTED } from '../../wire/messages.ts';
import type { PickSink } from '../behavior.ts';
import type { TorrentContext } from '../context.ts';
import { BLOCK_LENGTH } from '../pieces/geometry.ts';
import { Parole } from './parole.ts';
import type { Peer } from '../peers/peer.ts';
import { RateLine } from '../../session/rate-line.ts';
import type { TurnTaker } from '../../session/rate-line.ts';
import type { BlockIndex } from '../views.ts';

/** Leases that ended early are remembered up to so many per peer, so that a late block is not held against it. */
const LATE_BLOCKS_MAX = 4096;
/** Requests that a peer may have out however many the others have: enough to keep going, and to be asked again. */
const REQUESTS_ALWAYS = 4;
/** Milliseconds before a peer that rejected a request is asked again. */
const REJECTED_RETRY = 1000;

/** Whether a block was waited for: by a lease, by one that ended early, or by nobody. */
export type Answered = 'asked' | 'late' | 'never';

/** What has come and is not written yet. */
export interface Backlog {
  readonly blocks: number;
  /** So much that nothing more is asked for. */
  readonly isFull: boolean;
}

export class Requests implements PickSink, TurnTaker {
  readonly #torrent: TorrentContext;
  readonly #backlog: Backlog;
  readonly #line: RateLine;
  /** What suspects have to themselves. */
  readonly parole: Parole;
  #asking: Peer | null = null;
  #closed = false;

  constructor(torrent: TorrentContext, backlog: Backlog) {
    this.#torrent = torrent;
    this.#backlog = backlog;
    this.#line = new RateLine(torrent.session.rates.download, torrent.limits.download, this);
    this.parole = new Parole(torrent.ledger);
  }

  /** Before the peers leave: asks nobody any more. */
  close(): void {
    this.#closed = true;
    this.#line.close();
  }

  // --- asking

  /** Asks `peer` for as many blocks as its pipeline has room for. */
  fill(peer: Peer): void {
    const depth = this.#depth(peer);
    const room = depth - peer.requests.length;
    // Refill in groups: fewer picks and fuller packets, while the pipeline never runs low.
    if (room < Math.max(1, depth >> 3)) return;
    if (!this.#line.isLimited) this.#ask(peer, room);
    else {
      const admitted = Math.floor(this.#line.admit(peer, BLOCK_LENGTH) / BLOCK_LENGTH);
      if (admitted > 0) this.#ask(peer, Math.min(room, admitted));
    }
  }

  wants(peer: Peer): number {
    return this.#depth(peer) > peer.requests.length ? BLOCK_LENGTH : 0;
  }

  take(peer: Peer): boolean {
    return this.#ask(peer, 1) > 0 && this.wants(peer) > 0;
  }

  /** Bytes that peers are being asked for: a recount. */
  get asked(): number {
    let bytes = 0;
    for (const { requests } of this.#torrent.peers.values()) {
      for (let i = 0; i < requests.length; i++) bytes += this.#sizeOf(requests.at(i));
    }
    return bytes;
  }

  /** How many requests this peer may have out now; 0: it cannot be asked for anything. */
  #depth(peer: Peer): number {
    const { turn } = this.#torrent.session;
    if (!this.#torrent.downloading || this.#closed || peer.closed || !peer.amInterested) return 0;
    if (this.#torrent.draining) return 0;
    if (peer.peerChoking && peer.allowedFast === null) return 0;
    if (turn.now < peer.retryAt) return 0;
    if (this.#backlog.isFull) return 0;
    const wanted = this.#torrent.behaviors.pipelining.depth(peer, turn.now);
    return Math.min(wanted, peer.requestsMax, this.#share(peer));
  }

  /** Requests that the peer may have out, so that all answers at once would fit (F-25). A few it may have in any case. */
  #share(peer: Peer): number {
    const { ledger, session } = this.#torrent;
    const most = Math.floor(session.config.requestedBytesMax / BLOCK_LENGTH);
    const spare = most - ledger.leases - this.#backlog.blocks;
    return Math.max(spare + peer.requests.length, REQUESTS_ALWAYS);
  }

  #ask(peer: Peer, room: number): number {
    this.#asking = peer;
    peer.suspect = this.#torrent.behaviors.bans.isSuspect?.(peer.conn) ?? false;
    let picked = this.#torrent.pick(peer, room);
    if (picked === 0 && peer.suspect && peer.requests.length === 0) {
      peer.suspect = false; // nothing is left for it alone: better shared than never
      picked = this.#torrent.pick(peer, room);
    }
    this.#asking = null;
    if (peer.requests.length > 0) this.#torrent.watch(peer, this.deadline(peer));
    return picked;
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

  /** The block has come from `peer`. A lease that this ends is the caller's to release, once the block is in the books. */
  answered(peer: Peer, block: BlockIndex): Answered {
    if (block < 0) return 'never';
    if (peer.requests.remove(block)) return 'asked';
    return peer.late?.delete(block) === true ? 'late' : 'never';
  }

  /** A block that was not being asked for any more was taken all the same: it counts now. */
  cameLate(length: number): void {
    this.#line.spend(length);
  }

  /** We have the block: whoever else was asked for it need not send it. */
  satisfied(block: BlockIndex): void {
    const { ledger, peers } = this.#torrent;
    for (const other of peers.values()) {
      if (!other.requests.remove(block)) continue;
      ledger.release(block);
      this.#refund(block);
      this.#cancel(other, block);
      this.fill(other);
    }
  }

  /** BEP 6: the peer will not send this block. */
  rejected(peer: Peer, index: number, begin: number, length: number): void {
    const block = this.#torrent.ledger.geometry.exactBlock(index, begin, length);
    if (block >= 0 && peer.requests.remove(block)) {
      // A peer that rejects what it allowed fast would be asked again at once: take the permission back.
      if (peer.peerChoking) peer.allowedFast?.delete(index);
      const returned = this.#torrent.ledger.release(block);
      this.#refund(block);
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
      this.#refund(block);
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
        this.#refund(block);
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
    this.#torrent.send(peer, wants ? INTERESTED : NOT_INTERESTED);
  }

  // --- inside

  /** Ends all leases of a peer. Returns above 0 where others have something new to be asked for. */
  #returnAll(peer: Peer, tell: boolean): number {
    let returned = this.parole.forfeit(peer) ? 1 : 0;
    while (peer.requests.length > 0) {
      const block = peer.requests.shift();
      if (this.#torrent.ledger.release(block)) returned++;
      this.#refund(block);
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

  /** A lease ended without its block. */
  #refund(block: BlockIndex): void {
    if (this.#line.isLimited) this.#line.refund(this.#sizeOf(block));
  }

  #sizeOf(block: BlockIndex): number {
    const { geometry } = this.#torrent.ledger;
    const piece = geometry.pieceOf(block);
    return geometry.blockSize(piece, block - geometry.indexOf(piece, 0));
  }

  #send(peer: Peer, type: 'request' | 'cancel', block: BlockIndex): void {
    const { geometry } = this.#torrent.ledger;
    const index = geometry.pieceOf(block);
    const within = block - geometry.indexOf(index, 0);
    const begin = within * BLOCK_LENGTH;
    const length = geometry.blockSize(index, within);
    if (type === 'request') this.#line.spend(length);
    this.#torrent.send(peer, { type, index, begin, length });
  }
}
