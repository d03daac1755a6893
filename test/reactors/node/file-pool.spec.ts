/** The cap on open files: held under load, idle ones closed first, pinned ones never (F-24). */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { describe, it } from 'mocha';
import { FilePool, PooledFile } from '../../../src/reactors/node/files/file-pool.ts';
import type { FilePin } from '../../../src/reactors/node/files/file-pool.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { usePlace } from './tools.ts';

describe('FilePool', () => {
  const place = usePlace();
  const files = (count: number): PooledFile[] =>
    Array.from({ length: count }, (_, i) => new PooledFile(place.folder, [`${i}`]));
  const turns = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  it('keeps to openFilesMax while forty jobs share four', async () => {
    const pool = new FilePool(4);
    const all = files(40);
    await Promise.all(
      all.map(async (file) => {
        const pin = await pool.pin(file, 'write');
        await turns(2);
        fs.writeSync(pin.fd, file.path[0]!);
        pool.unpin(pin);
      }),
    );
    assert.equal(pool.openCountPeak, 4);
    assert.deepEqual(
      all.map(({ path }) => fs.readFileSync(`${place.folder}/${path[0]!}`, 'utf8')),
      all.map(({ path }) => path[0]),
    );
    pool.stop();
  });

  it('closes the least recently used, and never what is pinned', async () => {
    const pool = new FilePool(2);
    const [a, b, c] = files(3) as [PooledFile, PooledFile, PooledFile];
    const pinned = await pool.pin(a, 'write');
    pool.unpin(await pool.pin(b, 'write'));
    pool.unpin(await pool.pin(c, 'write')); // closes b, though a is older
    assert.deepEqual(
      [a.pins.write === pinned, b.pins.write === null, c.pins.write !== null],
      [true, true, true],
    );
    pool.unpin(pinned);
    pool.unpin(await pool.pin(b, 'write')); // closes a: idle now, and older than c
    assert.equal(a.pins.write, null);
    pool.stop();
  });

  it('opens a file once for many, and shares a writer with readers', async () => {
    const pool = new FilePool(8);
    const [a] = files(1) as [PooledFile];
    const pins = await Promise.all(Array.from({ length: 5 }, () => pool.pin(a, 'write')));
    pins.push(await pool.pin(a, 'read'));
    assert.equal(new Set(pins).size, 1);
    for (const pin of pins) pool.unpin(pin);
    assert.equal(pool.openCount, 1);
    pool.stop();
    await turns(5);
  });

  it('forgets a file that could not be opened', async () => {
    const pool = new FilePool(1);
    const [a] = files(1) as [PooledFile];
    const failures = await Promise.allSettled([pool.pin(a, 'read'), pool.pin(a, 'read')]);
    assert.deepEqual(
      failures.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(pool.openCount, 0);
    fs.writeFileSync(`${place.folder}/0`, '');
    pool.unpin(await pool.pin(a, 'read'));
    pool.stop();
  });

  it('closes a file that nobody has used for fileIdleTimeMax, to the millisecond, and opens it anew', async () => {
    const time = new ManualClock();
    const pool = new FilePool(8, undefined, { time, fileIdleTimeMax: 20_000 });
    const closed = async (): Promise<void> => {
      while (pool.openCount > 0) await turns(1);
    };
    const [a, b] = files(2) as [PooledFile, PooledFile];
    const held = await pool.pin(a, 'write');
    pool.unpin(await pool.pin(b, 'write'));
    assert.equal(time.counts.callLater, 1);
    time.advance(15_000);
    pool.unpin(await pool.pin(b, 'read')); // used again: its time begins anew
    assert.equal(time.counts.callLater, 1, 'the timer stays as it is');
    time.advance(19_999);
    assert.deepEqual([a.pins.write === held, b.pins.write !== null], [true, true]);
    time.advance(1);
    assert.deepEqual([a.pins.write === held, b.pins.write], [true, null], 'a is in use');
    assert.equal(time.pending, 0, 'nothing is idle, nothing is due');
    pool.unpin(held);
    time.advance(20_000);
    assert.equal(a.pins.write, null);
    await closed();
    const fresh = await pool.pin(a, 'write');
    assert.equal(fs.fstatSync(fresh.fd).size, 0);
    pool.unpin(fresh);
    assert.equal(time.pending, 1);
    pool.stop();
    assert.equal(time.pending, 0, 'stop leaves no timer');
    await closed();
  });

  it('evicts at once, or when the last pin goes', async () => {
    const pool = new FilePool(2);
    const [a] = files(1) as [PooledFile];
    const old = await pool.pin(a, 'write');
    await pool.evict(a);
    assert.equal(fs.fstatSync(old.fd).size, 0);
    const fresh: FilePin = await pool.pin(a, 'write');
    assert.notEqual(fresh, old);
    pool.unpin(old);
    pool.unpin(fresh);
    await pool.evict(a);
    while (pool.openCount > 0) await turns(1);
    pool.stop();
  });

  it('lets go of everything at stop, of pinned files when they are released', async () => {
    const pool = new FilePool(2);
    const [a, b, c] = files(3) as [PooledFile, PooledFile, PooledFile];
    const pin = await pool.pin(a, 'write');
    pool.unpin(await pool.pin(b, 'write'));
    const second = await pool.pin(b, 'write');
    const waiting = pool.pin(c, 'write');
    pool.stop();
    await assert.rejects(waiting);
    await assert.rejects(pool.pin(a, 'read'));
    assert.equal(fs.fstatSync(pin.fd).size, 0);
    pool.unpin(pin);
    pool.unpin(second);
    while (pool.openCount > 0) await turns(1);
  });
});
