/**
 * Gives the metadata to peers of the torrent that ask for it (BEP 9), however little else they are given.
 *
 * A flood of requests costs little: a peer has `servingQueueMax` requests waiting, is given `servedPerSecond` pieces in a
 * second, nothing while its socket is full, and the whole `copiesMax` times per connection. What is more is rejected,
 * and counts as an offense, so that it ends with the connection.
 */
import type { Millis } from '../../../core/index.ts';
import {
  encodeMetadataMessage,
  METADATA_PIECE,
  metadataPieces,
  parseMetadataMessage,
} from '../../extensions/ut-metadata.ts';
import type { MetadataMessage } from '../../extensions/ut-metadata.ts';
import type { TorrentContext } from '../context.ts';
import type { Peer } from '../peers/peer.ts';
import { copiesMax, servedPerSecond, servingQueueMax } from './limits.ts';

const SECOND: Millis = 1000;

/** What one peer has asked for and was given. */
export interface MetadataDebt {
  readonly waiting: number[];
  /** Pieces given, over the whole connection. */
  given: number;
  /** The second that is being counted began here, and so many were given in it. */
  since: Millis;
  inSecond: number;
}

type ServingTorrent = Pick<TorrentContext, 'session' | 'metainfo' | 'send' | 'watch' | 'offense'>;

export class MetadataServing {
  readonly #torrent: ServingTorrent;

  constructor(torrent: ServingTorrent) {
    this.#torrent = torrent;
  }

  /** Bytes, as the handshake tells it; null: there is nothing to give. */
  get size(): number | null {
    const { length } = this.#torrent.metainfo.info;
    return length === 0 ? null : length;
  }

  /** A message of `ut_metadata`. Answers to what nobody here asks any more mean nothing. */
  heard(peer: Peer, payload: Uint8Array): void {
    const message = parseMetadataMessage(payload);
    if (message === 'malformed') this.#torrent.offense(peer);
    else if (message !== 'unknown' && message.type === 'request') {
      this.#requested(peer, message.piece);
    }
  }

  #requested(peer: Peer, piece: number): void {
    const pieces = metadataPieces(this.size ?? 0);
    const debt = (peer.metadataDebt ??= { waiting: [], given: 0, since: -Infinity, inSecond: 0 });
    const promised = debt.given + debt.waiting.length;
    if (promised >= copiesMax * pieces || debt.waiting.length >= servingQueueMax) {
      this.#torrent.offense(peer);
      if (!peer.closed && !peer.writePaused) this.#say(peer, { type: 'reject', piece });
      return;
    }
    if (piece >= pieces) {
      this.#say(peer, { type: 'reject', piece });
      this.#torrent.offense(peer);
      return;
    }
    debt.waiting.push(piece);
    this.pump(peer);
  }

  /** Sends what may be sent now. */
  pump(peer: Peer): void {
    const debt = peer.metadataDebt;
    if (debt === null) return;
    const { now } = this.#torrent.session.turn;
    if (now >= debt.since + SECOND) {
      debt.since = now;
      debt.inSecond = 0;
    }
    while (debt.waiting.length > 0 && !peer.writePaused && debt.inSecond < servedPerSecond) {
      debt.inSecond++;
      debt.given++;
      this.#give(peer, debt.waiting.shift()!);
    }
    const at = this.deadline(peer);
    if (at !== Infinity) this.#torrent.watch(peer, at);
  }

  /** When the rest may be sent; Infinity: there is none, or the socket has to say. */
  deadline(peer: Peer): Millis {
    const debt = peer.metadataDebt;
    if (debt === null || debt.waiting.length === 0 || peer.writePaused) return Infinity;
    return debt.since + SECOND;
  }

  #give(peer: Peer, piece: number): void {
    const { info } = this.#torrent.metainfo;
    const data = info.subarray(piece * METADATA_PIECE, (piece + 1) * METADATA_PIECE);
    this.#say(peer, { type: 'data', piece, totalSize: info.length, data });
  }

  #say(peer: Peer, message: MetadataMessage): void {
    const id = peer.metadataId;
    if (id === 0) return; // it asks, and takes no answer
    this.#torrent.send(peer, { type: 'extended', id, payload: encodeMetadataMessage(message) });
  }
}
