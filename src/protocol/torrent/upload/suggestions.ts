/**
 * Suggests pieces (BEP 6): what has just been read for one peer is likely to be in memory still, so the others that lack
 * it are told, and who takes it next costs no seek.
 *
 * Only peers that can ask at once hear of it: unchoked, interested, with the fast extension. Invariant: of the pieces that
 * a peer was suggested it lacks `suggestionsMax` at most, and it is suggested none twice. Below 1 nobody hears of any.
 */
import type { TorrentContext } from '../context.ts';
import type { Peer } from '../peers/peer.ts';

export class Suggestions {
  readonly #torrent: TorrentContext;
  /** The piece read last: its further blocks are no news. */
  #last = -1;

  constructor(torrent: TorrentContext) {
    this.#torrent = torrent;
  }

  /** A block of this piece is being read for `reader`. */
  read(piece: number, reader: Peer): void {
    if (piece === this.#last) return;
    this.#last = piece;
    const { peers, session } = this.#torrent;
    if (session.config.suggestionsMax < 1) return;
    for (const peer of peers.values()) {
      if (peer !== reader && this.#isWelcome(peer, piece)) this.#suggest(peer, piece);
    }
  }

  #isWelcome(peer: Peer, piece: number): boolean {
    if (!peer.fast || peer.amChoking || !peer.peerInterested || peer.has(piece)) return false;
    if (!peer.isTold(piece)) return false;
    const told = peer.suggestedPieces;
    if (told === null) return true;
    if (told.has(piece)) return false;
    for (const each of told) if (peer.has(each)) told.delete(each);
    return told.size < Math.floor(this.#torrent.session.config.suggestionsMax);
  }

  #suggest(peer: Peer, piece: number): void {
    peer.suggestedPieces ??= new Set();
    peer.suggestedPieces.add(piece);
    this.#torrent.send(peer, { type: 'suggest', index: piece });
  }
}
