/**
 * The store in Redis, against a real one: the contract of stores, two trackers on one database, and a Redis that is restarted
 * and has lost everything: trackers say so, and the swarm is whole again after one round of announces.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { createTracker } from '../../src/tracker/index.ts';
import type { Tracker } from '../../src/tracker/index.ts';
import { RedisStore } from '../../src/tracker/redis-store.ts';
import { redis, RedisServer } from '../support/peers/redis-server.ts';
import { requireAll } from '../support/peers/requirements.ts';
import { waitUntil } from '../support/peers/wait-until.ts';
import { describeStore } from '../support/store-contract.ts';
import { ANNOUNCE_TARGET } from '../support/tracker-desk.ts';

describe('tracker/redis-store', () => {
  let folder = '';
  let server: RedisServer | null = null;
  const open: RedisStore[] = [];

  before('a server', async function () {
    requireAll(this, [redis]);
    folder = await mkdtemp(join(tmpdir(), 'swarmwright-redis-'));
    server = await RedisServer.start(folder);
  });
  after('no server', async () => {
    await server?.stop();
    if (folder !== '') await rm(folder, { recursive: true, force: true });
  });

  describeStore({
    name: 'Redis',
    clock: false,
    runs: 8,
    make: async (limits) => {
      const store = await RedisStore.open(server!.url, limits, () => undefined);
      open.push(store);
      await store.flush();
      return store;
    },
    clear: async () => {
      await Promise.all(open.splice(0).map((store) => store.close()));
    },
  });

  async function get(tracker: Tracker, port: number): Promise<string> {
    const url = `${tracker.url}${ANNOUNCE_TARGET.slice('/announce'.length)}`;
    const answer = await fetch(url.replace('port=6881', `port=${port}`));
    return Buffer.from(await answer.arrayBuffer()).toString('latin1');
  }

  it('two trackers tell of each other’s peers; after a restart one round of announces heals the swarm', async () => {
    const warnings: string[] = [];
    const options = {
      store: server!.url,
      interval: 60_000,
      onWarning: (message: string) => warnings.push(message),
    };
    const trackers = [await createTracker(options), await createTracker(options)] as const;
    try {
      assert.match(await get(trackers[0], 1001), /incompletei1e.*5:peers0:e$/s);
      assert.ok((await get(trackers[1], 1002)).endsWith('5:peers6:\x7f\0\0\x01\x03\xe9e'));
      await server!.stop();
      const lost = await get(trackers[0], 1001);
      assert.match(lost, /failure reason30:the tracker has lost its store8:retry ini1ee/);
      assert.ok(trackers[0].statistics.storeLost >= 1);
      await server!.startAgain();
      // Each comes back when it is time; the first of them meet a tracker that is still looking for its Redis.
      for (const [i, tracker] of trackers.entries()) {
        await waitUntil(
          'the tracker finds its Redis again',
          async () => {
            const answer = await get(tracker, 1001 + i);
            return answer.includes('5:peers') ? { found: true } : { pending: answer };
          },
          { millis: 20_000, lost: () => null },
        );
      }
      assert.ok((await get(trackers[0], 1001)).endsWith('5:peers6:\x7f\0\0\x01\x03\xeae'));
      assert.ok(warnings.includes('the connection to Redis is lost'));
      assert.ok(warnings.includes('Redis answers again'));
    } finally {
      await Promise.all(trackers.map((tracker) => tracker.close()));
    }
  });

  it('without a Redis there is one clear error, and no tracker', async () => {
    const nobody = createTracker({ store: 'redis://:secret@127.0.0.1:1/0' });
    await assert.rejects(nobody, {
      code: 'SWARMWRIGHT_STORE_UNREACHABLE',
      message: /^no Redis at redis:\/\/127\.0\.0\.1:1\/0: /,
    });
    await assert.rejects(createTracker({ store: 'mysql://x' }), { code: 'SWARMWRIGHT_BAD_OPTION' });
  });
});
