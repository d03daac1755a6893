/** Writes in calls of bounded size, all at once: complete, and over only when the last call is. */
import assert from 'node:assert/strict';
import fs, {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { writeFully } from '../../../src/reactors/node/files/file-io.ts';
import { FileStores, SharedStores } from '../../../src/reactors/node/files/file-stores.ts';
import { defaultNodeLimits } from '../../../src/reactors/node/index.ts';
import { callBytesMaxOf } from '../../../src/reactors/node/files/write-calls.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { file, openStore } from './tools.ts';

const KIB = 1024;
type Heard = (error: Error | null, written: number) => void;

describe('reactors/node/files/file-io', () => {
  const folder = tempFolder();
  const realWrite = fs.write;
  afterEach(() => {
    fs.write = realWrite;
    syncBuiltinESMExports();
  });

  for (const length of [0, 1, 256 * KIB - 1, 256 * KIB, 256 * KIB + 1, 1024 * KIB + 333]) {
    it(`writes all of ${length} bytes where they belong`, async () => {
      const data = Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 9)) & 0xff);
      const fd = openSync(folder(`f${length}`), 'w+');
      await writeFully(fd, data, 5, 256 * KIB);
      closeSync(fd);
      const found = readFileSync(folder(`f${length}`));
      assert.equal(found.length, length === 0 ? 0 : length + 5);
      assert(found.subarray(5).equals(data));
    });
  }

  it('in memory a call takes all, elsewhere and where nobody knows 64 KiB', async () => {
    assert.equal(await callBytesMaxOf('/dev/shm'), Infinity);
    assert.equal(await callBytesMaxOf('/proc'), 64 * KIB);
    assert.equal(await callBytesMaxOf(folder('nowhere')), 64 * KIB);
  });

  it('a store writes a piece in calls as its file system wants them, and where files end', async function () {
    if (!existsSync('/dev/shm')) this.skip();
    const memory = mkdtempSync('/dev/shm/swarmwright-test-');
    const calls: number[] = [];
    const counted = (...args: unknown[]): void => {
      calls.push(args[3] as number);
      (realWrite as (...args: unknown[]) => void)(...args);
    };
    fs.write = counted as unknown as typeof fs.write;
    syncBuiltinESMExports();
    const shared = new SharedStores(defaultNodeLimits, new ManualClock());
    try {
      const lengths = [1000 * KIB, 24 * KIB];
      for (const root of [memory, folder()]) {
        calls.length = 0;
        const files = lengths.map((length, i) => file(`f${i}`, length));
        const store = await openStore(new FileStores(root, shared), files, 1024 * KIB);
        assert.equal(await store.write(0, new Uint8Array(1024 * KIB).fill(7)), null);
        assert.equal(await store.close(), null);
        const most = await callBytesMaxOf(root);
        const parts = lengths.map((length) => Math.ceil(length / Math.min(length, most)));
        assert.equal(calls.length, parts[0]! + parts[1]!, `in ${root}: ${calls.join(', ')}`);
        assert.equal(Math.max(...calls), Math.min(1000 * KIB, most));
        assert(lengths.every((length, i) => statSync(join(root, `f${i}`)).size === length));
      }
    } finally {
      shared.stop();
      rmSync(memory, { recursive: true });
    }
  });

  it('a device without room fails it', async () => {
    const fd = openSync('/dev/full', 'w');
    await assert.rejects(writeFully(fd, new Uint8Array(700 * KIB), 0, 256 * KIB), {
      code: 'ENOSPC',
    });
    closeSync(fd);
  });

  it('no call is larger than it may be, and a failure is told when the last call has ended, not before', async () => {
    const calls: { readonly at: number; readonly length: number; readonly heard: Heard }[] = [];
    const fake = (
      _fd: number,
      _data: Uint8Array,
      at: number,
      length: number,
      _position: number,
      heard: Heard,
    ): void => void calls.push({ at, length, heard });
    fs.write = fake as unknown as typeof fs.write;
    syncBuiltinESMExports();
    let told: unknown = null;
    const writing = writeFully(3, new Uint8Array(900 * KIB), 0, 256 * KIB).catch(
      (error: unknown) => {
        told = error;
      },
    );
    assert.deepEqual(
      calls.map(({ at, length }) => [at / KIB, length / KIB]),
      [
        [0, 256],
        [256, 256],
        [512, 256],
        [768, 132],
      ],
    );
    const failure = new Error('broken');
    calls[1]!.heard(failure, 0);
    calls[3]!.heard(null, 132 * KIB);
    calls[0]!.heard(null, 100 * KIB); // goes on with the rest of it
    assert.equal(calls.length, 5);
    assert.deepEqual([calls[4]!.at / KIB, calls[4]!.length / KIB], [100, 156]);
    calls[2]!.heard(null, 256 * KIB);
    await new Promise(setImmediate);
    assert.equal(told, null, 'one call is still reading from the data');
    calls[4]!.heard(null, 156 * KIB);
    await writing;
    assert.equal(told, failure);
  });
});
