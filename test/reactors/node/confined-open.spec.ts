/** S-01, S-07, F-23: no way out of the root, whatever lies in it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import {
  hasDescriptorPaths,
  isPlainName,
  openConfined,
} from '../../../src/reactors/node/files/confined-open.ts';
import type { OpenMode } from '../../../src/reactors/node/files/confined-open.ts';
import { codeOf, storeFaultOf } from '../../../src/reactors/node/faults.ts';
import { usePlace } from './tools.ts';

/** Races per way of opening; `npm run test:long` runs the 10,000 of row F-23 each. */
const SWAPS = Number(process.env['SWAP_ROUNDS'] ?? 2000);

const ways = hasDescriptorPaths ? [true, false] : [false];

for (const byDescriptor of ways) {
  describe(`openConfined, ${byDescriptor ? 'relative to descriptors' : 'by checked path'}`, () => {
    const place = usePlace();
    const attempt = async (
      path: string,
      mode: OpenMode,
      root = join(place.folder, 'root'),
    ): Promise<string> => {
      try {
        fs.closeSync(await openConfined(root, path.split('/'), mode, byDescriptor));
        return 'open';
      } catch (error) {
        return storeFaultOf(error);
      }
    };
    const outside = (name = ''): string => join(place.folder, 'outside', name);
    const prepare = (): void => {
      fs.mkdirSync(join(place.folder, 'root'));
      fs.mkdirSync(outside());
      fs.writeFileSync(outside('target'), 'secret');
    };

    it('makes root, folders and file to write, never to read', async () => {
      assert.equal(await attempt('a/b/c', 'read'), 'missing');
      assert.equal(fs.existsSync(join(place.folder, 'root')), false);
      assert.equal(await attempt('a/b/c', 'write'), 'open');
      assert.equal(await attempt('a/b/c', 'read'), 'open');
      assert.equal(await attempt('a/x', 'read'), 'missing');
      assert.equal(fs.readFileSync(join(place.folder, 'root/a/b/c'), 'utf8'), '');
    });

    it('never cuts a file', async () => {
      prepare();
      fs.writeFileSync(join(place.folder, 'root/f'), 'content');
      assert.equal(await attempt('f', 'write'), 'open');
      assert.equal(fs.readFileSync(join(place.folder, 'root/f'), 'utf8'), 'content');
    });

    it('follows no link, as the file or on the way to it', async () => {
      prepare();
      const root = join(place.folder, 'root');
      fs.symlinkSync(outside('target'), join(root, 'file'));
      fs.symlinkSync(outside('new'), join(root, 'dangling'));
      fs.symlinkSync(outside(), join(root, 'folder'));
      fs.symlinkSync('../..', join(root, 'up'));
      fs.symlinkSync('loop', join(root, 'loop'));
      fs.mkdirSync(join(root, 'real'));
      fs.symlinkSync('../../outside', join(root, 'real/deep'));
      const paths = [
        'file',
        'dangling',
        'folder/target',
        'folder/new',
        'up/outside/target',
        'loop',
        'loop/x',
      ];
      for (const path of [...paths, 'real/deep/target', 'real/deep/new']) {
        for (const mode of ['read', 'write'] as const) {
          assert.equal(await attempt(path, mode), 'denied', `${mode} ${path}`);
        }
      }
      assert.deepEqual(fs.readdirSync(outside()), ['target']);
      assert.equal(fs.readFileSync(outside('target'), 'utf8'), 'secret');
    });

    it('accepts a root that is a link', async () => {
      prepare();
      const link = join(place.folder, 'link');
      fs.symlinkSync('root', link);
      assert.equal(await attempt('a/b', 'write', link), 'open');
      assert.equal(fs.existsSync(join(place.folder, 'root/a/b')), true);
    });

    it('opens regular files alone, and does not hang on a pipe', async () => {
      prepare();
      fs.mkdirSync(join(place.folder, 'root/d'));
      execFileSync('mkfifo', [join(place.folder, 'root/pipe')]);
      for (const mode of ['read', 'write'] as const) {
        assert.equal(await attempt('d', mode), 'denied', mode);
        assert.equal(await attempt('pipe', mode), 'denied', mode);
        assert.equal(await attempt('pipe/x', mode), 'denied', mode);
      }
    });

    it('tells names that are too long', async () => {
      assert.equal(await attempt('n'.repeat(300), 'write'), 'io');
    });

    it(`F-23: a folder swapped for a link under our hands leads nowhere, ${SWAPS} times`, async function () {
      this.timeout(10_000 + SWAPS * 10);
      prepare();
      const folder = join(place.folder, 'root/a');
      const spare = join(place.folder, 'root/spare');
      const outcomes = new Set<string>();
      fs.mkdirSync(folder);
      fs.symlinkSync(outside(), spare);
      for (let i = 0; i < SWAPS; i++) {
        const opening = openConfined(
          join(place.folder, 'root'),
          ['a', 'victim'],
          'write',
          byDescriptor,
        ).then(
          (fd) => {
            fs.writeSync(fd, 'x');
            fs.closeSync(fd);
            return 'open';
          },
          (error: unknown) => codeOf(error),
        );
        // From a swap at once to none before the end, with every moment in between.
        if (i % 20 === 19) await opening;
        for (let turn = 0; turn < i % 19; turn++)
          await new Promise((resolve) => setImmediate(resolve));
        fs.renameSync(folder, `${folder}2`);
        fs.renameSync(spare, folder);
        outcomes.add(await opening);
        fs.renameSync(folder, spare);
        fs.renameSync(`${folder}2`, folder);
      }
      const victim = outside('victim');
      // Checked paths may lose the race for the making of an empty file, never for its content.
      const written = fs.existsSync(victim) ? fs.readFileSync(victim, 'utf8') : null;
      assert.ok(byDescriptor ? written === null : written === null || written === '');
      assert.ok(outcomes.has('open') && outcomes.size > 1, [...outcomes].join());
    });
  });
}

describe('isPlainName', () => {
  it('knows what may be joined', () => {
    for (const name of ['a', '...', '.a', 'a.', ' ', 'con', 'ä', '-rf'])
      assert.ok(isPlainName(name), name);
    for (const name of ['', '.', '..', 'a/b', '/', '/etc', 'a\0b'])
      assert.ok(!isPlainName(name), name);
  });
});
