/** Writes in calls of bounded size, all at once: complete, and over only when the last call is. */
import assert from 'node:assert/strict';
import fs, { closeSync, openSync, readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, describe, it } from 'mocha';
import { writeFully } from '../../../src/reactors/node/file-io.ts';
import { callBytesMaxOf } from '../../../src/reactors/node/write-calls.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const KIB = 1024;
type Heard = (error: Error | null, written: number) => void;

describe('reactors/node/file-io', () => {
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
