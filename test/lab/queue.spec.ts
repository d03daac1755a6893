/**
 * Sweeps over BullMQ on a real Redis: the same files as threads make, nothing lost and nothing twice when a worker is
 * killed, the one who ordered breaks off, or the Redis forgets all.
 */
import assert from 'node:assert/strict';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import {
  ResultsFolder,
  cellsOf,
  collect,
  openLabQueue,
  readAxis,
  runTask,
  startLabWorker,
  sweep,
} from '../../src/lab/index.ts';
import type { LabQueue, LabWorker, SweepOutcome } from '../../src/lab/index.ts';
import { readRedisAddress } from '../../src/lab/queue/redis-address.ts';
import {
  jobName,
  pack,
  queueName,
  queuePrefix,
  readTask,
  unpack,
} from '../../src/lab/queue/orders.ts';
import { CliProcess } from '../support/cli-process.ts';
import { folderContents } from '../support/folder-contents.ts';
import { RedisServer, redisServer } from '../support/peers/redis.ts';
import { requireAll } from '../support/peers/requirements.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tinyScenario } from './tiny.ts';

const cells = cellsOf(tinyScenario(), [readAxis('population.0.play.picker=rarest-first,random')]);
const seeds = [1, 2, 3];
const all = cells.length * seeds.length;
/** Milliseconds; a worker of a test that is killed is missed so soon. */
const LOCK_TIME = 1500;

describe('lab: a queue', function () {
  this.timeout(300_000);
  const folder = tempFolder();
  let redis: RedisServer;
  let worker: LabWorker | null = null;
  let order: LabQueue | null = null;

  before(function () {
    requireAll(this, [redisServer]);
  });
  beforeEach(async () => {
    redis = await RedisServer.start(folder());
  });
  afterEach(async () => {
    await worker?.close();
    await order?.close();
    [worker, order] = [null, null];
    await redis.stop();
  });

  async function ordered(
    name: string,
    progress: (done: number) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<SweepOutcome> {
    order ??= await openLabQueue(redis.url);
    const kept = await ResultsFolder.create(folder(name));
    const outcome = await sweep({
      folder: kept,
      cells,
      seeds,
      run: order.run,
      progress,
      ...(signal === undefined ? {} : { signal }),
    });
    await collect(kept);
    return outcome;
  }

  async function asThreads(name: string): Promise<void> {
    for (const jobs of [1, 2]) {
      const kept = await ResultsFolder.create(folder(`threads-${jobs}`));
      await sweep({ folder: kept, cells, seeds, jobs });
      await collect(kept);
      const [ours, theirs] = [folder(name), folder(`threads-${jobs}`)];
      assert.deepEqual(await folderContents(ours), await folderContents(theirs));
    }
  }

  async function active(): Promise<number> {
    const connection = new Redis(redis.port, '127.0.0.1');
    const count = await connection.llen(`${queuePrefix}:${await queueName()}:active`);
    connection.disconnect();
    return count;
  }

  it('a worker that is killed in the middle loses nothing and doubles nothing; the files are those of threads', async () => {
    const victim = new CliProcess('test/lab/queue-worker.js', [redis.url, String(LOCK_TIME)]);
    await victim.says(/working/);
    const told: number[] = [];
    let left = -1;
    const killed = new Promise<void>((resolve, reject) => {
      void ordered('queue', (done) => {
        told.push(done);
        if (done !== 2) return;
        victim.kill('SIGKILL');
        victim.ended
          .then(active)
          .then((count) => (left = count))
          .then(() => startLabWorker(redis.url, { jobs: 2, lockTime: LOCK_TIME }))
          .then((started) => (worker = started))
          .catch(reject);
      }).then((outcome) => {
        assert.deepEqual(outcome, { ran: all, found: 0, left: 0 });
        resolve();
      }, reject);
    });
    await killed;
    assert.equal(left, 1, 'one run was under way when its worker was killed');
    assert.deepEqual(told, [...Array(all + 1).keys()]);
    await asThreads('queue');
  });

  it('who breaks off keeps what is done, and finds the rest; who orders twice gets it once', async () => {
    worker = await startLabWorker(redis.url, { jobs: 1 });
    const breaks = new AbortController();
    const first = await ordered(
      'a',
      (done) => (done === 3 ? breaks.abort() : undefined),
      breaks.signal,
    );
    assert(first.ran >= 3 && first.left > 0, JSON.stringify(first));
    const [rest, other] = await Promise.all([ordered('a'), ordered('b')]);
    assert.deepEqual([rest.found, rest.ran, rest.left], [first.ran, first.left, 0]);
    assert.deepEqual(other, { ran: all, found: 0, left: 0 });
    assert.deepEqual(await folderContents(folder('a')), await folderContents(folder('b')));
  });

  it('a Redis that is killed and forgets all costs time and no run', async () => {
    worker = await startLabWorker(redis.url, { jobs: 1, lockTime: LOCK_TIME });
    const told: string[] = [];
    order = await openLabQueue(redis.url, (line) => told.push(line));
    const again: Promise<void>[] = [];
    const outcome = await ordered('a', (done) => {
      if (done !== 2 || again.length > 0) return;
      const { port } = redis;
      const restart = async (): Promise<void> => {
        await redis.kill();
        redis = await RedisServer.start(folder(), [], port);
      };
      again.push(restart());
    });
    assert.equal(again.length, 1);
    assert.deepEqual(outcome, { ran: all, found: 0, left: 0 });
    assert(
      told.some((line) => line.includes('is away; waiting for it')),
      told.join('\n'),
    );
  });

  it('a task or an answer that is not what it says is refused', () => {
    const task = { scenario: tinyScenario(), seed: 1 };
    const name = jobName(task);
    assert.deepEqual(readTask(structuredClone(task), name), task);
    assert.throws(() => readTask(task, jobName({ ...task, seed: 2 })), /holds another task/);
    assert.throws(() => readTask({ ...task, code: 'x' }, name), /Unrecognized key/);
    assert.throws(() => readTask({ scenario: {}, seed: 1 }, name), /content/);
    const answer = runTask(task);
    assert.deepEqual(unpack(pack(answer), task), answer);
    assert.throws(() => unpack(pack(answer), { ...task, seed: 2 }), /of another run/);
    const old = { record: { ...answer.record!, version: '0.0.1' }, fault: null };
    assert.throws(() => unpack(pack(old), task), /of another version/);
    assert.throws(() => unpack('AAAA', task), /header/);
    const renamed = { ...task, scenario: tinyScenario({ name: 'mine' }) };
    assert.equal(unpack(pack(answer), renamed).record!.name, 'mine');
    const broken = { record: null, fault: { law: 'H1', detail: 'too soon' } };
    assert.deepEqual(unpack(pack(broken), task), broken);
  });

  it('an answer of somebody who lies is told, and not kept', async () => {
    const run = ordered('a');
    const connection = new Redis(redis.port, '127.0.0.1', { maxRetriesPerRequest: null });
    const liar = new Worker(await queueName(), () => Promise.resolve('mine'), {
      connection,
      prefix: queuePrefix,
    });
    await assert.rejects(run, /an answer that cannot be used came for [0-9a-f]{16}-\d/);
    await liar.close();
    connection.disconnect();
    assert.equal((await (await ResultsFolder.open(folder('a'))).runNames()).size, 0);
  });
});

describe('lab: the address of a queue', () => {
  it('takes a URL, keeps the password to itself, and says what is wrong', () => {
    assert.deepEqual(readRedisAddress('rediss://me:p%40ss@[::1]:7000/3', null), {
      host: '::1',
      port: 7000,
      username: 'me',
      password: 'p@ss',
      database: 3,
      encrypted: true,
      shown: '[::1]:7000',
    });
    const plain = readRedisAddress('redis://here', 'secret');
    assert.deepEqual([plain.port, plain.password, plain.shown], [6379, 'secret', 'here:6379']);
    const wrong = ['here:6379', 'http://here', 'redis://', 'redis://here/x', 'redis://here/0?a=1'];
    for (const url of [...wrong, 'redis://here/65536', 'redis://:%E0%A4@here']) {
      assert.throws(() => readRedisAddress(url, null), /^LabFault: --queue: .*; allowed is redis:/);
    }
  });
});
