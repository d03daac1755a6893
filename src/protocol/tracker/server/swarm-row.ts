/**
 * The peers of one torrent and one family, as a row of record numbers: seeds first, then leeches. Beside it, in the same
 * order, their compact endpoints, so that whoever is told of them reads one small piece of memory, not one per peer.
 *
 * Invariant: each record stands once in the row, at the place that its own column `place` names, and `seeds` is the border.
 * Adding, removing and changing sides are O(1), by swaps: the order means nothing. The row doubles when it is full and
 * halves when three quarters are empty, so a swarm costs what its size asks for.
 */
import type { PeerPages } from './peer-pages.ts';
import { column } from './peer-pages.ts';

const ROW_MIN = 4;

export class SwarmRow {
  readonly #pages: PeerPages;
  #row = new Int32Array(ROW_MIN);
  #endpoints: Uint8Array;
  #size = 0;
  #seeds = 0;

  constructor(pages: PeerPages) {
    this.#pages = pages;
    this.#endpoints = new Uint8Array(ROW_MIN * pages.stride);
  }

  get size(): number {
    return this.#size;
  }
  get seeds(): number {
    return this.#seeds;
  }
  get leeches(): number {
    return this.#size - this.#seeds;
  }

  /** The record at a place, 0 to `size`. */
  at(place: number): number {
    return this.#row[place]!;
  }

  /** Copies the compact endpoint of a place to `out` at `to`. */
  copyEndpoint(place: number, out: Uint8Array, to: number): void {
    const { stride } = this.#pages;
    const bytes = this.#endpoints;
    const from = place * stride;
    for (let i = 0; i < stride; i++) out[to + i] = bytes[from + i]!;
  }

  isSeed(record: number): boolean {
    return this.#pages.get(record, column.place) < this.#seeds;
  }

  add(record: number, seed: boolean): void {
    if (this.#size === this.#row.length) this.#resize(this.#size * 2);
    this.#put(this.#size++, record);
    if (seed) this.#swap(this.#seeds++, this.#size - 1);
  }

  remove(record: number): void {
    let place = this.#pages.get(record, column.place);
    if (place < this.#seeds) {
      this.#swap(place, --this.#seeds);
      place = this.#seeds;
    }
    this.#swap(place, --this.#size);
    if (this.#row.length > ROW_MIN && this.#size * 4 <= this.#row.length) {
      this.#resize(this.#row.length / 2);
    }
  }

  setSeed(record: number, seed: boolean): void {
    const place = this.#pages.get(record, column.place);
    if (place < this.#seeds === seed) return;
    if (seed) this.#swap(place, this.#seeds++);
    else this.#swap(place, --this.#seeds);
  }

  #swap(a: number, b: number): void {
    if (a === b) return;
    const held = this.#row[a]!;
    this.#put(a, this.#row[b]!);
    this.#put(b, held);
  }

  #put(place: number, record: number): void {
    this.#row[place] = record;
    this.#pages.set(record, column.place, place);
    this.#pages.copyEndpoint(record, this.#endpoints, place * this.#pages.stride);
  }

  #resize(length: number): void {
    const row = new Int32Array(length);
    row.set(this.#row.subarray(0, this.#size));
    this.#row = row;
    const { stride } = this.#pages;
    const endpoints = new Uint8Array(length * stride);
    endpoints.set(this.#endpoints.subarray(0, this.#size * stride));
    this.#endpoints = endpoints;
  }
}
