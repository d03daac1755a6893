/**
 * All peers of one address family: their records, how they are found, and in which order they fell silent.
 *
 * Invariant: a record that is taken stands in the index under its torrent and host, and once in the order of last announces.
 * Rows of torrents and bounds are the store's business.
 */
import type { Family } from '../compact-peers.ts';
import { hashEndpoint, isSameHost } from './hash-endpoint.ts';
import { column, NONE, PeerPages } from './peer-pages.ts';
import { Recency } from './recency.ts';
import { RecordIndex } from './record-index.ts';

export class FamilyPeers {
  readonly pages: PeerPages;
  readonly recency: Recency;
  readonly #index: RecordIndex;
  readonly #hashKey: number;
  /** Peers of the same torrent and host that the last `find` met. */
  sameHost = 0;

  constructor(family: Family, hashKey: number) {
    this.pages = new PeerPages(family);
    this.recency = new Recency(this.pages);
    this.#index = new RecordIndex(this.pages);
    this.#hashKey = hashKey;
  }

  /** The peer of a torrent at this address, or `NONE`. */
  find(torrent: number, ip: Uint8Array, port: number): number {
    const { pages } = this;
    const hash = hashEndpoint(this.#hashKey, torrent, ip);
    this.sameHost = 0;
    let record = this.#index.first(hash);
    while (record !== NONE) {
      if (
        pages.get(record, column.hash) === hash &&
        pages.get(record, column.torrent) === torrent &&
        isSameHost(pages.ip(record), ip)
      ) {
        this.sameHost++;
        if (pages.isAt(record, ip, port)) return record;
      }
      record = pages.get(record, column.next);
    }
    return NONE;
  }

  /** A new peer; it is in no row yet. */
  add(torrent: number, ip: Uint8Array, port: number, peerId: Uint8Array): number {
    const record = this.pages.take();
    this.pages.name(record, ip, port, peerId);
    this.pages.set(record, column.torrent, torrent);
    this.#index.add(record, hashEndpoint(this.#hashKey, torrent, ip));
    this.recency.add(record);
    return record;
  }

  /** Moves it to the end of the order of silence. */
  heard(record: number, tick: number): void {
    this.recency.remove(record);
    this.recency.add(record);
    this.pages.set(record, column.heardAt, tick);
  }

  remove(record: number): void {
    this.#index.remove(record);
    this.recency.remove(record);
    this.pages.giveBack(record);
  }
}
