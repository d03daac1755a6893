/** Hashing and answering in turns: sliced, in order, silent after stop. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { InlineHasher } from '../../../src/reactors/node/hashing/inline-hash.ts';
import { Lanes } from '../../../src/reactors/node/files/lanes.ts';
import { TurnQueue } from '../../../src/reactors/node/turn-queue.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('InlineHasher', () => {
  it('hashes in slices: the loop turns meanwhile, and digests come in order', async () => {
    const hasher = new InlineHasher();
    const large = new Uint8Array(64 * 1024 * 1024).fill(3);
    const digests: string[] = [];
    for (const data of [large, new Uint8Array(0), large.subarray(0, 5)]) {
      hasher.hash(data, 'sha256', (digest) => digests.push(Buffer.from(digest).toString('hex')));
    }
    let turns = 0;
    for (; digests.length < 3; turns++) await turn();
    assert.ok(turns > 3, `${turns} turns`);
    const expected = [large, new Uint8Array(0), large.subarray(0, 5)].map((data) =>
      createHash('sha256').update(data).digest('hex'),
    );
    assert.deepEqual(digests, expected);
  });

  it('tells nothing after stop', async () => {
    const hasher = new InlineHasher();
    hasher.hash(new Uint8Array(1), 'sha1', () => assert.fail('told'));
    hasher.stop();
    hasher.hash(new Uint8Array(1), 'sha1', () => assert.fail('told'));
    await turn();
  });
});

describe('TurnQueue', () => {
  it('calls in order from a later turn, and what a call adds one turn later', async () => {
    const queue = new TurnQueue();
    const order: number[] = [];
    queue.push(() => {
      order.push(1);
      queue.push(() => order.push(3));
    });
    queue.push(() => order.push(2));
    assert.deepEqual(order, []);
    await turn();
    assert.deepEqual(order, [1, 2]);
    await turn();
    assert.deepEqual(order, [1, 2, 3]);
  });

  it('a call may stop it', async () => {
    const queue = new TurnQueue();
    queue.push(() => queue.stop());
    queue.push(() => assert.fail('called'));
    await turn();
    queue.push(() => assert.fail('called'));
    await turn();
  });
});

describe('Lanes', () => {
  it('runs as many as it has, in order', async () => {
    const lanes = new Lanes(2);
    const log: string[] = [];
    let running = 0;
    const jobs = [0, 1, 2, 3, 4].map(
      (i) =>
        new Promise<void>((resolve) => {
          lanes.run(async () => {
            running++;
            assert.ok(running <= 2);
            log.push(`${i}`);
            await turn();
            running--;
            resolve();
          });
        }),
    );
    assert.deepEqual(log, ['0', '1']);
    await Promise.all(jobs);
    assert.equal(log.join(''), '01234');
  });
});
