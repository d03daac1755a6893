/**
 * Pieces shown to each peer a few at a time: what super-seeding, smart seeds and under-reporters have in common.
 *
 * A peer that comes while `hides` is offered up to `window` pieces, those of least score. When `settles` says so, another
 * one takes the place of an offer. That a piece has arrived is seen by the peer's `have`, or, as many keep quiet to who has it
 * already, by its interest that ends. So that nobody waits for ever, an offer is given up after `patience`, unless the peer
 * wants it and nothing was sent to it yet. Who came while nothing was hidden is told everything for good.
 *
 * Invariant: every offer is in `#waiting`, in the order of `since`, and in `#byPiece`. An offer costs a bounded number of
 * looks, whatever the torrent; a piece that a peer got, a look at the offers of that piece.
 */
import type { ConnectionId, Millis, Random, Sink } from '../../core/index.ts';
import type {
  Disclosure,
  DisclosureEvent,
  PeerView,
  RevealSink,
  TorrentView,
} from '../../protocol/index.ts';
import { leastOf } from '../least-of.ts';

/** What makes one strategy of many. */
export interface Offering {
  /** Offers per peer at once. */
  readonly window: number;
  readonly patience: Millis;
  /** Whether a peer that comes now is shown only what it is offered. */
  hides(): boolean;
  /** The least is offered first, ties by lot. */
  score(piece: number, offers: Offers): number;
  /** Whether another offer may take the place of this one. */
  settles(standing: Standing): boolean;
}

/** What has become of an offer. */
export interface Standing {
  /** The peer has the piece. */
  readonly arrived: boolean;
  /** How many others have it. */
  readonly others: number;
  /** There is nobody else who is offered something. */
  readonly alone: boolean;
}

interface Offer {
  readonly to: Taker;
  readonly piece: number;
  /** Bytes that had been sent to the peer before. */
  readonly served: number;
  /** When it was made, or when the peer had it. */
  since: Millis;
  arrived: boolean;
}

interface Taker {
  readonly peer: PeerView;
  readonly offers: Set<Offer>;
}

export class Offers implements Disclosure {
  readonly #torrent: TorrentView;
  readonly #random: Random;
  readonly #offering: Offering;
  readonly #takers = new Map<ConnectionId, Taker>();
  /** Who is told everything. */
  readonly #trusted = new Map<ConnectionId, PeerView>();
  readonly #waiting = new Set<Offer>();
  readonly #byPiece = new Map<number, Set<Offer>>();
  readonly #given = new Map<number, number>();

  constructor(torrent: TorrentView, random: Random, offering: Offering) {
    this.#torrent = torrent;
    this.#random = random;
    this.#offering = offering;
  }

  get wakeAt(): Millis {
    for (const { since } of this.#waiting) return since + this.#offering.patience;
    return Infinity;
  }

  /** Peers that are offered the piece and have not got it. */
  pending(piece: number): number {
    let pending = 0;
    for (const { arrived } of this.#byPiece.get(piece) ?? []) if (!arrived) pending++;
    return pending;
  }

  /** How often the piece was offered, but for those who went without it. */
  given(piece: number): number {
    return this.#given.get(piece) ?? 0;
  }

  open(peer: PeerView, now: Millis, out: Sink<number>): void {
    if (this.#offering.hides()) {
      const taker: Taker = { peer, offers: new Set() };
      this.#takers.set(peer.conn, taker);
      this.#fill(taker, now, { push: (_conn, piece) => void out.push(piece) });
      return;
    }
    this.#trusted.set(peer.conn, peer);
    for (let piece = 0; piece < this.#torrent.pieceCount; piece++) {
      if (this.#torrent.has(piece)) out.push(piece);
    }
  }

  reveal(event: DisclosureEvent, now: Millis, out: RevealSink): void {
    switch (event.type) {
      case 'verified':
        for (const [conn, peer] of this.#trusted) {
          if (!peer.has(event.piece)) out.push(conn, event.piece);
        }
        for (const taker of this.#takers.values()) this.#fill(taker, now, out);
        return;
      case 'has':
        return this.#look(this.#byPiece.get(event.piece) ?? [], now, out);
      case 'holds':
        return this.#look(this.#waiting, now, out);
      case 'interest':
        // It has all that it was offered, or wants nothing of it; what has gone to it tells which.
        if (!event.peer.peerInterested) this.#arrive(event.peer, now, out);
        return;
      case 'left':
        return this.#left(event.peer, now, out);
      case 'time':
        return this.#giveUp(now, out);
      default:
        event satisfies never;
    }
  }

  /** Some of these may have arrived, or be settled. */
  #look(offers: Iterable<Offer>, now: Millis, out: RevealSink): void {
    for (const offer of [...offers]) {
      const { to, piece } = offer;
      const has = to.peer.has(piece);
      if (has) this.#has(offer, now);
      const others = this.#torrent.availability(piece) - (has ? 1 : 0);
      const alone = this.#takers.size === 1;
      if (!this.#offering.settles({ arrived: offer.arrived, others, alone })) continue;
      this.#end(offer);
      this.#fill(to, now, out);
    }
  }

  /** All that it was offered, if anything was sent. */
  #arrive(peer: PeerView, now: Millis, out: RevealSink): void {
    const offers = [...(this.#takers.get(peer.conn)?.offers ?? [])];
    for (const offer of offers) if (wasServed(offer)) this.#has(offer, now);
    this.#look(offers, now, out);
  }

  #has(offer: Offer, now: Millis): void {
    if (offer.arrived) return;
    offer.arrived = true;
    this.#wait(offer, now);
  }

  #left(peer: PeerView, now: Millis, out: RevealSink): void {
    this.#trusted.delete(peer.conn);
    const taker = this.#takers.get(peer.conn);
    if (taker === undefined) return;
    this.#takers.delete(peer.conn);
    for (const offer of taker.offers) this.#end(offer);
    this.#look(this.#waiting, now, out); // who stays may be alone now
  }

  #giveUp(now: Millis, out: RevealSink): void {
    for (const offer of [...this.#waiting]) {
      if (offer.since + this.#offering.patience > now) return;
      const { to, arrived } = offer;
      if (!arrived && to.peer.peerInterested && !wasServed(offer)) {
        this.#wait(offer, now); // it wants it and has not had its turn
        continue;
      }
      this.#end(offer);
      this.#fill(to, now, out);
    }
  }

  #fill(taker: Taker, now: Millis, out: RevealSink): void {
    const { peer, offers } = taker;
    while (offers.size < this.#offering.window) {
      const score = (piece: number): number => this.#offering.score(piece, this);
      const next = (from: number): number => peer.nextUntold(from);
      const piece = leastOf(next, this.#torrent.pieceCount, this.#random, score);
      if (piece < 0) return;
      const served = peer.uploaded;
      const offer: Offer = { to: taker, piece, served, since: now, arrived: false };
      offers.add(offer);
      this.#wait(offer, now);
      this.#given.set(piece, this.given(piece) + 1);
      const others = this.#byPiece.get(piece);
      if (others === undefined) this.#byPiece.set(piece, new Set([offer]));
      else others.add(offer);
      out.push(peer.conn, piece);
    }
  }

  /** Its patience begins now. */
  #wait(offer: Offer, now: Millis): void {
    offer.since = now;
    this.#waiting.delete(offer);
    this.#waiting.add(offer);
  }

  #end(offer: Offer): void {
    const { to, piece, arrived } = offer;
    to.offers.delete(offer);
    this.#waiting.delete(offer);
    if (!arrived) this.#given.set(piece, this.given(piece) - 1);
    const others = this.#byPiece.get(piece)!;
    others.delete(offer);
    if (others.size === 0) this.#byPiece.delete(piece);
  }
}

/** Something was sent to the peer since. */
function wasServed({ to, served }: Offer): boolean {
  return to.peer.uploaded > served;
}
