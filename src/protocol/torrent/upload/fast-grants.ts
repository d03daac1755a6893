/**
 * What we give to choked peers: the allowed-fast sets that we offer (BEP 6), and how far they are honoured (S-27).
 *
 * A peer is offered its set once per connection, when it says for the first time what it has, and only where that is
 * little: the set is a start for those who have nothing to trade with. At most `allowedFastMax` pieces, and no more than
 * an eighth of a torrent, so that nobody gets a small one without ever being unchoked. Of each piece a choked peer gets
 * three times its bytes at most; who asks for more is closed. Without `seeding` nothing is offered or given.
 *
 * Invariant: bytes are charged when a request is taken, so a queue cannot outgrow the bound. Sends nothing but offers.
 */
import { assert } from '../../../core/index.ts';
import { allowedFastSet } from './allowed-fast.ts';
import type { TorrentContext } from '../context.ts';
import type { Peer, UploadRequest } from '../peers/peer.ts';

/** How often a piece is given to a choked peer. */
const TIMES_MAX = 3;
/** An offer is no more than one in so many pieces. */
const SHARE = 8;

export class FastGrants {
  readonly #torrent: TorrentContext;

  constructor(torrent: TorrentContext) {
    this.#torrent = torrent;
  }

  /** The peer has said what it has: offers it a set, the first time. */
  offer(peer: Peer): void {
    const { metainfo, ledger, seeding, session } = this.#torrent;
    if (!peer.fast || peer.fastGiven !== null || !seeding || ledger.verified.isEmpty) return;
    if (peer.told !== null) return; // a set would show what is hidden
    const { pieceCount } = ledger.geometry;
    const most = Math.min(session.config.allowedFastMax, pieceCount / SHARE);
    const { host } = peer.address;
    const set = peer.fastChosen ?? allowedFastSet(host, metainfo.infoHash, pieceCount, most);
    peer.fastGiven = new Map();
    if (!this.#isStarting(peer)) return;
    for (const index of set) {
      peer.fastGiven.set(index, 0);
      this.#torrent.send(peer, { type: 'allowed-fast', index });
    }
  }

  /**
   * Whether a valid request of a choked peer is taken, and charges it. Closes the peer that has had its share: look at
   * `peer.closed` afterwards.
   */
  take(peer: Peer, request: UploadRequest): boolean {
    if (!this.#honours(peer, request.index)) return false;
    if (this.#charge(peer, request)) return true;
    this.#torrent.disconnect(peer, 'flooding');
    return false;
  }

  /** Whether a request that was taken while the peer was unchoked outlives the choke, and charges it. */
  outlives(peer: Peer, request: UploadRequest): boolean {
    return this.#honours(peer, request.index) && this.#charge(peer, request);
  }

  /** Whether a choked peer may have requests waiting for this piece. For recounts. */
  covers(peer: Peer, piece: number): boolean {
    return peer.fastGiven?.has(piece) ?? false;
  }

  #honours(peer: Peer, piece: number): boolean {
    return this.covers(peer, piece) && this.#torrent.seeding && this.#isStarting(peer);
  }

  #isStarting(peer: Peer): boolean {
    return peer.pieces.count <= this.#torrent.session.config.allowedFastMax;
  }

  #charge(peer: Peer, { index, length }: UploadRequest): boolean {
    const given = peer.fastGiven?.get(index);
    assert(given !== undefined, 'fast grants: charged for a piece that was not offered');
    if (given + length > TIMES_MAX * this.#torrent.ledger.geometry.pieceSize(index)) return false;
    peer.fastGiven?.set(index, given + length);
    return true;
  }
}
