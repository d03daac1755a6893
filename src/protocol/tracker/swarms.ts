/**
 * A tracker without a network: swarms by info-hash, and what an announce or a scrape is answered (BEP 3, 7, 48).
 *
 * Invariant: no swarm is kept empty, none holds a peer that has been silent for more than twice the interval when it is
 * asked for, and there are `swarmsMax` of them at most. The same calls with the same `now` and `Random` give the same
 * answers, so that a tracker and its swarm can run in one simulation.
 * Transports, encodings, connection ids and rate limits are outside.
 */
import type { Address, Millis, Random } from '../../core/index.ts';
import { byteText } from '../bencode/byte-text.ts';
import type { AnnounceQuery } from './announce-query.ts';
import { peersPerReplyMax, peersWantedDefault, swarmPeersMax, swarmsMax } from './limits.ts';
import type { SwarmPeer } from './swarm.ts';
import { Swarm } from './swarm.ts';
import type { ScrapeCounts } from './udp-reply.ts';

/** What an announce is answered. */
export interface AnnounceAnswer {
  /** Milliseconds. */
  readonly interval: Millis;
  readonly minInterval: Millis;
  readonly seeds: number;
  readonly leeches: number;
  readonly completed: number;
  /** Of the asker's own family first; of the other one as far as room is left and `families` is `both`. */
  readonly peers: readonly SwarmPeer[];
}

/** Why an announce is refused; the words go to the peer. */
export type AnnounceRefusal = 'torrent not registered with this tracker' | 'the tracker is full';

export interface SwarmsOptions {
  /** Milliseconds between announces that peers are asked for. */
  readonly interval: Millis;
  /** 20-byte info-hashes that are tracked; null: all. */
  readonly allowed: readonly Uint8Array[] | null;
  readonly swarmsMax?: number;
  readonly swarmPeersMax?: number;
}

export class Swarms {
  readonly #interval: Millis;
  readonly #swarmsMax: number;
  readonly #swarmPeersMax: number;
  readonly #allowed: ReadonlySet<string> | null;
  readonly #random: Random;
  readonly #swarms = new Map<string, Swarm>();
  #sweptAt: Millis = -Infinity;

  constructor(options: SwarmsOptions, random: Random) {
    this.#interval = options.interval;
    this.#swarmsMax = options.swarmsMax ?? swarmsMax;
    this.#swarmPeersMax = options.swarmPeersMax ?? swarmPeersMax;
    this.#allowed =
      options.allowed === null ? null : new Set(options.allowed.map((hash) => byteText(hash)));
    this.#random = random;
  }

  /** Torrents with peers. */
  get size(): number {
    return this.#swarms.size;
  }

  /** One announce of the peer at `host`, canonical, as the socket tells it. */
  announce(
    query: AnnounceQuery,
    host: string,
    families: 'own' | 'both',
    now: Millis,
  ): AnnounceAnswer | AnnounceRefusal {
    const hash = byteText(query.infoHash);
    if (this.#allowed !== null && !this.#allowed.has(hash)) {
      return 'torrent not registered with this tracker';
    }
    const address = { host, port: query.port };
    const swarm = this.#swarmOf(hash, query, now);
    if (swarm === null) return 'the tracker is full';
    const seed = query.left === 0;
    const peers: SwarmPeer[] = [];
    if (query.event === 'stopped') {
      swarm.remove(address, query.key);
      if (swarm.size === 0) this.#swarms.delete(hash);
    } else {
      if (query.event === 'completed') swarm.completed++;
      swarm.put({ address, peerId: query.peerId, key: query.key, seed }, now);
      this.#sample(swarm, address, seed, families, query.peersWanted, peers);
    }
    return {
      interval: this.#interval,
      minInterval: Math.floor(this.#interval / 2),
      seeds: swarm.seeds,
      leeches: swarm.leeches,
      completed: swarm.completed,
      peers,
    };
  }

  /** Counts of one torrent; zeros for one that is not known. */
  scrape(infoHash: Uint8Array, now: Millis): ScrapeCounts {
    const swarm = this.#swarms.get(byteText(infoHash));
    if (swarm === undefined) return { seeds: 0, completed: 0, leeches: 0 };
    swarm.expire(now - 2 * this.#interval);
    return { seeds: swarm.seeds, completed: swarm.completed, leeches: swarm.leeches };
  }

  /** Forgets the silent in every swarm. O(swarms and expired peers): for once an interval. */
  sweep(now: Millis): void {
    this.#sweptAt = now;
    for (const [hash, swarm] of this.#swarms) {
      swarm.expire(now - 2 * this.#interval);
      if (swarm.size === 0) this.#swarms.delete(hash);
    }
  }

  /** The swarm, swept; a new one where there is room; null where there is none. */
  #swarmOf(hash: string, query: AnnounceQuery, now: Millis): Swarm | null {
    if (now - this.#sweptAt >= this.#interval) this.sweep(now);
    const known = this.#swarms.get(hash);
    if (known !== undefined) {
      known.expire(now - 2 * this.#interval);
      return known;
    }
    const swarm = new Swarm(this.#swarmPeersMax);
    if (query.event === 'stopped') return swarm; // of nobody, and not kept
    if (this.#swarms.size >= this.#swarmsMax) return null;
    this.#swarms.set(hash, swarm);
    return swarm;
  }

  #sample(
    swarm: Swarm,
    self: Address,
    seed: boolean,
    families: 'own' | 'both',
    wanted: number | null,
    out: SwarmPeer[],
  ): void {
    const count = Math.min(wanted ?? peersWantedDefault, peersPerReplyMax);
    const own = self.host.includes(':') ? 'v6' : 'v4';
    const taken = swarm.sample(own, self, seed, count, this.#random, out);
    if (families === 'own') return;
    const other = own === 'v4' ? 'v6' : 'v4';
    swarm.sample(other, self, seed, count - taken, this.#random, out);
  }
}
