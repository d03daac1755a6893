/**
 * The torrents of a store: by info-hash, and by a small number (slot) that records of peers carry.
 *
 * Invariant: a torrent without peers is not kept; slots of those that went are used again. Split into many small maps, so
 * that none of them ever takes long to grow.
 */
import { byteText } from '../../bencode/byte-text.ts';
import type { Family } from '../compact-peers.ts';
import type { SwarmRow } from './swarm-row.ts';

/** One torrent: a swarm for each family (BEP 7). */
export interface Torrent {
  readonly slot: number;
  /** The info-hash, one character per byte. */
  readonly name: string;
  readonly rows: Record<Family, SwarmRow | null>;
  /** `completed` events heard since it is kept. */
  completed: number;
}

const SHARDS = 64;

export class TorrentTable {
  readonly #shards: readonly Map<string, Torrent>[] = Array.from(
    { length: SHARDS },
    () => new Map<string, Torrent>(),
  );
  readonly #slots: (Torrent | null)[] = [];
  readonly #free: number[] = [];
  size = 0;

  find(infoHash: Uint8Array): Torrent | null {
    return this.#shardOf(infoHash[19]!).get(byteText(infoHash)) ?? null;
  }

  /** The torrent of a slot; null where the slot is free. */
  at(slot: number): Torrent | null {
    return this.#slots[slot] ?? null;
  }

  /** Slots, free ones included. */
  get slots(): number {
    return this.#slots.length;
  }

  add(infoHash: Uint8Array): Torrent {
    const slot = this.#free.pop() ?? this.#slots.length;
    const name = byteText(infoHash);
    const torrent = { slot, name, rows: { v4: null, v6: null }, completed: 0 };
    this.#slots[slot] = torrent;
    this.#shardOf(infoHash[19]!).set(name, torrent);
    this.size++;
    return torrent;
  }

  remove(torrent: Torrent): void {
    this.#slots[torrent.slot] = null;
    this.#free.push(torrent.slot);
    this.#shardOf(torrent.name.charCodeAt(19)).delete(torrent.name);
    this.size--;
  }

  #shardOf(byte: number): Map<string, Torrent> {
    return this.#shards[byte % SHARDS]!;
  }
}
