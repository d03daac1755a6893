/**
 * How fast the stores are on their own: the same announces to the one in memory and to the one in Redis, 64 at once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/core/index.ts';
import type { PeerStore } from '../../src/protocol/index.ts';
import { MemoryStore } from '../../src/protocol/index.ts';
import { loadInfoHash } from '../../src/tracker/index.ts';
import { RedisStore } from '../../src/tracker/redis-store.ts';
import { redis, RedisServer } from '../../test/support/peers/redis-server.ts';

const OUTSTANDING = 64;
const TORRENTS = 1_000;

/** Announces per second of each store; null for Redis where it is not installed. */
export async function benchStores(
  seconds: number,
): Promise<{ readonly memory: number; readonly redis: number | null }> {
  const limits = { torrentHostPeersMax: 1_000, hostPeersMax: 1_000_000 };
  const memory = await announces(new MemoryStore(limits, createRandom(1)), seconds);
  if (redis.missing() !== null) return { memory, redis: null };
  const folder = await mkdtemp(join(tmpdir(), 'swarmwright-bench-redis-'));
  const server = await RedisServer.start(folder);
  try {
    const store = await RedisStore.open(server.url, limits, () => undefined);
    const rate = await announces(store, seconds);
    await store.close();
    return { memory, redis: rate };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function announces(store: PeerStore, seconds: number): Promise<number> {
  const peerId = new TextEncoder().encode('-SW0001-abcdefghijkl');
  const until = performance.now() + 1_000 * seconds;
  let done = 0;
  const one = (i: number): Promise<void> =>
    new Promise((resolve) => {
      store.announce(
        {
          infoHash: loadInfoHash((i * 7_919) % TORRENTS),
          ip: Uint8Array.of(10, i >>> 16, i >>> 8, i),
          port: 6_881,
          peerId,
          key: 1,
          seed: i % 4 === 0,
          wantsSeeds: i % 4 !== 0,
          event: 'none',
          peersWanted: 50,
          families: 'own',
          withIds: false,
        },
        performance.now(),
        () => resolve(),
      );
    });
  const lane = async (first: number): Promise<void> => {
    for (let i = first; performance.now() < until; i += OUTSTANDING) {
      await one(i % 50_000);
      done++;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: OUTSTANDING }, (_, i) => lane(i)));
  return Math.round((1_000 * done) / (performance.now() - began));
}
