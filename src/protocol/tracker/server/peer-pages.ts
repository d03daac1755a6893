/**
 * Records of peers of one address family, packed into pages: a million of them are some hundred arrays, not a million objects.
 *
 * A record is eight 32-bit words and its bytes (compact endpoint, peer id). Records are named by small integers, taken and
 * given back in any order; `NONE` is nobody. Growing adds a page and moves nothing, so no call takes longer than making one
 * page. What the words mean is the store's business: here they are columns with a name.
 */
import type { Family } from '../compact-peers.ts';
import { compactStride } from '../compact-peers.ts';

export const NONE = -1;
export const PEER_ID_LENGTH = 20;

/** Columns of a record. */
export const column: Readonly<
  Record<'torrent' | 'place' | 'heardAt' | 'key' | 'older' | 'newer' | 'next' | 'hash', number>
> = {
  /** Slot of its torrent. */
  torrent: 0,
  /** Its place in the row of its swarm. */
  place: 1,
  /** When it announced last, in ticks of the store. */
  heardAt: 2,
  key: 3,
  /** Neighbours in the order of last announces. */
  older: 4,
  newer: 5,
  /** Next in its bucket of the index, and the hash that put it there. */
  next: 6,
  hash: 7,
};

const COLUMNS = 8;
/** Records of a page, as a power of two. */
const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;
const MASK = PAGE - 1;

export class PeerPages {
  readonly family: Family;
  /** Bytes of a compact endpoint. */
  readonly stride: 6 | 18;
  readonly #width: number;
  readonly #words: Int32Array[] = [];
  readonly #bytes: Uint8Array[] = [];
  /** The records that were given back, as a list through `next`. */
  #free = NONE;
  #made = 0;
  /** Records taken. */
  count = 0;

  constructor(family: Family) {
    this.family = family;
    this.stride = compactStride(family);
    this.#width = this.stride + PEER_ID_LENGTH;
  }

  /** A record whose columns hold anything. */
  take(): number {
    this.count++;
    if (this.#free !== NONE) {
      const record = this.#free;
      this.#free = this.get(record, column.next);
      return record;
    }
    if ((this.#made & MASK) === 0) {
      this.#words.push(new Int32Array(PAGE * COLUMNS));
      this.#bytes.push(new Uint8Array(PAGE * this.#width));
    }
    return this.#made++;
  }

  giveBack(record: number): void {
    this.count--;
    this.set(record, column.next, this.#free);
    this.#free = record;
  }

  get(record: number, at: number): number {
    return this.#words[record >> PAGE_BITS]![(record & MASK) * COLUMNS + at]!;
  }

  set(record: number, at: number, value: number): void {
    this.#words[record >> PAGE_BITS]![(record & MASK) * COLUMNS + at] = value;
  }

  /** Writes address, port and peer id. */
  name(record: number, ip: Uint8Array, port: number, peerId: Uint8Array): void {
    const bytes = this.#bytes[record >> PAGE_BITS]!;
    const at = (record & MASK) * this.#width;
    bytes.set(ip, at);
    bytes[at + this.stride - 2] = port >> 8;
    bytes[at + this.stride - 1] = port;
    bytes.set(peerId, at + this.stride);
  }

  /** Whether a record is of this address; `port` null: of any port. */
  isAt(record: number, ip: Uint8Array, port: number | null): boolean {
    const bytes = this.#bytes[record >> PAGE_BITS]!;
    const at = (record & MASK) * this.#width;
    const length = this.stride - 2;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== ip[i]) return false;
    if (port === null) return true;
    return bytes[at + length] === port >> 8 && bytes[at + length + 1] === (port & 0xff);
  }

  /** Copies the compact endpoint to `out` at `to`. */
  copyEndpoint(record: number, out: Uint8Array, to: number): void {
    const bytes = this.#bytes[record >> PAGE_BITS]!;
    const at = (record & MASK) * this.#width;
    for (let i = 0; i < this.stride; i++) out[to + i] = bytes[at + i]!;
  }

  /** A view of the address. */
  ip(record: number): Uint8Array {
    const at = (record & MASK) * this.#width;
    return this.#bytes[record >> PAGE_BITS]!.subarray(at, at + this.stride - 2);
  }

  /** A view of compact endpoint and peer id. */
  entry(record: number): Uint8Array {
    const at = (record & MASK) * this.#width;
    return this.#bytes[record >> PAGE_BITS]!.subarray(at, at + this.#width);
  }
}
