// No file for what is not wanted, and no byte lost: the part file on a real disk (features: part file; S-01, F-22).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { createRandom } from '../../../src/core/index.ts';
import type { StoreFault } from '../../../src/core/index.ts';
import { file, openStore, StoreUser, usePlace } from './tools.ts';
import type { Place } from './tools.ts';

const UNIT = 1000;
/** Borders of files lie inside units; the third has no bytes. */
const FILES = [
  file('T/a', 1500),
  file('T/b', 3700),
  file('T/none', 0),
  file('T/deep/c', 2300),
  file('.pad/500', 500, true),
  file('T/d', 1234),
];
const LENGTH = FILES.reduce((sum, { length }) => sum + length, 0);
const START = { a: 0, b: 1500, c: 5200, pad: 7500, d: 8000 };
const bytes = createRandom(3).bytes(LENGTH);
bytes.fill(0, START.pad, START.d);

async function select(store: StoreUser, ...wanted: number[]): Promise<StoreFault | null> {
  const answer = await store.ask((job) =>
    store.store.submit(
      { type: 'store-select', job, store: 0, wanted: Uint8Array.from(wanted) },
      { push: (input) => store.settle(input) },
    ),
  );
  return answer.fault;
}

/** Names below the folder, folders left out. */
function names(place: Place): string[] {
  return readdirSync(place.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.folder.length + 1))
    .sort();
}

async function assertHolds(store: StoreUser, start: number, end: number): Promise<void> {
  const { data, fault } = await store.read(start, end - start);
  assert.equal(fault, null);
  assert.deepEqual(Buffer.from(data!), Buffer.from(bytes.subarray(start, end)));
  const { digest } = await store.hash(start, end - start);
  const truth = createHash('sha1').update(bytes.subarray(start, end)).digest();
  assert.deepEqual(Buffer.from(digest!), truth, 'a hash reads both');
}

async function write(store: StoreUser, start: number, end: number): Promise<void> {
  assert.equal(await store.write(start, bytes.subarray(start, end)), null);
}

describe('part file', () => {
  const place = usePlace();
  const open = (): Promise<StoreUser> => openStore(place.reactor(), FILES, UNIT);

  it('is not made, nor is any file, where nothing is shared with what is not wanted', async () => {
    const store = await open();
    assert.equal(await select(store, 1, 0, 0, 0, 0, 0), null);
    await write(store, 0, 1000);
    assert.equal(await store.sync(), null);
    assert.deepEqual(names(place), ['T/a']);
  });

  it('takes the bytes of files that are not wanted, and gives them up when they are', async () => {
    const store = await open();
    assert.equal(await select(store, 1, 0, 0, 0, 0, 1), null);
    await write(store, 0, 2000);
    await write(store, 7000, LENGTH);
    assert.equal(await store.sync(), null);
    assert.deepEqual(names(place), ['.T.parts', 'T/a', 'T/d']);
    await assertHolds(store, 0, 2000);
    await assertHolds(store, 7000, LENGTH);
    assert.equal((await store.read(1999, 2)).fault, 'missing');
    assert.equal((await store.hash(2000, 1000)).fault, 'missing');

    assert.equal(await select(store, 1, 1, 1, 0, 0, 1), null);
    assert.deepEqual(names(place), ['.T.parts', 'T/a', 'T/b', 'T/d', 'T/none']);
    await assertHolds(store, 0, 2000);
    await assertHolds(store, 7000, LENGTH);
    const moved = readFileSync(join(place.folder, 'T/b')).subarray(0, 500);
    assert.deepEqual(moved, Buffer.from(bytes.subarray(1500, 2000)));

    assert.equal(await select(store, 1, 1, 1, 1, 1, 1), null);
    assert.deepEqual(names(place), ['T/a', 'T/b', 'T/d', 'T/deep/c', 'T/none'], 'it is gone');
    await assertHolds(store, 7000, LENGTH);
    assert.equal(await store.close(), null);
  });

  it('that went before it was synced, or while it is, is no fault of a sync (I-35)', async () => {
    for (let i = 0; i < 5; i++) {
      const store = await open();
      assert.equal(await select(store, 1, 0, 0, 0, 0, 0), null);
      await write(store, 1000, 2000);
      await assertHolds(store, 1000, 2000);
      assert.deepEqual(names(place), ['.T.parts', 'T/a']);
      const [early, selected, late] = await Promise.all([
        i < 3 ? store.sync() : null,
        select(store, 1, 1, 0, 0, 0, 0),
        store.sync(),
      ]);
      assert.deepEqual([early, selected, late], [null, null, null]);
      assert.deepEqual(names(place), ['T/a', 'T/b']);
      await assertHolds(store, 1000, 2000);
      assert.equal(await store.sync(), null);
      assert.equal(await store.close(), null);
      unlinkSync(join(place.folder, 'T/b'));
    }
  });

  it('keeps what could not be put on the device in its place: a file that was deleted underneath (F-21)', async () => {
    const store = await open();
    await select(store, 1, 1, 0, 0, 0, 0);
    await write(store, 1000, 2000);
    await store.sync();
    unlinkSync(join(place.folder, 'T/b'));
    assert.equal(await select(store, 1, 0, 0, 0, 0, 0), null);
    await write(store, 1000, 2000);
    assert.equal(
      await select(store, 1, 1, 0, 0, 0, 0),
      'missing',
      'T/b is open, and nobody sees it',
    );
    assert.equal(await select(store, 1, 1, 0, 0, 0, 0), null);
    await assertHolds(store, 1000, 2000);
    assert.deepEqual(names(place), ['T/a', 'T/b']);
    assert.equal(await store.close(), null);
  });

  it('is as long as what is in it, not as the torrent', async () => {
    const gigabyte = 1_000_000_000;
    const files = [file('T/big', 40 * gigabyte), file('T/small', 10)];
    const store = await openStore(place.reactor(), files, 1 << 20);
    const answer = await store.ask((job) =>
      store.store.submit(
        { type: 'store-select', job, store: 0, wanted: Uint8Array.of(0, 1) },
        { push: (input) => store.settle(input) },
      ),
    );
    assert.equal(answer.fault, null);
    assert.equal(await store.write(40 * gigabyte - 100, bytes.subarray(0, 110)), null);
    assert.equal(await store.sync(), null);
    assert.equal(statSync(join(place.folder, 'T/small')).size, 10);
    assert(statSync(join(place.folder, '.T.parts')).size < 3 * (1 << 20));
  });

  it('is found again by the next run, told of a selection or not', async () => {
    const first = await open();
    await select(first, 1, 0, 0, 0, 0, 0);
    await write(first, 1000, 2000);
    assert.equal(await first.close(), null);
    const second = await open();
    await select(second, 1, 0, 0, 0, 0, 0);
    await assertHolds(second, 1000, 2000);
    assert.equal(await second.close(), null);
    const third = await open();
    await assertHolds(third, 1000, 2000);
    assert.equal(await third.close(), null);
    assert.deepEqual(names(place), ['T/a', 'T/b'], 'all are wanted: the bytes are in place');
  });

  it('leaves a file alone that exists: it is used where it is, and never overwritten', async () => {
    mkdirSync(join(place.folder, 'T'));
    const store = await open();
    await select(store, 1, 0, 0, 0, 0, 0);
    await write(store, 1000, 2000);
    await store.sync();
    // Somebody puts the real file there.
    writeFileSync(join(place.folder, 'T/b'), Buffer.alloc(3700, 7));
    assert.equal(await select(store, 1, 1, 0, 0, 0, 0), null);
    assert.deepEqual(readFileSync(join(place.folder, 'T/b')), Buffer.alloc(3700, 7));
    assert.deepEqual(names(place), ['T/a', 'T/b']);
    assert.equal(await select(store, 1, 0, 0, 0, 0, 0), null);
    await write(store, 1500, 2500);
    await store.sync();
    assert.deepEqual(names(place), ['T/a', 'T/b'], 'deselected, it goes on to be used');
    await assertHolds(store, 1500, 2500);
  });

  it('moves what was written of a piece, be it half of one', async () => {
    const store = await open();
    await select(store, 0, 0, 0, 0, 0, 0);
    await write(store, 2000, 2300);
    assert.equal(await select(store, 0, 1, 0, 0, 0, 0), null);
    await assertHolds(store, 2000, 2300);
  });

  it('makes a file of no length when it is wanted, and not before', async () => {
    const store = await open();
    assert.equal(await select(store, 0, 0, 0, 0, 0, 0), null);
    assert.deepEqual(names(place), []);
    assert.equal(await select(store, 0, 0, 1, 0, 0, 0), null);
    assert.deepEqual(names(place), ['T/none']);
  });

  it('tells a selection that cannot be carried out, and loses nothing by it (F-22)', async () => {
    const store = await open();
    await select(store, 1, 0, 0, 0, 0, 0);
    await write(store, 1000, 2000);
    await store.sync();
    mkdirSync(join(place.folder, 'elsewhere'));
    // The folder of the third file is a link to another one (S-01).
    symlinkSync(join(place.folder, 'elsewhere'), join(place.folder, 'T/deep'));
    await write(store, 5000, 6000);
    assert.equal(await select(store, 1, 0, 0, 1, 0, 0), 'denied');
    assert.deepEqual(readdirSync(join(place.folder, 'elsewhere')), []);
    await assertHolds(store, 1000, 2000);
    await assertHolds(store, 5000, 6000);
  });

  it('is never what somebody else has put under its name', async () => {
    writeFileSync(join(place.folder, '.T.parts'), 'a diary, longer than any header would be');
    const store = await open();
    assert.equal(await select(store, 1, 0, 0, 0, 0, 0), 'denied');
    assert.equal(
      readFileSync(join(place.folder, '.T.parts'), 'utf8'),
      'a diary, longer than any header would be',
    );
    const unaware = await open();
    await write(unaware, 0, LENGTH);
    await assertHolds(unaware, 0, LENGTH);
    assert.equal(await unaware.close(), null);
  });

  it('that was torn, or whose table lies, yields wrong or missing bytes and no harm', async () => {
    const path = join(place.folder, '.T.parts');
    const first = await open();
    await select(first, 1, 0, 0, 1, 0, 0);
    await write(first, 1000, 2000);
    await write(first, 5000, 6000);
    assert.equal(await first.close(), null);
    const good = readFileSync(path);
    for (let cut = 0; cut <= good.length; cut += cut < 100 ? 1 : 397) {
      writeFileSync(path, good);
      truncateSync(path, cut);
      const store = await open();
      const fault = await select(store, 1, 0, 0, 1, 0, 0);
      assert.equal(fault, null, `cut to ${cut}`);
      const { data } = await store.read(1500, 500);
      if (data !== null)
        assert.deepEqual(Buffer.from(data), Buffer.from(bytes.subarray(1500, 2000)));
      await write(store, 1000, 2000);
      await assertHolds(store, 1000, 2000);
      assert.equal(await store.close(), null);
    }
    for (const entry of [0xffffffff, 2, 9, 10, 11]) {
      const lying = Buffer.from(good);
      for (let unit = 0; unit < 10; unit++) lying.writeUInt32BE(entry, 24 + 4 * unit);
      writeFileSync(path, lying);
      const store = await open();
      assert.equal(await select(store, 1, 0, 0, 1, 0, 0), null);
      await write(store, 1000, 2000);
      await write(store, 5000, 6000);
      await assertHolds(store, 1000, 2000);
      await assertHolds(store, 5000, 6000);
      assert.equal(await store.close(), null);
    }
  });

  it('does as one byte array does, whatever is selected in between', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.tuple(fc.constant('write'), fc.nat(9), fc.nat(63)) },
      fc.tuple(fc.constant('select'), fc.nat(9), fc.nat(63)),
      fc.tuple(fc.constant('reopen'), fc.nat(9), fc.nat(63)),
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
        const root = join(place.folder, String(round++));
        mkdirSync(root);
        const reactor = place.reactor({ root });
        let store = await openStore(reactor, FILES, UNIT);
        const held = new Set<number>();
        for (const [kind, unit, mask] of steps) {
          if (kind === 'write') {
            await write(store, unit * UNIT, Math.min(LENGTH, (unit + 1) * UNIT));
            held.add(unit);
          } else if (kind === 'select') {
            const wanted = FILES.map((_, i) => (mask >> i) & 1);
            assert.equal(await select(store, ...wanted), null);
          } else {
            assert.equal(await store.close(), null);
            store = await openStore(reactor, FILES, UNIT);
            // Whoever restarts has the same selection, or all.
            if (mask % 2 === 0) assert.equal(await select(store, 1, 0, 0, 1, 0, 0), null);
          }
          for (const each of held) {
            await assertHolds(store, each * UNIT, Math.min(LENGTH, (each + 1) * UNIT));
          }
        }
        assert.equal(await store.close(), null);
        assert(existsSync(root));
      }),
      { numRuns: 30 },
    );
  });
});
