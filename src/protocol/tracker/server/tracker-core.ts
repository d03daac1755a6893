/**
 * A tracker without a network: rules, intervals and counts around a peer store (BEP 3, 7, 31, 48).
 *
 * Transports, encodings and connection ids are outside, storage behind a port. It is synchronous as far as its store is, and
 * draws chance only from the `Random` given: a tracker and its swarm can live in one simulation, and the very same
 * object serves sockets. Each question is answered exactly once. It never throws.
 */
import type { Millis, Random } from '../../../core/index.ts';
import type { AnnounceQuery } from '../announce-query.ts';
import { peersPerReplyMax } from '../limits.ts';
import type { ScrapeCounts } from '../udp-reply.ts';
import { TrackerCounters } from './counters.ts';
import { peersWantedDefault, portsRefused } from './limits.ts';
import type { PeerStore, StoreAnswer, StoreRefusal } from './peer-store.ts';
import type { Reachability } from './reachability.ts';
import type { RuleRefusal, TrackerRules } from './rules.ts';
import { openToAll, refusalBy } from './rules.ts';
import { tellablePeers } from './tellable-peers.ts';

/** Who asks, as the socket tells (S-48). */
export interface Asker {
  /** Canonical text of the address. */
  readonly host: string;
  /** The same as 4 or 16 bytes. */
  readonly ip: Uint8Array;
  /** The key that it has shown; null: none. */
  readonly passkey: string | null;
}

/** What a transport can carry. */
export interface AnnounceWish {
  readonly families: 'own' | 'both';
  readonly withIds: boolean;
}

/** An answer to an announce; what the store gave is borrowed until the call returns. */
export interface TrackerAnswer {
  /** Milliseconds, whole seconds. */
  readonly interval: Millis;
  readonly minInterval: Millis;
  readonly swarm: StoreAnswer;
}

/** Why there is none; the words go to the peer. */
export type TrackerRefusal =
  RuleRefusal | StoreRefusal | 'invalid port' | 'the tracker has lost its store';

export interface TrackerCoreOptions {
  /** Milliseconds between announces that peers are asked for. */
  readonly interval: Millis;
  /** Up to this share of the interval is added by chance, so that a crowd does not come back at once. 0.1 if not given. */
  readonly jitter?: number;
  /**
   * Whether who says that nothing is left is told of seeds as well when it starts. aria2 says so of a magnet link whose metadata
   * it does not have yet, and of seeds alone it can have it. Default: true.
   */
  readonly seedsAtStart?: boolean;
}

export class TrackerCore {
  readonly store: PeerStore;
  readonly counters: TrackerCounters = new TrackerCounters();
  /** Who cannot be reached, and is not told to others; null: nobody is tried. */
  reachability: Reachability | null = null;
  /** Replaced whole when lists were read again. */
  rules: TrackerRules = openToAll;
  readonly #interval: Millis;
  readonly #jitterSeconds: number;
  readonly #seedsAtStart: boolean;
  readonly #random: Random;

  constructor(store: PeerStore, options: TrackerCoreOptions, random: Random) {
    this.store = store;
    this.#interval = Math.max(1_000, Math.floor(options.interval / 1_000) * 1_000);
    this.#jitterSeconds = Math.floor((this.#interval / 1_000) * (options.jitter ?? 0.1));
    this.#seedsAtStart = options.seedsAtStart ?? true;
    this.#random = random.fork('interval');
  }

  /** Milliseconds; what peers are told is up to `jitter` more. */
  get interval(): Millis {
    return this.#interval;
  }

  announce(
    query: AnnounceQuery,
    asker: Asker,
    wish: AnnounceWish,
    now: Millis,
    told: (answer: TrackerAnswer | TrackerRefusal) => void,
  ): void {
    const { infoHash, peerId, port, key, event } = query;
    if (portsRefused.has(port)) return told('invalid port');
    const refusal = refusalBy(this.rules, asker.host, asker.passkey, infoHash);
    if (refusal !== null) return told(refusal);
    const most = Math.min(query.peersWanted ?? peersWantedDefault, peersPerReplyMax);
    const wanted = event === 'stopped' ? 0 : most;
    // More than are told, where some will be left out.
    const peersWanted =
      this.reachability === null ? wanted : Math.min(2 * wanted, peersPerReplyMax);
    const seed = query.left === 0;
    const wantsSeeds = !seed || (this.#seedsAtStart && event === 'started');
    const { ip } = asker;
    this.store.announce(
      { infoHash, ip, port, peerId, key, seed, wantsSeeds, event, peersWanted, ...wish },
      now,
      (swarm) => {
        if (swarm === null || typeof swarm === 'string') return told(this.#refused(swarm));
        const { reachability } = this;
        if (reachability === null) return told(this.#answer(swarm, event));
        told(this.#answer(reachableOf(swarm, ip.length, wanted, reachability), event));
        if (event !== 'stopped') reachability.announced(ip, port, now);
      },
    );
  }

  /** Counts in the order of the info-hashes; a torrent that rules keep out counts as unknown. */
  scrape(
    infoHashes: readonly Uint8Array[],
    asker: Asker,
    now: Millis,
    told: (counts: readonly ScrapeCounts[] | TrackerRefusal) => void,
  ): void {
    const refusal = refusalBy(this.rules, asker.host, asker.passkey, null);
    if (refusal !== null) return told(refusal);
    this.store.scrape(infoHashes, now, (counts) => {
      if (counts !== null) return told(counts);
      this.counters.storeLost++;
      told('the tracker has lost its store');
    });
  }

  #refused(refusal: StoreRefusal | null): TrackerRefusal {
    if (refusal !== null) return refusal;
    this.counters.storeLost++;
    return 'the tracker has lost its store';
  }

  #answer(swarm: StoreAnswer, event: AnnounceQuery['event']): TrackerAnswer {
    if (event !== 'none') this.counters.events[event]++;
    this.counters.peersTold += swarm.v4.endpoints.length / 6 + swarm.v6.endpoints.length / 18;
    const late = this.#jitterSeconds === 0 ? 0 : this.#random.below(this.#jitterSeconds + 1);
    const minInterval = Math.floor(this.#interval / 2_000) * 1_000;
    return { interval: this.#interval + 1_000 * late, minInterval, swarm };
  }
}

/** At most `wanted` peers, those of the asker's own family first, without those that cannot be reached. */
function reachableOf(
  swarm: StoreAnswer,
  ipLength: number,
  wanted: number,
  reachability: Reachability,
): StoreAnswer {
  if (ipLength === 4) {
    const v4 = tellablePeers(swarm.v4, 6, wanted, reachability);
    const left = wanted - v4.endpoints.length / 6;
    return { ...swarm, v4, v6: tellablePeers(swarm.v6, 18, left, reachability) };
  }
  const v6 = tellablePeers(swarm.v6, 18, wanted, reachability);
  const left = wanted - v6.endpoints.length / 18;
  return { ...swarm, v6, v4: tellablePeers(swarm.v4, 6, left, reachability) };
}
