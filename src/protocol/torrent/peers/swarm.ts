/**
 * The peers of one torrent that is active: who joins, what they say, when they must go.
 *
 * Dispatches each message to the part that owns it and keeps what belongs to nobody else: the pieces that peers hold,
 * interest in them, idleness. Invariant: every peer in `peers` is counted in `availability` exactly as
 * its pieces say, and its `wantedPieces` equals a recount.
 */
import { assert } from '../../../core/index.ts';
import type { Address, ConnectionId, Millis } from '../../../core/index.ts';
import { UT_METADATA, UT_PEX } from '../../extensions/extension-ids.ts';
import { KEEP_ALIVE } from '../../wire/messages.ts';
import type { PeerMessage } from '../../wire/messages.ts';
import { Choking } from '../upload/choking.ts';
import type { TorrentContext } from '../context.ts';
import { Disclosing } from '../upload/disclosing.ts';
import { Download } from '../download/download.ts';
import { Introductions } from './introductions.ts';
import { MetadataServing } from '../metadata/metadata-serving.ts';
import type { Peer } from './peer.ts';
import { PeerExchange } from './peer-exchange.ts';
import { PieceSet } from '../pieces/piece-set.ts';
import type { Requests } from '../download/requests.ts';
import { Upload } from '../upload/upload.ts';

/** Pieces that a peer may allow us to ask for while choked; real ones allow about ten (BEP 6). */
const ALLOWED_FAST_MAX = 100;
/** Pieces that a peer may suggest at a time (S-23). */
const SUGGESTIONS_MAX = 16;

export class Swarm {
  readonly #torrent: TorrentContext;
  readonly peers: Map<ConnectionId, Peer> = new Map<ConnectionId, Peer>();
  readonly download: Download;
  readonly requests: Requests;
  readonly upload: Upload;
  readonly choking: Choking;
  readonly introductions: Introductions;
  readonly metadata: MetadataServing;
  readonly exchange: PeerExchange;
  readonly disclosing: Disclosing;

  /** `found`: hears of addresses that peers told us. */
  constructor(torrent: TorrentContext, found: (addresses: readonly Address[]) => void) {
    this.#torrent = torrent;
    this.download = new Download(torrent);
    this.requests = this.download.requests;
    this.upload = new Upload(torrent);
    this.choking = new Choking(torrent, this.upload);
    this.exchange = new PeerExchange(torrent, found);
    this.introductions = new Introductions(torrent, this.exchange);
    this.metadata = new MetadataServing(torrent);
    this.disclosing = new Disclosing(torrent);
  }

  start(): void {
    this.introductions.start();
    this.download.start();
    this.choking.start();
  }

  /** Nothing new is begun from here on; the peers are disconnected next. */
  stop(): void {
    this.choking.stop();
    this.disclosing.stop();
    this.download.close();
    this.upload.close();
  }

  // --- membership

  /** Both handshakes are done: tells the peer what we hold and what we speak. */
  join(peer: Peer): void {
    const { ledger, session } = this.#torrent;
    this.peers.set(peer.conn, peer);
    peer.parole = this.requests.parole;
    peer.ledger = ledger;
    this.disclosing.open(peer);
    if (peer.extended) this.introductions.tell(peer);
    const { keepAliveEvery, idleTimeMax } = session.config;
    this.watch(peer, session.turn.now + Math.min(keepAliveEvery, idleTimeMax));
  }

  /** The connection is gone or going: everything it held returns. */
  leave(peer: Peer): void {
    const { availability, session } = this.#torrent;
    peer.closed = true;
    this.peers.delete(peer.conn);
    session.turn.timers.cancel(peer.timer);
    this.#uncount(peer);
    assert(availability.seeds <= this.peers.size, 'swarm: more seeds than peers');
    this.requests.left(peer);
    this.choking.left(peer);
    this.exchange.left(peer);
    this.disclosing.left(peer);
  }

  // --- messages

  receive(peer: Peer, message: PeerMessage): void {
    peer.lastReceivedAt = this.#torrent.session.turn.now;
    this.#torrent.overhead.countReceived(message);
    this.hear(peer, message);
  }

  /** What a peer says now, or has said before it came here. */
  hear(peer: Peer, message: PeerMessage): void {
    switch (message.type) {
      case 'piece':
        this.download.piece(peer, message);
        return this.upload.askAgain();
      case 'request':
        return this.upload.request(peer, message);
      case 'cancel':
        return this.upload.cancel(peer, message);
      case 'reject':
        return this.#onReject(peer, message.index, message.begin, message.length);
      case 'have':
        return this.#onHave(peer, message.index);
      case 'bitfield':
        return this.#onBitfield(peer, message.bits);
      case 'have-all':
      case 'have-none':
        return this.#onHaveAllOrNone(peer, message.type === 'have-all');
      case 'choke':
        return this.#onChoke(peer);
      case 'unchoke':
        return this.#onUnchoke(peer);
      case 'interested':
      case 'not-interested':
        return this.#onInterest(peer, message.type === 'interested');
      case 'allowed-fast':
        return this.#onAllowedFast(peer, message.index);
      case 'suggest':
        return this.#onSuggest(peer, message.index);
      case 'extended':
        return this.#onExtended(peer, message.id, message.payload);
      case 'handshake':
        return this.#torrent.disconnect(peer, 'message-out-of-order');
      case 'keep-alive':
      case 'port':
        return;
      default:
        message satisfies never;
    }
  }

  // --- time

  /** Looks at the peer's time-outs no later than `at`. */
  watch(peer: Peer, at: Millis): void {
    if (peer.closed || peer.timerAt <= at) return;
    const { timers } = this.#torrent.session.turn;
    timers.cancel(peer.timer);
    peer.timer = timers.set('peer', peer.conn, at);
    peer.timerAt = at;
  }

  /** A `peer` timer fired: idleness, keep-alive, requests out of time. */
  tick(peer: Peer): void {
    const { config, turn } = this.#torrent.session;
    peer.timer = 0;
    peer.timerAt = Infinity;
    // Sums, as the timers were set by them: a difference may round to a hair less, and the timer would fire for ever.
    if (turn.now >= peer.lastReceivedAt + config.idleTimeMax) {
      this.#torrent.disconnect(peer, 'idle');
      return;
    }
    if (peer.writePaused && turn.now >= peer.writePausedAt + config.unsentTimeMax) {
      this.#torrent.disconnect(peer, 'not-reading');
      return;
    }
    if (turn.now >= peer.lastSentAt + config.keepAliveEvery) this.#torrent.send(peer, KEEP_ALIVE);
    if (this.requests.parole.expire(peer, turn.now)) this.requests.fillAll();
    this.requests.expire(peer);
    this.requests.fill(peer);
    this.introductions.update(peer);
    this.metadata.pump(peer);
    this.exchange.update(peer);
    const next = Math.min(
      peer.lastReceivedAt + config.idleTimeMax,
      peer.lastSentAt + config.keepAliveEvery,
      peer.writePaused ? peer.writePausedAt + config.unsentTimeMax : Infinity,
      this.requests.deadline(peer),
      this.requests.parole.deadline(peer),
      this.introductions.deadline(peer),
      this.metadata.deadline(peer),
      this.exchange.deadline(peer),
      peer.retryAt > turn.now ? peer.retryAt : Infinity,
    );
    this.watch(peer, next);
  }

  // --- what we hold

  /** A piece was verified: whoever lacks it hears of it, or has nothing more for us, in one shared message. */
  announcePiece(index: number): void {
    const have: PeerMessage = Object.freeze({ type: 'have', index });
    for (const peer of this.peers.values()) {
      if (!peer.pieces.has(index)) {
        if (peer.told === null) this.#torrent.send(peer, have);
        continue;
      }
      if (this.#torrent.ledger.priority(index) === 0) continue;
      peer.wantedPieces--;
      // Perhaps a seed that shows one piece at a time (BEP 16), and shows no other before it hears of this one.
      const waits = peer.wantedPieces === 0 && !peer.isSeed;
      if (waits && peer.told === null) this.#torrent.send(peer, have);
      this.requests.updateInterest(peer);
    }
    this.disclosing.verified(index);
  }

  /** Asks nobody any more for what is not wanted, and says anew who is of interest. */
  prioritiesChanged(): void {
    for (const peer of this.peers.values()) {
      this.requests.cancelUnwanted(peer);
      peer.wantedPieces = this.#torrent.ledger.countLacking(peer.pieces);
      this.requests.updateInterest(peer);
    }
    this.requests.fillAll();
  }

  /** Both complete: neither has anything to give to the other. */
  dropFellowSeeds(): void {
    for (const peer of [...this.peers.values()]) {
      if (peer.isSeed) this.#torrent.disconnect(peer, 'both-seeds');
    }
  }

  // --- inside

  #onReject(peer: Peer, index: number, begin: number, length: number): void {
    if (peer.fast) this.requests.rejected(peer, index, begin, length);
    else this.#torrent.offense(peer);
  }

  #onHave(peer: Peer, index: number): void {
    const { availability, ledger } = this.#torrent;
    if (!ledger.geometry.isPiece(index)) {
      this.#torrent.disconnect(peer, 'bad-index');
      return;
    }
    if (!peer.pieces.add(index)) return;
    peer.counted ??= 'pieces';
    assert(peer.counted === 'pieces', 'swarm: a seed told of a piece it lacked');
    availability.addPiece(index);
    if (ledger.lacks(index)) {
      peer.wantedPieces++;
      this.requests.updateInterest(peer);
      if (ledger.missingBlocks(index) > 0) this.requests.fill(peer);
    }
    this.disclosing.has(peer, index);
    this.#dropIfFellowSeed(peer);
  }

  #onBitfield(peer: Peer, bits: Uint8Array): void {
    const pieces = PieceSet.fromWire(bits, this.#torrent.ledger.geometry.pieceCount);
    if (pieces === null) this.#torrent.disconnect(peer, 'bad-bitfield');
    else this.#setPieces(peer, pieces);
  }

  #onHaveAllOrNone(peer: Peer, all: boolean): void {
    if (!peer.fast) {
      this.#torrent.offense(peer);
      return;
    }
    const pieces = new PieceSet(this.#torrent.ledger.geometry.pieceCount);
    if (all) pieces.fill();
    this.#setPieces(peer, pieces);
  }

  /** Replaces what the peer holds; a repeated message must not leave a trace of the earlier one (S-22). */
  #setPieces(peer: Peer, pieces: PieceSet): void {
    const { availability, ledger } = this.#torrent;
    this.#uncount(peer);
    peer.pieces = pieces;
    peer.counted = pieces.isFull ? 'seed' : 'pieces';
    if (pieces.isFull) availability.addSeed();
    else availability.addAll(pieces);
    peer.wantedPieces = ledger.countLacking(pieces);
    this.requests.withdraw(peer);
    this.requests.updateInterest(peer);
    this.requests.fill(peer);
    this.upload.grants.offer(peer);
    this.disclosing.holds(peer);
    this.#dropIfFellowSeed(peer);
  }

  #uncount(peer: Peer): void {
    const { availability } = this.#torrent;
    if (peer.counted === 'seed') availability.removeSeed();
    else if (peer.counted === 'pieces') availability.removeAll(peer.pieces);
    peer.counted = null;
  }

  #dropIfFellowSeed(peer: Peer): void {
    if (this.#torrent.view.complete && peer.isSeed) this.#torrent.disconnect(peer, 'both-seeds');
  }

  #onChoke(peer: Peer): void {
    if (peer.peerChoking) return;
    peer.peerChoking = true;
    this.requests.choked(peer);
  }

  #onUnchoke(peer: Peer): void {
    if (!peer.peerChoking) return;
    peer.peerChoking = false;
    this.requests.fill(peer);
  }

  #onInterest(peer: Peer, interested: boolean): void {
    // Whatever it said of itself before, and whether or not we listened (S-36).
    if (interested) peer.uploadOnly = false;
    if (peer.peerInterested === interested) return;
    peer.peerInterested = interested;
    peer.uninterestedSince = this.#torrent.session.turn.now;
    this.choking.interestChanged(peer);
    this.disclosing.interest(peer);
  }

  #onAllowedFast(peer: Peer, index: number): void {
    if (!peer.fast || !this.#torrent.ledger.geometry.isPiece(index)) {
      this.#torrent.offense(peer);
      return;
    }
    peer.allowedFast ??= new Set();
    if (peer.allowedFast.size >= ALLOWED_FAST_MAX) return;
    peer.allowedFast.add(index);
    this.requests.fill(peer);
  }

  /** A hint for the picker: it need not have the piece. */
  #onSuggest(peer: Peer, index: number): void {
    if (!peer.fast || !this.#torrent.ledger.geometry.isPiece(index)) {
      this.#torrent.offense(peer);
      return;
    }
    peer.suggestions ??= [];
    if (peer.suggestions.includes(index)) return;
    if (peer.suggestions.length >= SUGGESTIONS_MAX) peer.suggestions.shift();
    peer.suggestions.push(index);
  }

  #onExtended(peer: Peer, id: number, payload: Uint8Array): void {
    if (!peer.extended) this.#torrent.offense(peer);
    else if (id === 0) this.introductions.heard(peer, payload);
    else if (id === UT_METADATA) this.metadata.heard(peer, payload);
    else if (id === UT_PEX) this.exchange.heard(peer, payload);
    // Others would be extensions that we never offered: nothing to answer.
  }

  /** Recounts everything that is kept incrementally. Throws where an invariant is broken; for tests and simulations. */
  assertInvariants(): void {
    const { availability, ledger, downloading } = this.#torrent;
    const leases = new Map<number, number>();
    const copies = new Uint32Array(ledger.geometry.pieceCount);
    for (const peer of this.peers.values()) {
      assert(!peer.closed, 'swarm: a closed peer is a member');
      let wanted = 0;
      for (let piece = 0; piece < ledger.geometry.pieceCount; piece++) {
        if (!peer.pieces.has(piece)) continue;
        copies[piece]!++;
        if (ledger.lacks(piece)) wanted++;
      }
      assert(wanted === peer.wantedPieces, 'swarm: wantedPieces differs from a recount');
      assert(peer.amInterested === (downloading && wanted > 0), 'swarm: interest is not the truth');
      for (let i = 0; i < peer.requests.length; i++) {
        const block = peer.requests.at(i);
        assert(ledger.state(block) === 'requested', 'swarm: a lease on a block that is held');
        const piece = ledger.geometry.pieceOf(block);
        assert(peer.pieces.has(piece), 'swarm: asked for what it lacks');
        assert(ledger.priority(piece) > 0, 'swarm: asked for what is not wanted');
        leases.set(block, (leases.get(block) ?? 0) + 1);
      }
    }
    let total = 0;
    for (const [block, count] of leases) {
      assert(ledger.requesters(block) === count, 'swarm: requesters differ from a recount');
      total += count;
    }
    assert(ledger.leases === total, 'swarm: a lease without a peer');
    for (let piece = 0; piece < ledger.geometry.pieceCount; piece++) {
      assert(
        availability.of(piece) === copies[piece],
        'swarm: availability differs from a recount',
      );
    }
    this.choking.assertInvariants();
    this.disclosing.assertInvariants();
  }
}
