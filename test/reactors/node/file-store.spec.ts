/** Stores on real files: boundaries, padding, gathering, order, faults (F-16, F-17, F-21, F-22, S-07, S-37). */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import type { ReactorTime, StoreFault } from '../../../src/core/index.ts';
import { SharedStores, FileStores } from '../../../src/reactors/node/files/file-stores.ts';
import { defaultNodeLimits } from '../../../src/reactors/node/index.ts';
import type { NodeLimits } from '../../../src/reactors/node/index.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { file, openStore, usePlace } from './tools.ts';

const KIB = 1024;
const pattern = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17 + (i >> 8)) & 0xff);
const sha1 = (...parts: Uint8Array[]): string => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const hex = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');

describe('FileStore', () => {
  const made: SharedStores[] = [];
  const mounts: string[] = [];
  // Before the place removes its folder.
  afterEach(() => {
    for (const shared of made.splice(0)) shared.stop();
    for (const mounted of mounts.splice(0)) execFileSync('umount', ['-l', mounted]);
  });
  const place = usePlace();
  const stores = (
    limits: Partial<NodeLimits> = {},
    time: ReactorTime = new ManualClock(),
  ): { shared: SharedStores; stores: FileStores } => {
    const shared = new SharedStores({ ...defaultNodeLimits, ...limits }, time);
    made.push(shared);
    return { shared, stores: new FileStores(place.folder, shared) };
  };
  const path = (name: string): string => join(place.folder, name);
  const content = (name: string): Uint8Array => new Uint8Array(fs.readFileSync(path(name)));
  /** A small file system of its own, where we may mount one. */
  const mount = (name: string, options: string): boolean => {
    fs.mkdirSync(path(name));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path(name)], {
        stdio: 'ignore',
      });
    } catch {
      console.log('      (skipped: no right to mount a file system here)');
      return false;
    }
    mounts.push(path(name));
    return true;
  };

  it('lays one byte array over many files, folders and lengths', async () => {
    const files = [file('a/b/one', 5), file('a/empty', 0), file('two', 20_000), file('a/three', 7)];
    const store = await openStore(stores().stores, files, 8 * KIB);
    const data = pattern(20_012);
    assert.equal(await store.write(0, data), null);
    const { data: middle } = await store.read(3, 20_000);
    assert.deepEqual(new Uint8Array(middle!), data.slice(3, 20_003));
    assert.equal(await store.close(), null);
    assert.deepEqual(content('a/b/one'), data.subarray(0, 5));
    assert.deepEqual(content('two'), data.subarray(5, 20_005));
    assert.deepEqual(content('a/three'), data.subarray(20_005));
    assert.equal(content('a/empty').length, 0);
  });

  it('touches no disk before the first write, and makes empty files with it or with a sync', async () => {
    const { stores: family } = stores();
    const store = await openStore(family, [file('x/data', 10), file('x/empty', 0)], 10);
    assert.equal((await store.read(0, 1)).fault, 'missing');
    assert.equal(await store.sync(), null);
    assert.deepEqual(fs.readdirSync(place.folder), []);
    await store.write(3, pattern(2));
    assert.equal(await store.sync(), null);
    assert.deepEqual(fs.readdirSync(path('x')).sort(), ['data', 'empty']);
    const nothing = await openStore(family, [file('y/only', 0)], 10);
    assert.equal(await nothing.sync(), null);
    assert.deepEqual(fs.readdirSync(path('y')), ['only']);
  });

  it('padding reads and hashes as zeros, is never written and never exists', async () => {
    const files = [
      file('a', 1000),
      file('.pad/1', 24, true),
      file('b', 1000),
      file('.pad/2', 24, true),
    ];
    const { stores: family } = stores();
    const store = await openStore(family, files, KIB);
    const [a, b, zeros] = [pattern(1000, 1), pattern(1000, 2), new Uint8Array(24)];
    await store.write(0, a); // the padding is not written at all
    assert.equal(hex((await store.hash(0, KIB)).digest), sha1(a, zeros));
    await store.write(KIB, Buffer.concat([b, Buffer.alloc(24, 0xff)])); // or with somebody's rubbish
    assert.deepEqual([...(await store.read(KIB + 990, 34)).data!], [...b.subarray(990), ...zeros]);
    assert.equal(hex((await store.hash(KIB, KIB)).digest), sha1(b, zeros));
    assert.equal(await store.sync(), null);
    assert.equal(hex((await store.hash(0, 2 * KIB)).digest), sha1(a, zeros, b, zeros));
    assert.deepEqual(
      [...(await store.read(900, 200)).data!],
      [...a.subarray(900), ...zeros, ...b.subarray(0, 76)],
    );
    assert.deepEqual(fs.readdirSync(place.folder).sort(), ['a', 'b']);
  });

  it('leaves a longer file as long as it is, and its tail untouched', async () => {
    const long = pattern(100, 9);
    fs.writeFileSync(path('f'), long);
    const store = await openStore(stores().stores, [file('f', 10)], 10);
    assert.equal(hex((await store.hash(0, 10)).digest), sha1(long.subarray(0, 10)));
    await store.write(0, pattern(10));
    assert.equal(await store.close(), null);
    assert.deepEqual(content('f'), new Uint8Array([...pattern(10), ...long.subarray(10)]));
  });

  it('hashes in memory what was just written, without a thread, and what is on disk with one', async () => {
    const { shared, stores: family } = stores();
    const store = await openStore(family, [file('f', 64 * KIB)], 64 * KIB);
    const data = pattern(64 * KIB);
    for (let at = 0; at < data.length; at += 16 * KIB) {
      void store.write(at, data.subarray(at, at + 16 * KIB));
    }
    const { digest } = await store.hash(0, data.length);
    assert.equal(hex(digest), sha1(data));
    assert.deepEqual(content('f'), data, 'in the file when the digest is told');
    assert.equal(shared.threads.taskCount, 0);
    assert.equal(hex((await store.hash(1000, 5000)).digest), sha1(data.subarray(1000, 6000)));
    assert.equal(shared.threads.taskCount, 1);
    const { digest: sha256 } = await store.hash(0, data.length, 'sha256');
    assert.equal(hex(sha256), createHash('sha256').update(data).digest('hex'));
  });

  it('hashes a range over more files than may be pinned', async () => {
    const files = Array.from({ length: 40 }, (_, i) => file(`d/${i}`, 10));
    const { shared, stores: family } = stores({ openFilesMax: 2 });
    const store = await openStore(family, files, 400);
    const data = pattern(400);
    await store.write(0, data);
    assert.equal(await store.sync(), null);
    assert.equal(hex((await store.hash(0, 400)).digest), sha1(data));
    assert.equal(hex((await store.hash(3, 390)).digest), sha1(data.subarray(3, 393)));
    assert.ok(shared.pool.openCountPeak <= 2);
  });

  it('files that nobody uses are closed after fileIdleTimeMax, and found again by the next job', async () => {
    const time = new ManualClock();
    const { shared, stores: family } = stores({ readAheadBytes: 0 }, time);
    const store = await openStore(family, [file('a', 10), file('b', 10)], 20);
    const data = pattern(20);
    const open = (): number => shared.pool.openCount;
    await store.write(0, data);
    assert.equal(await store.sync(), null);
    assert.equal(open(), 2);
    time.advance(defaultNodeLimits.fileIdleTimeMax);
    while (open() > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(hex((await store.read(0, 20)).data), hex(data));
    await store.write(0, data);
    assert.equal(await store.sync(), null);
    assert.ok(open() > 0);
  });

  it('a fresh torrent of 2,000 pieces is known to be missing without asking a thread', async () => {
    const { shared, stores: family } = stores();
    fs.writeFileSync(path('short'), pattern(16 * KIB * 3 + 1));
    const files = [file('short', 16 * KIB * 1000), file('absent', 16 * KIB * 1000)];
    const store = await openStore(family, files, 16 * KIB);
    const answers = await Promise.all(
      Array.from({ length: 2000 }, (_, i) => store.hash(i * 16 * KIB, 16 * KIB)),
    );
    assert.deepEqual(
      answers.slice(0, 3).map(({ fault }) => fault),
      [null, null, null],
    );
    assert.ok(answers.slice(3).every(({ fault }) => fault === 'missing'));
    assert.equal(shared.threads.taskCount, 3);
    fs.writeFileSync(path('absent'), pattern(16 * KIB));
    assert.equal((await store.hash(1000 * 16 * KIB, 16 * KIB)).fault, null, 'looked for anew');
  });

  it('reads of one turn that are adjacent become one, and each gets its own', async () => {
    const data = pattern(100 * KIB);
    fs.writeFileSync(path('f'), data);
    const { shared, stores: family } = stores({ readMergeBytesMax: 40 * KIB });
    const store = await openStore(family, [file('f', 120 * KIB)], 16 * KIB);
    const order = [3, 0, 1, 2, 5, 2];
    const answers = await Promise.all(order.map((i) => store.read(i * 10 * KIB, 10 * KIB)));
    answers.forEach(({ data: got }, i) => {
      const at = order[i]! * 10 * KIB;
      assert.deepEqual(new Uint8Array(got!), data.slice(at, at + 10 * KIB));
    });
    // Over the end of a short file: only those beyond it fail, although they were read together.
    const faults = await Promise.all([8, 9, 10].map((i) => store.read(i * 10 * KIB, 10 * KIB)));
    assert.deepEqual(
      faults.map(({ fault }) => fault),
      [null, null, 'missing'],
    );
    assert.equal((await store.read(95 * KIB, 10 * KIB)).fault, 'missing');
    assert.equal((await store.read(0, 0)).data?.length, 0);
    assert.ok(shared.pool.openCount >= 1);
  });

  it('memory is bounded: incomplete extents spill, the oldest first, and nothing is lost', async () => {
    const { shared, stores: family } = stores({
      gatherBytesMax: 64 * KIB,
      unwrittenBytesMax: 256 * KIB,
    });
    const store = await openStore(family, [file('f', 16 * 16 * KIB)], 16 * KIB);
    const data = pattern(16 * 16 * KIB);
    const half = (i: number, second: boolean): [number, Uint8Array] => {
      const at = i * 16 * KIB + (second ? 8 * KIB : 0);
      return [at, data.subarray(at, at + 8 * KIB)];
    };
    for (let i = 0; i < 16; i++) assert.equal(await store.write(...half(i, false)), null);
    assert.ok(shared.memory.heldBytes <= 256 * KIB);
    const { data: first } = await store.read(0, 8 * KIB);
    assert.deepEqual(new Uint8Array(first!), data.slice(0, 8 * KIB));
    // The first are written incomplete, though nobody asked for it.
    const size = (): number => (fs.existsSync(path('f')) ? fs.statSync(path('f')).size : 0);
    while (size() < 8 * KIB) await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 16; i++) void store.write(...half(i, true));
    const digests = await Promise.all(
      Array.from({ length: 16 }, (_, i) => store.hash(i * 16 * KIB, 16 * KIB)),
    );
    digests.forEach(({ digest }, i) => {
      assert.equal(
        hex(digest),
        sha1(data.subarray(i * 16 * KIB, (i + 1) * 16 * KIB)),
        `extent ${i}`,
      );
    });
    assert.equal(await store.close(), null);
    assert.equal(shared.memory.heldBytes, 0);
  });

  it('writes are answered late while more than unwrittenBytesMax is held', async () => {
    const { shared, stores: family } = stores({ unwrittenBytesMax: 64 * KIB });
    const store = await openStore(family, [file('f', 640 * KIB)], 32 * KIB);
    let answered = 0;
    const all = Array.from({ length: 20 }, async (_, i) => {
      await store.write(i * 32 * KIB, new Uint8Array(32 * KIB));
      answered++;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(answered, 2, 'two extents fit');
    await Promise.all(all);
    assert.ok(shared.memory.heldBytes <= 64 * KIB);
  });

  it('extents beyond partBytesMax are gathered in parts and hash as one', async () => {
    const store = await openStore(
      stores({ partBytesMax: 16 * KIB }).stores,
      [file('f', 100_000)],
      100_000,
    );
    const data = pattern(100_000);
    void store.write(50_000, data.subarray(50_000));
    void store.write(0, data.subarray(0, 50_000));
    assert.equal(hex((await store.hash(0, 100_000)).digest), sha1(data));
  });

  it('same range, order of submission: each read and hash sees what was before it', async () => {
    const store = await openStore(stores().stores, [file('f', 32 * KIB)], 16 * KIB);
    const asked: Promise<unknown>[] = [];
    for (let round = 1; round <= 30; round++) {
      const data = pattern(16 * KIB, round);
      asked.push(store.write(8 * KIB, data).then((fault) => assert.equal(fault, null)));
      asked.push(
        store
          .hash(8 * KIB, 16 * KIB)
          .then(({ digest }) => assert.equal(hex(digest), sha1(data), `${round}`)),
        store.read(9 * KIB, 3000).then((answer) => {
          assert.deepEqual(new Uint8Array(answer.data!), data.slice(KIB, KIB + 3000), `${round}`);
        }),
      );
    }
    await Promise.all(asked);
  });

  it('keeps nothing of the bytes it was lent', async () => {
    const store = await openStore(stores().stores, [file('f', 100)], 100);
    const lent = pattern(100);
    const done = store.write(0, lent);
    lent.fill(0xee);
    await done;
    assert.deepEqual(new Uint8Array((await store.read(0, 100)).data!), pattern(100));
  });

  it('S-37: bytes nobody wrote are zeros or missing, never old memory', async () => {
    const { stores: family } = stores({ gatherBytesMax: 16 * KIB });
    const dirty = await openStore(family, [file('dirty', 64 * KIB)], 16 * KIB);
    await dirty.write(0, new Uint8Array(64 * KIB).fill(0xaa));
    await dirty.close(); // its buffers are reused from here on
    const store = await openStore(family, [file('f', 64 * KIB)], 16 * KIB);
    await store.write(20 * KIB, new Uint8Array(KIB).fill(1));
    assert.equal(await store.sync(), null);
    const size = fs.statSync(path('f')).size;
    assert.equal(size, 21 * KIB);
    assert.ok((await store.read(0, 20 * KIB)).data!.every((byte) => byte === 0));
    assert.equal((await store.read(20 * KIB, 2 * KIB)).fault, 'missing');
  });

  it('answers `closed` after close, to every kind of job', async () => {
    const store = await openStore(stores().stores, [file('f', 10)], 10);
    const last = store.write(0, pattern(10));
    assert.equal(await store.close(), null);
    assert.equal(await last, null);
    assert.deepEqual(content('f'), pattern(10));
    const faults = [
      await store.write(0, pattern(1)),
      (await store.read(0, 1)).fault,
      (await store.hash(0, 1)).fault,
      await store.sync(),
      await store.close(),
    ];
    assert.deepEqual(faults, Array(5).fill('closed'));
  });

  it('S-07: a link in the folder is refused as `denied`, and what it points to is untouched', async () => {
    fs.mkdirSync(path('out'));
    fs.writeFileSync(path('out/secret'), 'secret');
    fs.mkdirSync(path('in'));
    fs.symlinkSync('../out', path('in/folder'));
    fs.symlinkSync('../out/secret', path('in/file'));
    const { shared } = stores();
    const family = new FileStores(path('in'), shared);
    for (const name of ['folder/secret', 'file', 'folder/new']) {
      const store = await openStore(family, [file(name, 6)], 6);
      assert.equal((await store.read(0, 6)).fault, 'denied', name);
      await store.write(0, pattern(6));
      assert.equal((await store.hash(0, 6)).fault, 'denied', name);
    }
    assert.deepEqual(fs.readdirSync(path('out')), ['secret']);
    assert.equal(fs.readFileSync(path('out/secret'), 'utf8'), 'secret');
  });

  it('S-01: refuses names that are no names', async () => {
    for (const wrong of [[], [''], ['..', 'x'], ['a', '..'], ['.'], ['a/b'], ['a\0']]) {
      const opened = openStore(stores().stores, [{ path: wrong, length: 1, padding: false }], 1);
      await assert.rejects(opened, /denied/, JSON.stringify(wrong));
    }
  });

  it('F-22: seeds from a folder that cannot be written, and says `denied` to writes', async function () {
    if (!mount('ro', 'size=1m')) return this.skip();
    fs.writeFileSync(path('ro/f'), pattern(5000));
    execFileSync('mount', ['-o', 'remount,ro', path('ro')]);
    const { shared } = stores();
    const store = await openStore(
      new FileStores(path('ro'), shared),
      [file('f', 5000), file('g', 10)],
      5000,
    );
    assert.equal(hex((await store.hash(0, 5000)).digest), sha1(pattern(5000)));
    assert.deepEqual(new Uint8Array((await store.read(10, 10)).data!), pattern(5000).slice(10, 20));
    await store.write(5000, pattern(10));
    assert.equal((await store.hash(5000, 10)).fault, 'denied');
    assert.equal(await store.close(), null, 'told once');
  });

  it('F-16: a full disk is `full` at the hash, the sync and the close, and passes', async function () {
    if (!mount('small', 'size=256k')) return this.skip();
    const { shared } = stores();
    const store = await openStore(
      new FileStores(path('small'), shared),
      [file('f', 512 * KIB)],
      64 * KIB,
    );
    fs.writeFileSync(path('small/ballast'), new Uint8Array(128 * KIB));
    const faults: (StoreFault | null)[] = [];
    for (let i = 0; i < 3; i++) {
      await store.write(i * 64 * KIB, pattern(64 * KIB, i));
      faults.push((await store.hash(i * 64 * KIB, 64 * KIB)).fault);
    }
    assert.deepEqual(faults.slice(0, 1), [null]);
    assert.ok(faults.includes('full'), faults.join());
    await store.write(3 * 64 * KIB, pattern(64 * KIB, 3));
    assert.equal(await store.sync(), 'full');
    fs.unlinkSync(path('small/ballast'));
    await store.write(3 * 64 * KIB, pattern(64 * KIB, 4)); // again, now that there is room
    assert.equal(
      hex((await store.hash(3 * 64 * KIB, 64 * KIB)).digest),
      sha1(pattern(64 * KIB, 4)),
    );
    assert.equal(await store.sync(), null);
    assert.equal(await store.close(), null);
  });

  it('a lost write is never hashed as if it were there', async () => {
    fs.mkdirSync(path('f')); // a folder where the file should be
    const { stores: family } = stores({ gatherBytesMax: 0 });
    const store = await openStore(family, [file('f', 10)], 10);
    await store.write(0, pattern(5));
    assert.equal(await store.sync(), 'denied');
    fs.rmdirSync(path('f'));
    fs.writeFileSync(path('f'), new Uint8Array(10));
    assert.equal((await store.hash(0, 10)).fault, 'denied');
    assert.equal((await store.hash(0, 10)).fault, null, 'told once');
  });

  it('F-21: a file deleted underneath is missing at the next check, one cut is too', async () => {
    const store = await openStore(stores().stores, [file('f', 1000)], 1000);
    await store.write(0, pattern(1000));
    assert.equal(await store.sync(), null);
    fs.truncateSync(path('f'), 999);
    assert.equal((await store.hash(0, 1000)).fault, 'missing');
    assert.equal((await store.read(0, 1000)).fault, 'missing');
    fs.unlinkSync(path('f'));
    assert.equal((await store.hash(0, 999)).fault, 'missing');
    fs.writeFileSync(path('f'), pattern(1000, 5));
    assert.equal(hex((await store.hash(0, 1000)).digest), sha1(pattern(1000, 5)));
    await store.write(0, pattern(1000));
    assert.equal(await store.sync(), null);
    fs.unlinkSync(path('f')); // while we hold it open for writing: what follows goes nowhere
    await store.write(0, pattern(1000));
    assert.equal(await store.sync(), 'missing');
    await store.write(0, pattern(1000));
    assert.equal(await store.sync(), null);
    assert.deepEqual(content('f'), pattern(1000));
  });

  it('shares its bounds between roots', async () => {
    const reactor = place.reactor({ limits: { openFilesMax: 3 } });
    const users = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        openStore(reactor.fileStores(path(`r${i}`)), [file('f', 100)], 100),
      ),
    );
    await Promise.all(users.map((user, i) => user.write(0, pattern(100, i))));
    assert.deepEqual(await Promise.all(users.map((user) => user.close())), Array(8).fill(null));
    users.forEach((_, i) => assert.deepEqual(content(`r${i}/f`), pattern(100, i)));
  });

  it('a job outside the store is our bug', async () => {
    const store = await openStore(stores().stores, [file('f', 10)], 10);
    await assert.rejects(store.read(5, 6), { code: 'SWARMWRIGHT_BUG' });
    await assert.rejects(store.write(10, new Uint8Array(1)), { code: 'SWARMWRIGHT_BUG' });
  });
});
