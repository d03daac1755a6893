/**
 * Requests in, blocks out: what one torrent gives.
 *
 * A request waits as three numbers; its bytes are read only when the peer's socket has room (`pause-writing`,
 * `readAheadBytesMax`), so a peer that asks and never reads costs no memory (S-25, S-26). Every valid request ends in
 * exactly one way: the block, a reject (BEP 6), a cancel, a choke, or the end of the connection. Who is unchoked is
 * decided elsewhere (`choking.ts`), and what the others may have all the same by `fast-grants.ts`. Where a rate limit
 * holds, a block is read when there is room for it (`RateLine`) and counted when it leaves.
 */
import { assert } from '../../../core/index.ts';
import type { JobId } from '../../../core/index.ts';
import type { PeerMessage } from '../../wire/messages.ts';
import type { TorrentContext } from '../context.ts';
import { FastGrants } from './fast-grants.ts';
import { BLOCK_LENGTH } from '../pieces/geometry.ts';
import type { Peer, UploadRequest } from '../peers/peer.ts';
import { RateLine } from '../../session/rate-line.ts';
import type { TurnTaker } from '../../session/rate-line.ts';
import { Suggestions } from './suggestions.ts';
import type { JobAnswer } from '../../session/turn.ts';

type RequestMessage = Extract<PeerMessage, { type: 'request' | 'cancel' | 'reject' }>;

interface Reading {
  readonly peer: Peer;
  readonly request: UploadRequest;
}

export class Upload implements TurnTaker {
  readonly #torrent: TorrentContext;
  readonly #readings = new Map<JobId, Reading>();
  readonly #line: RateLine;
  readonly #owner = { jobDone: (answer: JobAnswer): void => this.#readDone(answer) };
  readonly grants: FastGrants;
  readonly #suggestions: Suggestions;
  #closed = false;
  /** Payload bytes handed to the network. */
  uploaded = 0;
  #goal = Infinity;

  constructor(torrent: TorrentContext) {
    this.#torrent = torrent;
    this.grants = new FastGrants(torrent);
    this.#suggestions = new Suggestions(torrent);
    this.#line = new RateLine(torrent.session.rates.upload, torrent.limits.upload, this);
  }

  /** The torrent hears when so much payload has been sent. */
  aim(bytes: number): void {
    this.#goal = bytes;
  }

  close(): void {
    this.#closed = true;
    this.#line.close();
  }

  request(peer: Peer, message: RequestMessage): void {
    const { ledger, session } = this.#torrent;
    const { index, begin, length } = message;
    const valid =
      length <= BLOCK_LENGTH &&
      ledger.geometry.isRange(index, begin, length) &&
      ledger.verified.has(index) &&
      peer.isTold(index);
    if (!valid) {
      this.#reject(peer, message);
      this.#torrent.offense(peer);
    } else if (this.#torrent.draining) {
      this.#reject(peer, message); // it could not know
    } else if (this.#waits(peer, message)) {
      // Waiting already: one answer is enough (S-26).
    } else if (peer.amChoking && !this.grants.take(peer, message)) {
      // Our choke and its request crossed on the way, if it comes soon (S-28), or it has had its share while choked.
      if (peer.closed) return;
      this.#reject(peer, message);
      const late = session.turn.now > peer.chokedAt + session.config.chokeGrace;
      if (late) this.#torrent.offense(peer);
    } else if (peer.uploads.length + peer.reading.length >= session.config.requestQueueMax) {
      this.#reject(peer, message);
      this.#torrent.offense(peer);
    } else {
      peer.uploads.push({ index, begin, length });
      peer.servedAt = session.turn.now;
      peer.uploadOffsets ??= new Set<number>();
      peer.uploadOffsets.add(this.#offset(message));
      this.pump(peer);
    }
  }

  cancel(peer: Peer, message: RequestMessage): void {
    // Of a request that is being read the bytes will be dropped when they come.
    if (!take(peer.uploads, message) && !take(peer.reading, message)) return;
    peer.uploadOffsets?.delete(this.#offset(message));
    this.#reject(peer, message);
  }

  /** We choke the peer: what it still waits for ends here. */
  choke(peer: Peer): void {
    this.#rejectAll(peer, peer.uploads);
    this.#rejectAll(peer, peer.reading);
    if (peer.uploadOffsets?.size === 0) peer.uploadOffsets = null;
  }

  /** But for those of pieces that it may have while choked (BEP 6). */
  #rejectAll(peer: Peer, requests: UploadRequest[]): void {
    let kept = 0;
    for (const request of requests) {
      if (this.grants.outlives(peer, request)) {
        requests[kept++] = request;
        continue;
      }
      peer.uploadOffsets?.delete(this.#offset(request));
      this.#reject(peer, request);
    }
    requests.length = kept;
  }

  /** Reads ahead for this peer as far as its socket and the rate limits allow. */
  pump(peer: Peer): void {
    for (let wanted = this.wants(peer); wanted > 0; wanted = this.wants(peer)) {
      if (this.#line.isLimited) {
        if (this.#line.admit(peer, wanted) === 0) return;
      } else if (this.lead([peer]) < 0) return;
      this.#read(peer);
    }
  }

  get leads(): boolean {
    return this.#torrent.behaviors.choker.nextServed !== undefined;
  }

  /** Who goes first, where the choker has a say in it. */
  lead(standing: readonly Peer[]): number {
    const { behaviors, session } = this.#torrent;
    const next = behaviors.choker.nextServed?.(standing, session.turn.now) ?? 0;
    assert(next >= -1 && next < standing.length, 'upload: served one who does not wait');
    return next;
  }

  /** Something changed that may let go who was held back. */
  askAgain(): void {
    if (!this.leads || this.#closed) return;
    for (const peer of this.#torrent.peers.values()) this.pump(peer);
  }

  /** Of its next request, where that can be read now. */
  wants(peer: Peer): number {
    const { session } = this.#torrent;
    const reads =
      peer.uploads.length > 0 &&
      !peer.writePaused &&
      !peer.closed &&
      peer.readingBytes < session.config.readAheadBytesMax;
    return reads ? peer.uploads[0]!.length : 0;
  }

  take(peer: Peer): boolean {
    this.#read(peer);
    return this.wants(peer) > 0;
  }

  #read(peer: Peer): void {
    const { ledger, session, store } = this.#torrent;
    const request = peer.uploads.shift()!;
    const job = session.turn.newJob(this.#owner);
    this.#readings.set(job, { peer, request });
    peer.reading.push(request);
    peer.readingBytes += request.length;
    this.#suggestions.read(request.index, peer);
    this.#line.hold(request.length);
    session.turn.out.push({
      type: 'store-read',
      job,
      store,
      offset: ledger.geometry.pieceOffset(request.index) + request.begin,
      length: request.length,
    });
  }

  #readDone(answer: JobAnswer): void {
    const reading = this.#readings.get(answer.job);
    this.#readings.delete(answer.job);
    if (reading === undefined || answer.type !== 'read-done') return;
    const { peer, request } = reading;
    peer.readingBytes -= request.length;
    const position = this.#closed || peer.closed ? -1 : peer.reading.indexOf(request);
    const goes = position >= 0 && answer.data !== null;
    if (goes) this.#line.spendHeld(request.length);
    else this.#line.release(request.length);
    if (this.#closed || peer.closed) return;
    if (position >= 0) {
      peer.reading.splice(position, 1);
      peer.uploadOffsets?.delete(this.#offset(request));
      if (answer.data === null) {
        this.#reject(peer, request);
        this.#torrent.storeFailed(answer.fault ?? 'io', request.index);
        return;
      }
      this.#give(peer, request, answer.data);
    }
    this.pump(peer);
    this.askAgain();
  }

  #give(peer: Peer, request: UploadRequest, block: Uint8Array): void {
    const { turn } = this.#torrent.session;
    peer.upload.add(block.length, turn.now);
    this.#torrent.clocks.lastSentAt = turn.now;
    peer.servedAt = turn.now;
    this.uploaded += block.length;
    if (this.uploaded >= this.#goal) this.#torrent.goalReached();
    this.#torrent.send(peer, { type: 'piece', index: request.index, begin: request.begin, block });
  }

  /** Whether a request that begins there is waiting already: no two blocks begin at the same byte. */
  #waits(peer: Peer, message: RequestMessage): boolean {
    return peer.uploadOffsets?.has(this.#offset(message)) ?? false;
  }

  #offset(request: UploadRequest): number {
    return this.#torrent.ledger.geometry.pieceOffset(request.index) + request.begin;
  }

  /** Only the fast extension has a word for no. */
  #reject(peer: Peer, request: UploadRequest): void {
    if (!peer.fast) return;
    const { index, begin, length } = request;
    this.#torrent.send(peer, { type: 'reject', index, begin, length });
  }
}

/** Takes the request out, if it is there. */
function take(requests: UploadRequest[], wanted: UploadRequest): boolean {
  const found = requests.findIndex(
    ({ index, begin, length }) =>
      index === wanted.index && begin === wanted.begin && length === wanted.length,
  );
  if (found >= 0) requests.splice(found, 1);
  return found >= 0;
}
