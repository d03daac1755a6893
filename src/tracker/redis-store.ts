/**
 * The peer store that several trackers share: a Redis database, one script per announce.
 *
 * While Redis cannot be reached every question is answered with `null` at once, nothing is queued, and the connection is
 * tried again by itself; a Redis that lost its memory fills up again with the next announces, within one interval. Bounds by
 * torrent and host are kept inside the script; `torrentsMax`, `peersMax` and `hostPeersMax` are Redis' own `maxmemory`.
 * The only door of `ioredis`, an optional package that is loaded when a store is opened.
 */
import type { Redis } from 'ioredis';
import type { Millis } from '../core/index.ts';
import type { PeerStore, ScrapeCounts, StoreAnnounce } from '../protocol/index.ts';
import type { StoreAnswer, StoreRefusal, TrackerLimits } from '../protocol/index.ts';
import { trackerLimitsDefault } from '../protocol/index.ts';
import { ANNOUNCE_SCRIPT, KEYS_OF_TORRENT, SCRAPE_SCRIPT, torrentKeys } from './redis-script.ts';
import { trackerError } from './tracker-error.ts';

/** Milliseconds. */
const CONNECT_TIME_MAX = 3_000;
const ANSWER_TIME_MAX = 2_000;
const RETRY_TIME_MAX = 1_000;

type Script = (...words: readonly (string | number | Uint8Array)[]) => Promise<unknown>;

export class RedisStore implements PeerStore {
  readonly #redis: Redis;
  readonly #limits: TrackerLimits;
  readonly #announce: Script;
  readonly #scrape: Script;
  /** Nobody knows without asking every key. */
  readonly size: { readonly torrents: number; readonly peers: number } = {
    torrents: NaN,
    peers: NaN,
  };

  private constructor(redis: Redis, limits: Partial<TrackerLimits>) {
    this.#redis = redis;
    this.#limits = { ...trackerLimitsDefault, ...limits };
    redis.defineCommand('swarmwrightAnnounce', {
      numberOfKeys: KEYS_OF_TORRENT,
      lua: ANNOUNCE_SCRIPT,
    });
    redis.defineCommand('swarmwrightScrape', { numberOfKeys: KEYS_OF_TORRENT, lua: SCRAPE_SCRIPT });
    const scripts = redis as unknown as Readonly<Record<string, Script>>;
    this.#announce = scripts['swarmwrightAnnounceBuffer']!.bind(redis);
    this.#scrape = scripts['swarmwrightScrape']!.bind(redis);
  }

  /** Rejects with a `TrackerError` where the package is missing or nobody answers. */
  static async open(
    url: string,
    limits: Partial<TrackerLimits>,
    onWarning: (message: string) => void,
  ): Promise<RedisStore> {
    const client = await loadClient();
    const redis = new client(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_TIME_MAX,
      commandTimeout: ANSWER_TIME_MAX,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      retryStrategy: (times: number) => Math.min(50 * times, RETRY_TIME_MAX),
    });
    let reason = 'nobody answers';
    redis.on('error', (error: Error) => {
      reason = error.message;
    });
    try {
      await redis.connect();
      await redis.ping();
    } catch {
      redis.disconnect();
      const message = `no Redis at ${withoutSecrets(url)}: ${reason}`;
      throw trackerError('SWARMWRIGHT_STORE_UNREACHABLE', message);
    }
    redis.on('close', () => onWarning('the connection to Redis is lost'));
    redis.on('ready', () => onWarning('Redis answers again'));
    return new RedisStore(redis, limits);
  }

  announce(
    announce: StoreAnnounce,
    _now: Millis,
    told: (answer: StoreAnswer | StoreRefusal | null) => void,
  ): void {
    const { silenceMax, torrentPeersMax, torrentHostPeersMax } = this.#limits;
    const { infoHash, ip, port, peerId, key, seed, event, peersWanted } = announce;
    this.#announce(
      ...torrentKeys(infoHash),
      silenceMax,
      torrentPeersMax,
      torrentHostPeersMax,
      ip.length === 4 ? 4 : 6,
      Buffer.from([...ip, port >> 8, port & 255]),
      Buffer.from(peerId),
      keyBytes(key),
      seed ? 1 : 0,
      event,
      peersWanted,
      announce.families === 'both' ? 1 : 0,
      announce.withIds ? 1 : 0,
      announce.wantsSeeds ? 1 : 0,
    ).then(
      (reply) => told(readReply(reply)),
      () => told(null),
    );
  }

  scrape(
    infoHashes: readonly Uint8Array[],
    _now: Millis,
    told: (counts: readonly ScrapeCounts[] | null) => void,
  ): void {
    const { silenceMax } = this.#limits;
    Promise.all(
      infoHashes.map(async (infoHash) => {
        const reply = await this.#scrape(...torrentKeys(infoHash), silenceMax);
        const [seeds = 0, leeches = 0, completed = 0] = reply as number[];
        return { seeds, leeches, completed };
      }),
    ).then(told, () => told(null));
  }

  /** Redis forgets by itself, and each announce a few. */
  sweep(): boolean {
    return false;
  }

  /** Forgets everything in the database. For tests. */
  async flush(): Promise<void> {
    await this.#redis.flushdb();
  }

  async close(): Promise<void> {
    this.#redis.removeAllListeners('close');
    this.#redis.removeAllListeners('ready');
    try {
      await this.#redis.quit();
    } catch {
      this.#redis.disconnect();
    }
  }
}

async function loadClient(): Promise<typeof Redis> {
  try {
    return (await import('ioredis')).Redis;
  } catch {
    const message = '--store redis:// needs the package ioredis, which is not installed';
    throw trackerError('SWARMWRIGHT_STORE_PACKAGE', message);
  }
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}

function keyBytes(key: number | null): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(key ?? 0);
  return bytes;
}

function readReply(reply: unknown): StoreAnswer | StoreRefusal {
  if (!Array.isArray(reply)) return 'too many peers at this address';
  const [seeds, leeches, completed, v4, ids4, v6, ids6] = reply as [
    ...counts: [number, number, number],
    ...bytes: [Buffer, Buffer, Buffer, Buffer],
  ];
  return {
    seeds,
    leeches,
    completed,
    v4: { endpoints: v4, ids: ids4 },
    v6: { endpoints: v6, ids: ids6 },
  };
}
