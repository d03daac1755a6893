/**
 * Writes the peers that a selection has chosen of one row into packed bytes, without the asker itself.
 *
 * Owns the memory of the answer: it is overwritten by the next one, as the port's contract allows.
 */
import type { Random } from '../../../core/index.ts';
import { peersPerReplyMax } from '../limits.ts';
import type { PeerPages } from './peer-pages.ts';
import { column, NONE, PEER_ID_LENGTH } from './peer-pages.ts';
import type { PackedPeers } from './peer-store.ts';
import { noPeers } from './peer-store.ts';
import type { PeerSelection } from './selection.ts';
import type { SwarmRow } from './swarm-row.ts';

export class ChoosePeers {
  readonly #pages: PeerPages;
  readonly #select: PeerSelection;
  readonly #random: Random;
  readonly #endpoints: Uint8Array;
  readonly #ids = new Uint8Array(peersPerReplyMax * PEER_ID_LENGTH);
  readonly #places: number[] = [];

  constructor(pages: PeerPages, select: PeerSelection, random: Random) {
    this.#pages = pages;
    this.#select = select;
    this.#random = random;
    this.#endpoints = new Uint8Array(peersPerReplyMax * pages.stride);
  }

  /** Up to `wanted` peers of `row`, for the peer `self` (`NONE`: it is not of this row). */
  from(
    row: SwarmRow | null,
    self: number,
    askerIsSeed: boolean,
    wanted: number,
    withIds: boolean,
  ): PackedPeers {
    if (row === null || wanted <= 0) return noPeers;
    const view = { seeds: row.seeds, leeches: row.leeches, askerIsSeed };
    // One more where the asker itself may be among them.
    const draws = self === NONE || askerIsSeed ? wanted : wanted + 1;
    const places = this.#places;
    places.length = 0;
    this.#select(view, draws, this.#random, places);
    const { stride } = this.#pages;
    const own = self === NONE ? -1 : this.#pages.get(self, column.place);
    let count = 0;
    for (let i = 0; i < places.length && count < wanted; i++) {
      const place = places[i]!;
      if (place === own) continue;
      row.copyEndpoint(place, this.#endpoints, count * stride);
      if (withIds) {
        const id = this.#pages.entry(row.at(place)).subarray(stride);
        this.#ids.set(id, count * PEER_ID_LENGTH);
      }
      count++;
    }
    if (count === 0) return noPeers;
    return {
      endpoints: this.#endpoints.subarray(0, count * stride),
      ids: this.#ids.subarray(0, withIds ? count * PEER_ID_LENGTH : 0),
    };
  }
}
