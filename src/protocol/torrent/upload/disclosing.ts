/**
 * Who is told of which pieces: of all of them, or of what a `Disclosure` chooses.
 *
 * Where there is none every peer's first message shows what is verified, and `swarm.ts` tells of every further piece.
 * Where there is one, `peer.told` is exactly what was said: it is asked about every change, and what it reveals goes out at once.
 *
 * Invariant: `peer.told` is null exactly while nothing is chosen, and holds nothing that is not verified. A peer is told of
 * a piece once, and of none that it has.
 */
import { assert } from '../../../core/index.ts';
import type { ConnectionId, Millis } from '../../../core/index.ts';
import { HAVE_ALL, HAVE_NONE } from '../../wire/messages.ts';
import type { Disclosure, DisclosureEvent, RevealSink } from '../behavior.ts';
import type { TorrentContext } from '../context.ts';
import type { Peer } from '../peers/peer.ts';
import { PieceSet } from '../pieces/piece-set.ts';

export class Disclosing {
  readonly #torrent: TorrentContext;
  readonly #out: RevealSink = { push: (conn, piece) => this.#reveal(conn, piece) };
  #stopped = false;
  #timer = 0;
  #wakeAt: Millis = Infinity;

  constructor(torrent: TorrentContext) {
    this.#torrent = torrent;
  }

  /** The first message to a peer that has just joined. */
  open(peer: Peer): void {
    const { behaviors, ledger } = this.#torrent;
    if (behaviors.disclosure !== null) {
      const told = new PieceSet(ledger.geometry.pieceCount);
      peer.told = told;
      this.#open(behaviors.disclosure, peer, (piece) => void told.add(piece));
    }
    const held = peer.told ?? ledger.verified;
    if (peer.fast && held.isFull) this.#torrent.send(peer, HAVE_ALL);
    else if (peer.fast && held.isEmpty) this.#torrent.send(peer, HAVE_NONE);
    else if (!held.isEmpty) this.#torrent.send(peer, { type: 'bitfield', bits: held.toWire() });
  }

  verified(piece: number): void {
    if (this.#chosen !== null) this.#happened(this.#chosen, { type: 'verified', piece });
  }

  has(peer: Peer, piece: number): void {
    if (this.#chosen !== null) this.#happened(this.#chosen, { type: 'has', peer, piece });
  }

  holds(peer: Peer): void {
    if (this.#chosen !== null) this.#happened(this.#chosen, { type: 'holds', peer });
  }

  interest(peer: Peer): void {
    if (this.#chosen !== null) this.#happened(this.#chosen, { type: 'interest', peer });
  }

  left(peer: Peer): void {
    if (this.#chosen !== null) this.#happened(this.#chosen, { type: 'left', peer });
  }

  /** The time that was asked for has come. */
  due(): void {
    this.#timer = 0;
    this.#wakeAt = Infinity;
    if (this.#chosen !== null) this.#happened(this.#chosen, { type: 'time' });
  }

  /** Another one chooses from here on, or none does: then all that was hidden is told. */
  replaced(): void {
    const { disclosure } = this.#torrent.behaviors;
    const { verified } = this.#torrent.ledger;
    for (const peer of this.#torrent.peers.values()) {
      if (disclosure === null) this.#tellAll(peer);
      else {
        peer.told ??= PieceSet.fromWire(verified.toWire(), verified.length)!;
        this.#open(disclosure, peer, (piece) => this.#reveal(peer.conn, piece));
      }
    }
    this.#arm(disclosure?.wakeAt ?? Infinity);
  }

  stop(): void {
    this.#stopped = true;
    this.#arm(Infinity);
  }

  get #chosen(): Disclosure | null {
    return this.#stopped ? null : this.#torrent.behaviors.disclosure;
  }

  #open(disclosure: Disclosure, peer: Peer, show: (piece: number) => void): void {
    const { ledger, session } = this.#torrent;
    const push = (piece: number): void => {
      assert(ledger.verified.has(piece), 'disclosing: shows a piece that we lack');
      show(piece);
    };
    disclosure.open(peer, session.turn.now, { push });
    this.#arm(disclosure.wakeAt);
  }

  #happened(disclosure: Disclosure, event: DisclosureEvent): void {
    disclosure.reveal(event, this.#torrent.session.turn.now, this.#out);
    this.#arm(disclosure.wakeAt);
  }

  #reveal(conn: ConnectionId, piece: number): void {
    const peer = this.#torrent.peers.get(conn);
    assert(this.#torrent.ledger.verified.has(piece), 'disclosing: reveals a piece that we lack');
    if (peer === undefined || peer.pieces.has(piece) || peer.told?.add(piece) !== true) return;
    this.#torrent.send(peer, { type: 'have', index: piece });
  }

  #tellAll(peer: Peer): void {
    for (let piece = peer.nextUntold(0); piece >= 0; piece = peer.nextUntold(piece + 1)) {
      this.#reveal(peer.conn, piece);
    }
    peer.told = null;
  }

  #arm(at: Millis): void {
    const { id, session } = this.#torrent;
    const { timers, now } = session.turn;
    if (at === this.#wakeAt) return;
    timers.cancel(this.#timer);
    this.#wakeAt = at;
    this.#timer = at === Infinity ? 0 : timers.set('disclose', id, Math.max(at, now));
  }

  assertInvariants(): void {
    const { behaviors, ledger, peers } = this.#torrent;
    for (const { told } of peers.values()) {
      assert((told === null) === (behaviors.disclosure === null), 'disclosing: who chooses');
      const untrue = told?.nextWithout(0, ledger.verified) ?? -1;
      assert(untrue < 0, 'disclosing: told of a piece that we lack');
    }
  }
}
