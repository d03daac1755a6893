/** Threads that hash: every task is answered once, in whatever order and whatever becomes of its thread. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { HashPool } from '../../../src/reactors/node/hashing/hash-pool.ts';
import type { HashRange, HashTask } from '../../../src/reactors/node/hashing/hash-worker.ts';

const KIB = 1024;
const LENGTH = 700 * KIB;

describe('HashPool', () => {
  const data = Uint8Array.from({ length: LENGTH }, (_, i) => (i * 7 + (i >> 9)) & 255);
  let folder = '';
  let fd = -1;
  let pool: HashPool;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'swarmwright-hash-pool-'));
    writeFileSync(join(folder, 'f'), data);
    fd = openSync(join(folder, 'f'), 'r');
    pool = new HashPool(2);
  });

  afterEach(() => {
    pool.stop();
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  const task = (...ranges: HashRange[]): HashTask => ({ algorithm: 'sha1', ranges });
  const range = (offset: number, length: number): HashRange => ({ fd, offset, length });
  const sha1 = (...parts: Uint8Array[]): string => {
    const hash = createHash('sha1');
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  };
  const hex = (digest: Uint8Array | null): string => Buffer.from(digest ?? []).toString('hex');

  it('answers each of a hundred tasks with its own digest, on two threads', async () => {
    const tasks = Array.from({ length: 100 }, (_, i) => ({ at: i * 7 * KIB, length: 1 + i * 61 }));
    const answers = await Promise.all(tasks.map((t) => pool.hash(task(range(t.at, t.length)))));
    answers.forEach(({ digest, fault }, i) => {
      const { at, length } = tasks[i]!;
      assert.equal(fault, null);
      assert.equal(hex(digest), sha1(data.subarray(at, at + length)));
    });
    assert.equal(pool.threadCount, 2);
    assert.equal(pool.taskCount, 100);
  });

  it('takes ranges and zeros in their order as one message, longer than its buffer', async () => {
    const zeros = { fd: -1, offset: 0, length: 300 * KIB };
    const { digest } = await pool.hash(task(range(0, LENGTH), zeros, range(5, 6)));
    assert.equal(hex(digest), sha1(data, new Uint8Array(300 * KIB), data.subarray(5, 11)));
  });

  it('a range over the end of its file is missing, and so is nothing else', async () => {
    const [over, whole] = await Promise.all([
      pool.hash(task(range(LENGTH - 1, 2))),
      pool.hash(task(range(0, LENGTH))),
    ]);
    assert.deepEqual(over, { digest: null, fault: 'missing' });
    assert.equal(whole.fault, null);
  });

  it('one task starts one thread', async () => {
    await pool.hash(task(range(0, 1)));
    await pool.hash(task(range(0, 1)));
    assert.equal(pool.threadCount, 1);
  });

  it('a thread that breaks down is an io fault of what it had, and others do the rest', async () => {
    const broken = { algorithm: 'nothing that hashes' } as unknown as HashTask;
    const answers = await Promise.all([
      pool.hash(broken),
      ...Array.from({ length: 20 }, () => pool.hash(task(range(0, LENGTH)))),
    ]);
    assert.deepEqual(answers[0], { digest: null, fault: 'io' });
    assert.notEqual(pool.lastError, '');
    const right = answers.filter(({ digest }) => hex(digest) === sha1(data)).length;
    const lost = answers.filter(({ fault }) => fault === 'io').length;
    assert.equal(right + lost, 21, 'every task was answered');
    assert(lost <= 2, 'only what the thread had been handed is lost');
    assert.equal((await pool.hash(task(range(0, 3)))).fault, null);
  });

  it('what is under way and what waits is answered when it stops, and what comes later', async () => {
    const asked = Array.from({ length: 9 }, () => pool.hash(task(range(0, LENGTH))));
    pool.stop();
    for (const { digest, fault } of await Promise.all(asked)) {
      assert.deepEqual([digest, fault], [null, 'io']);
    }
    assert.equal(pool.threadCount, 0);
    assert.equal((await pool.hash(task(range(0, 1)))).fault, 'closed');
  });
});
