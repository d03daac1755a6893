/**
 * Suspects are asked for whole pieces alone, so that the next failure has one sender (S-29).
 *
 * Who is a suspect, the `BanPolicy` says. A piece that a suspect begins is its own: nobody else is asked for a block of
 * it until it is judged, or the suspect fails to answer, chokes, leaves or takes too long. What somebody else has begun,
 * a suspect is not asked for. It costs speed and never liveness: a suspect for whom nothing is left that way is asked
 * like everybody else (`Download.fill`), and a claim has an end. Invariant: every piece claimed is partial.
 */
import type { ConnectionId, Millis } from '../../../core/index.ts';
import type { Ledger } from '../pieces/ledger.ts';
import type { Peer } from '../peers/peer.ts';

interface Claim {
  readonly conn: ConnectionId;
  readonly until: Millis;
}

export class Parole {
  readonly #ledger: Ledger;
  readonly #claims = new Map<number, Claim>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Whether a block of the piece may be asked of this peer, as far as suspects are concerned. */
  allows(peer: Peer, piece: number): boolean {
    if (this.#claims.size > 0) {
      const claim = this.#claims.get(piece);
      if (claim !== undefined) return claim.conn === peer.conn;
    }
    return !peer.suspect || !this.#ledger.isBegun(piece);
  }

  claim(piece: number, peer: Peer, until: Millis): void {
    this.#claims.set(piece, { conn: peer.conn, until });
  }

  /** The piece was judged, one way or the other. */
  judged(piece: number): void {
    this.#claims.delete(piece);
  }

  /** The suspect did not deliver, or is gone: others may go on. Returns whether it had claimed anything. */
  forfeit(peer: Peer): boolean {
    return this.#drop(peer, Infinity);
  }

  /** When the first claim of this peer ends; Infinity: it has none. */
  deadline(peer: Peer): Millis {
    let first = Infinity;
    for (const { conn, until } of this.#claims.values()) {
      if (conn === peer.conn) first = Math.min(first, until);
    }
    return first;
  }

  /** Ends the claims of this peer that are too old. Returns whether there were any. */
  expire(peer: Peer, now: Millis): boolean {
    return this.#drop(peer, now);
  }

  #drop(peer: Peer, upTo: Millis): boolean {
    if (this.#claims.size === 0) return false;
    const before = this.#claims.size;
    for (const [piece, { conn, until }] of this.#claims) {
      if (conn === peer.conn && until <= upTo) this.#claims.delete(piece);
    }
    return this.#claims.size < before;
  }
}
