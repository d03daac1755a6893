/**
 * Real disks that fill up, become read-only and lose files under a running torrent (F-16, F-21, F-22).
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, stat, truncate } from 'node:fs/promises';
import { afterEach, describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Client, ClientOptions, Torrent } from '../../src/client/index.ts';
import { differences } from '../support/compare-files.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
const KIB = 1024;

/** Resolves when the torrent is in that state; at once where it is. */
async function reach(torrent: Torrent, state: Torrent['state']): Promise<void> {
  while (torrent.state !== state) await once(torrent, 'state');
}

describe('a disk under a torrent', function () {
  this.timeout(30_000);
  const mounts: string[] = [];
  // Before the folder is removed: hooks of one level run in the order in which they were registered.
  afterEach(() => {
    for (const mounted of mounts.splice(0)) execFileSync('umount', ['-l', mounted]);
  });
  const folder = tempFolder();

  /** A small file system of its own, where we may mount one. */
  async function mount(path: string, size: string): Promise<boolean> {
    await mkdir(path);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', path], {
        stdio: 'ignore',
      });
    } catch {
      console.error(
        '\n  *** no right to mount a tmpfs: full and read-only disks are NOT tested.\n',
      );
      return false;
    }
    mounts.push(path);
    return true;
  }
  const remount = (path: string, options: string): void => {
    execFileSync('mount', ['-o', `remount,${options}`, path]);
  };
  const local = (options: ClientOptions = {}): Promise<Client> =>
    createClient({ host: HOST, spotChecks: 0, ...options });

  it('F-16: full, it stops and says so; with space again it goes on by itself, and claims nothing false', async function () {
    if (!(await mount(folder('disk'), '1m'))) return this.skip();
    const files = [
      { path: ['a'], length: 900 * KIB + 7 },
      { path: ['b'], length: 1200 * KIB },
    ];
    const spec = { seed: 4, name: 'full', pieceLength: 32 * KIB, announce: null, files };
    const made: MadeTorrent = await makeTorrent(spec, folder('src'), folder('t.torrent'));
    await using seed = await local();
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    const config = { storeRetryTime: 200, storeRetryTimeMax: 200 };
    await using leech = await local({ config, stateFolder: folder('state') });
    const options = { path: folder('disk'), peers: [`${HOST}:${seed.port}`] };
    const torrent = await leech.add(folder('t.torrent'), options);
    const errors: string[] = [];
    torrent.on('error', ({ code }) => errors.push(code));
    await assert.rejects(torrent.completed(), { code: 'SWARMWRIGHT_NO_SPACE' });
    await reach(torrent, 'active'); // it tried again ...
    await reach(torrent, 'error'); // ... in vain
    assert.ok(torrent.pieces.count < made.pieces);
    remount(folder('disk'), 'size=8m');
    await reach(torrent, 'active');
    await torrent.completed();
    assert.ok(errors.length >= 2 && errors.every((code) => code === 'SWARMWRIGHT_NO_SPACE'));
    assert.deepEqual(await differences(made, folder('disk')), []);
    const { received } = torrent;
    await leech.close();
    await using next = await local({ stateFolder: folder('state') });
    const again = await next.add(folder('t.torrent'), { path: folder('disk') });
    let checks = 0;
    again.on('checked', () => checks++);
    await again.completed();
    assert.deepEqual([again.received, checks], [received, 0]);
  });

  it('F-22: read-only, the torrent stops with a clear code and waits; others are not touched', async function () {
    if (!(await mount(folder('disk'), '4m'))) return this.skip();
    remount(folder('disk'), 'ro');
    const one = await smallTorrent(folder('src'), folder('1.torrent'), null, 1);
    const two = await smallTorrent(folder('src'), folder('2.torrent'), null, 2);
    await using seed = await local();
    for (const i of [1, 2])
      await (await seed.seed(folder(`${i}.torrent`), folder('src'))).started();
    await using leech = await local({ config: { storeRetryTime: 1, storeRetryTimeMax: 1 } });
    const peers = [`${HOST}:${seed.port}`];
    const blocked = await leech.add(folder('1.torrent'), { path: folder('disk'), peers });
    const free = await leech.add(folder('2.torrent'), { path: folder('out'), peers });
    const refused = assert.rejects(blocked.completed(), {
      code: 'SWARMWRIGHT_NO_PERMISSION',
      message: new RegExp(folder('disk')),
    });
    await free.completed();
    await refused;
    assert.deepEqual(await differences(two, folder('out')), []);
    const states: string[] = [];
    blocked.on('state', (state) => states.push(state));
    await (await leech.add(folder('2.torrent'), { path: folder('x') }).catch(() => free)).stop();
    assert.deepEqual(states, [], 'it does not try by itself what somebody must allow');
    remount(folder('disk'), 'rw');
    blocked.start();
    await blocked.completed();
    assert.deepEqual(await differences(one, folder('disk')), []);
  });

  it('F-21: cut while it is given: an error, nothing false is sent, and a start checks and repairs', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using good = await local();
    await (await good.seed(folder('t.torrent'), folder('src'))).started();
    await using broken = await local({ stateFolder: folder('state') });
    const peers = [`${HOST}:${good.port}`];
    const torrent = await broken.add(folder('t.torrent'), { path: folder('copy'), peers });
    await torrent.completed();
    const path = folder('copy', made.name, 'odd', 'a.bin');
    await truncate(path, 1000);
    await using leech = await local();
    const victim = await leech.add(folder('t.torrent'), {
      path: folder('victim'),
      peers: [`${HOST}:${broken.port}`],
    });
    const failed: number[] = [];
    victim.on('failed', (piece) => failed.push(piece));
    await reach(torrent, 'error');
    assert.deepEqual(failed, []);
    assert.equal((await stat(path)).size, 1000, 'nothing is filled up');
    torrent.start();
    await torrent.started();
    await torrent.completed();
    assert.deepEqual(await differences(made, folder('copy')), []);
    await victim.completed();
    assert.deepEqual(failed, []);
  });

  it('F-21: deleted while it is downloaded: the end is whole all the same', async () => {
    const files = [
      { path: ['a'], length: 3000 * KIB },
      { path: ['b'], length: 3000 * KIB },
    ];
    const spec = { seed: 5, name: 'lost', pieceLength: 32 * KIB, announce: null, files };
    const made = await makeTorrent(spec, folder('src'), folder('t.torrent'));
    await using seed = await local();
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    await using leech = await local({ stateFolder: folder('state') });
    const options = { path: folder('copy'), peers: [`${HOST}:${seed.port}`] };
    const torrent = await leech.add(folder('t.torrent'), options);
    let verified = 0;
    await new Promise<void>((resolve) => {
      torrent.on('verified', () => ++verified === 10 && resolve());
    });
    await rm(folder('copy', 'lost'), { recursive: true });
    await torrent.stop();
    await leech.close();
    await using next = await local({ stateFolder: folder('state') });
    const again = await next.add(folder('t.torrent'), options);
    await again.completed();
    assert.deepEqual(await differences(made, folder('copy')), []);
  });
});
