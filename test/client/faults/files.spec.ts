/**
 * Files that cannot be made, and files that change underneath, each on a real file system: F-21, F-22. What a full or a
 * read-only disk does, and files that are cut or deleted, is in `../disk.spec.ts`.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { createClient } from '../../../src/client/index.ts';
import type { Client, Torrent } from '../../../src/client/index.ts';
import { differences } from '../../support/compare-files.ts';
import { makeTorrent } from '../../support/make-torrent.ts';
import type { MadeTorrent } from '../../support/make-torrent.ts';
import { smallTorrent } from '../../support/small-torrent.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const HOST = '127.0.0.1';
const local = (): Promise<Client> => createClient({ host: HOST, tracker: false, spotChecks: 0 });

async function reach(torrent: Torrent, state: Torrent['state']): Promise<void> {
  while (torrent.state !== state) await once(torrent, 'state');
}

describe('faults: files', function () {
  this.timeout(30_000);
  const folder = tempFolder();

  async function seeding(...torrents: readonly string[]): Promise<Client> {
    const seed = await local();
    for (const file of torrents) await (await seed.seed(file, folder('src'))).started();
    return seed;
  }

  /** A folder that nobody may write to, root neither; null: not possible here. */
  async function sealed(path: string): Promise<(() => Promise<void>) | null> {
    await mkdir(path);
    if (process.getuid?.() !== 0) {
      await chmod(path, 0o555);
      return () => chmod(path, 0o755);
    }
    try {
      execFileSync('chattr', ['+i', path], { stdio: 'ignore' });
    } catch {
      await chmod(path, 0o555);
      const denied = await writeFile(`${path}/x`, '').then(
        () => false,
        () => true,
      );
      return denied ? () => chmod(path, 0o755) : null;
    }
    return () => Promise.resolve(void execFileSync('chattr', ['-i', path]));
  }

  /** One torrent that goes wrong and one that must not notice. */
  async function beside(
    wrong: string,
    check: (torrent: Torrent) => Promise<void>,
    after: (torrent: Torrent) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    await smallTorrent(folder('src'), folder('1.torrent'), null, 1);
    const good = await smallTorrent(folder('src'), folder('2.torrent'), null, 2);
    await using seed = await seeding(folder('1.torrent'), folder('2.torrent'));
    await using leech = await local();
    const peers = [`${HOST}:${seed.port}`];
    const blocked = await leech.add(folder('1.torrent'), { path: wrong, peers });
    const free = await leech.add(folder('2.torrent'), { path: folder('out'), peers });
    const checked = check(blocked);
    await free.completed();
    await checked;
    assert.deepEqual(await differences(good, folder('out')), []);
    await after(blocked);
  }

  it('F-22: an unwritable folder: a clear error that names it, and another torrent does not notice', async function () {
    const unseal = await sealed(folder('sealed'));
    if (unseal === null) {
      console.error('\n  *** root writes everywhere here: an unwritable folder is NOT tested.\n');
      return this.skip();
    }
    let left = unseal;
    try {
      await beside(
        folder('sealed'),
        (torrent) =>
          assert.rejects(torrent.completed(), {
            code: 'SWARMWRIGHT_NO_PERMISSION',
            message: new RegExp(folder('sealed')),
          }),
        async (torrent) => {
          assert.equal(torrent.state, 'error');
          await unseal();
          left = () => Promise.resolve();
          torrent.start();
          await torrent.completed();
        },
      );
    } finally {
      await left();
    }
  });

  it('F-22: a file where the folder should be: a clear error, and another torrent does not notice', async () => {
    await writeFile(folder('file'), 'not a folder');
    await beside(folder('file'), (torrent) =>
      assert.rejects(torrent.completed(), { message: new RegExp(folder('file')) }),
    );
    assert.equal(await readFile(folder('file'), 'utf8'), 'not a folder');
  });

  it('F-22: a path that is too long for the system: a clear error that names the folder', async () => {
    const deep = folder(...Array.from({ length: 25 }, () => 'd'.repeat(200)));
    await beside(deep, (torrent) =>
      assert.rejects(torrent.completed(), (error: Error) => error.message.includes(deep)),
    );
  });

  it('F-22: names that only case tells apart, and names of 300 bytes, are files of their own', async () => {
    const files = [
      { path: ['Read.me'], length: 20_000 },
      { path: ['read.ME'], length: 30_000 },
      { path: [`${'n'.repeat(300)}.txt`], length: 40_000 },
    ];
    const spec = { seed: 3, name: 'names', pieceLength: 16_384, announce: null, files };
    // The content is made under names that this system takes; the torrent says the others.
    const torrent = folder('t.torrent');
    const taken = ['Read.me', 'read.1.ME', `${'n'.repeat(236)}.txt`];
    const made: MadeTorrent = await makeTorrent(
      { ...spec, files: files.map((file, i) => ({ ...file, path: [taken[i]!] })) },
      folder('src'),
      folder('plain.torrent'),
    );
    const named = await readFile(folder('plain.torrent'));
    let text = named.toString('latin1');
    text = text.replace('9:read.1.ME', '7:read.ME');
    text = text.replace(/240:n{236}\.txt/, `304:${'n'.repeat(300)}.txt`);
    await writeFile(torrent, Buffer.from(text, 'latin1'));
    await using seed = await seeding(torrent);
    assert.ok(seed.torrents[0]!.done, 'its own content is found under the names it gives');
    await using leech = await local();
    const options = { path: folder('copy'), peers: [`${HOST}:${seed.port}`] };
    await (await leech.add(torrent, options)).completed();
    assert.deepEqual(await differences(made, folder('copy')), []);
  });

  it('F-21: extended while it is given: it goes on, and a check cuts nothing off', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await seeding(folder('t.torrent'));
    const [torrent] = seed.torrents;
    const path = folder('src', made.name, 'odd', 'a.bin');
    const { size } = await stat(path);
    await appendFile(path, Buffer.alloc(1000, 1));
    await using leech = await local();
    const options = { path: folder('copy'), peers: [`${HOST}:${seed.port}`] };
    await (await leech.add(folder('t.torrent'), options)).completed();
    assert.deepEqual(await differences(made, folder('copy')), []);
    await torrent!.recheck();
    assert.ok(torrent!.done);
    assert.equal((await stat(path)).size, size + 1000);
  });

  it('F-21: replaced while it is downloaded: what is there at the end is right', async () => {
    const files = [
      { path: ['a'], length: 3_000_000 },
      { path: ['b'], length: 3_000_000 },
    ];
    const spec = { seed: 5, name: 'lost', pieceLength: 32_768, announce: null, files };
    const made = await makeTorrent(spec, folder('src'), folder('t.torrent'));
    await using seed = await seeding(folder('t.torrent'));
    await using leech = await local();
    const options = { path: folder('copy'), peers: [`${HOST}:${seed.port}`] };
    const torrent = await leech.add(folder('t.torrent'), options);
    let verified = 0;
    await new Promise<void>((resolve) => {
      torrent.on('verified', () => ++verified === 20 && resolve());
    });
    await torrent.stop();
    await writeFile(folder('other'), Buffer.alloc(3_000_000, 7));
    await rename(folder('other'), folder('copy', 'lost', 'a'));
    await torrent.recheck();
    await reach(torrent, 'active');
    await torrent.completed();
    assert.deepEqual(await differences(made, folder('copy')), []);
  });
});
