// Deleting a torrent's files: those and nothing else, whatever links lie in the way (S-01, S-07).
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, it } from 'mocha';
import { removeConfined } from '../../../src/reactors/node/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('removeConfined', () => {
  const folder = tempFolder();
  const put = async (...path: string[]): Promise<void> => {
    await mkdir(dirname(folder(...path)), { recursive: true });
    await writeFile(folder(...path), 'data');
  };
  const list = async (): Promise<string[]> => (await readdir(folder(), { recursive: true })).sort();

  for (const byDescriptor of process.platform === 'linux' ? [true, false] : [false]) {
    describe(byDescriptor ? 'by descriptors' : 'by paths', () => {
      const remove = (...paths: string[]): ReturnType<typeof removeConfined> =>
        removeConfined(
          folder('root'),
          paths.map((path) => path.split('/')),
          byDescriptor,
        );

      it('takes the named files, then the folders that are empty; the rest and the root stay', async () => {
        await put('root', 't', 'a', 'b', 'one');
        await put('root', 't', 'a', 'two');
        await put('root', 't', 'c', 'three');
        await put('root', 't', 'c', 'not ours');
        await put('root', 'other');
        const { kept } = await remove('t/a/b/one', 't/a/two', 't/c/three', 't/d/never was');
        assert.equal(kept, 0);
        assert.deepEqual(await list(), [
          'root',
          'root/other',
          'root/t',
          'root/t/c',
          'root/t/c/not ours',
        ]);
        await remove('other');
        await removeConfined(folder('root'), [['t', 'c', 'not ours']], byDescriptor);
        assert.deepEqual(await list(), ['root']);
      });

      it('leaves links, and what they point to', async () => {
        await put('outside', 'x');
        await put('outside', 't', 'x');
        await mkdir(folder('root', 't'), { recursive: true });
        await symlink(folder('outside'), folder('root', 't', 'link'));
        await symlink(folder('outside', 'x'), folder('root', 't', 'file'));
        const { kept, error } = await remove('t/link/x', 't/file');
        assert.equal(kept, 2);
        assert.ok(error instanceof Error);
        await rename(folder('root', 't'), folder('root', 'was t'));
        await symlink(folder('outside', 't'), folder('root', 't'));
        await remove('t/x');
        assert.equal(await readFile(folder('outside', 'x'), 'utf8'), 'data');
        assert.equal(await readFile(folder('outside', 't', 'x'), 'utf8'), 'data');
      });

      it('does not take names that are none, or lead outside', async () => {
        await put('outside');
        await mkdir(folder('root'));
        for (const path of [
          ['..', 'outside'],
          ['.'],
          [],
          ['a', '..', '..', 'outside'],
          ['../outside'],
        ]) {
          await removeConfined(folder('root'), [path], byDescriptor);
        }
        assert.deepEqual(await list(), ['outside', 'root']);
      });

      it('a folder where a file should be is told, and stays', async () => {
        await put('root', 'a', 'inside');
        const { kept } = await remove('a');
        assert.equal(kept, 1);
        assert.equal(await readFile(folder('root', 'a', 'inside'), 'utf8'), 'data');
      });
    });
  }
});
