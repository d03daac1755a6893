/**
 * The peers of one info-hash, as a tracker knows them.
 *
 * Invariant: each entry stands in `#peers` under its endpoint, and once in the pool of its family and kind, at the index
 * it holds; `#peers` is ordered by last announce, so that expiring looks at nobody who stays.
 * Announce, removal and expiry of one peer are O(1); a sample of k is O(k), whatever the size of the swarm: a partial
 * shuffle of the pool itself, whose order means nothing.
 * It knows no clock but `now`, and neither info-hash nor transport.
 */
import { copyOf } from '../../core/index.ts';
import type { Address, Millis, Random } from '../../core/index.ts';
import type { Family } from './compact-peers.ts';

/** A peer as others are told of it. */
export interface SwarmPeer {
  readonly address: Address;
  /** 20 bytes, ours. */
  readonly peerId: Uint8Array;
}

interface Entry extends SwarmPeer {
  readonly key: number | null;
  readonly family: Family;
  seed: boolean;
  /** Index in its pool. */
  at: number;
  announcedAt: Millis;
}

/** What a peer tells about itself. */
export interface SwarmAnnounce {
  readonly address: Address;
  readonly peerId: Uint8Array;
  readonly key: number | null;
  readonly seed: boolean;
}

export class Swarm {
  readonly #peers = new Map<string, Entry>();
  readonly #pools: Record<Family, { readonly seeds: Entry[]; readonly leeches: Entry[] }> = {
    v4: { seeds: [], leeches: [] },
    v6: { seeds: [], leeches: [] },
  };
  readonly #peersMax: number;
  /** `completed` events heard. */
  completed = 0;

  constructor(peersMax: number) {
    this.#peersMax = peersMax;
  }

  get size(): number {
    return this.#peers.size;
  }

  get seeds(): number {
    return this.#pools.v4.seeds.length + this.#pools.v6.seeds.length;
  }

  get leeches(): number {
    return this.#pools.v4.leeches.length + this.#pools.v6.leeches.length;
  }

  /** Adds a peer, or renews it. A full swarm forgets the peer that has been silent longest. */
  put(peer: SwarmAnnounce, now: Millis): void {
    const name = nameOf(peer.address);
    const known = this.#peers.get(name);
    if (known === undefined) {
      if (this.#peers.size >= this.#peersMax) this.#removeOldest();
    } else {
      this.#remove(name, known);
    }
    const entry: Entry = {
      address: peer.address,
      peerId: copyOf(peer.peerId),
      key: peer.key,
      family: peer.address.host.includes(':') ? 'v6' : 'v4',
      seed: peer.seed,
      at: 0,
      announcedAt: now,
    };
    const pool = this.#poolOf(entry);
    entry.at = pool.length;
    pool.push(entry);
    this.#peers.set(name, entry);
  }

  /** True where the peer was there and left. One with a key leaves by its key only (S-48). */
  remove(address: Address, key: number | null): boolean {
    const name = nameOf(address);
    const entry = this.#peers.get(name);
    if (entry === undefined || (entry.key !== null && entry.key !== key)) return false;
    this.#remove(name, entry);
    return true;
  }

  /** Forgets peers that have not announced since `before`. */
  expire(before: Millis): void {
    for (const [name, entry] of this.#peers) {
      if (entry.announcedAt >= before) return;
      this.#remove(name, entry);
    }
  }

  /**
   * Pushes up to `count` peers of `family`, chosen at random, each once: never `self`, and no seeds for a seed, who has
   * no use for them. Returns how many.
   */
  sample(
    family: Family,
    self: Address,
    forSeed: boolean,
    count: number,
    random: Random,
    out: SwarmPeer[],
  ): number {
    const { seeds, leeches } = this.#pools[family];
    const own = this.#peers.get(nameOf(self));
    let fromSeeds = 0;
    let fromLeeches = 0;
    let pushed = 0;
    while (pushed < count) {
      const seedsLeft = forSeed ? 0 : seeds.length - fromSeeds;
      const left = seedsLeft + leeches.length - fromLeeches;
      if (left === 0) break;
      const draw = random.below(left);
      const entry =
        draw < seedsLeft
          ? bring(seeds, fromSeeds, fromSeeds++ + draw)
          : bring(leeches, fromLeeches, fromLeeches++ + draw - seedsLeft);
      if (entry === own) continue;
      out.push(entry);
      pushed++;
    }
    return pushed;
  }

  #poolOf(entry: Entry): Entry[] {
    const pools = this.#pools[entry.family];
    return entry.seed ? pools.seeds : pools.leeches;
  }

  #removeOldest(): void {
    for (const [name, entry] of this.#peers) {
      this.#remove(name, entry);
      return;
    }
  }

  #remove(name: string, entry: Entry): void {
    this.#peers.delete(name);
    const pool = this.#poolOf(entry);
    const last = pool.pop()!;
    if (last === entry) return;
    pool[entry.at] = last;
    last.at = entry.at;
  }
}

function nameOf(address: Address): string {
  return `${address.host} ${address.port}`;
}

/** Swaps the entry at `from` to `to`, and gives it. */
function bring(pool: Entry[], to: number, from: number): Entry {
  const entry = pool[from]!;
  const other = pool[to]!;
  pool[from] = other;
  other.at = from;
  pool[to] = entry;
  entry.at = to;
  return entry;
}
