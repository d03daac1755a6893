/**
 * Moves that fail: each call that changes the file system fails once, a device has no second names, a disk is full (issue 4,
 * part 6; F-16, F-22). Afterwards a torrent is in one place, whole, and says in which.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import promises from 'node:fs/promises';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Client, CodedError } from '../../src/client/index.ts';
import { differences } from '../support/compare-files.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import { otherDevice, removeFolder } from '../support/other-device.ts';
import { tempFolder } from '../support/temp-folder.ts';

const KIB = 1024;
/** More calls of one kind than a move of three files makes. */
const CALLS_MAX = 100;

type Call = (...args: unknown[]) => Promise<unknown>;
const calls = promises as unknown as Record<string, Call>;
const failing = (code: string): Promise<never> =>
  Promise.reject(Object.assign(new Error(`${code}: made up`), { code }));

describe('a move that fails', function () {
  this.timeout(60_000);
  const undo: (() => void)[] = [];
  const mounts: string[] = [];
  afterEach(() => {
    for (const again of undo.splice(0)) again();
    syncBuiltinESMExports();
    for (const mounted of mounts.splice(0)) execFileSync('umount', ['-l', mounted]);
  });
  const folder = tempFolder();
  let device: string | null = null;
  before(async () => {
    device = await otherDevice();
  });
  after(() => removeFolder(device));

  /** Puts something in the place of a call, until the test is over. */
  function replace(name: string, make: (real: Call) => Call): void {
    const real = calls[name]!;
    calls[name] = make(real);
    undo.push(() => (calls[name] = real));
    syncBuiltinESMExports();
  }

  const quiet = (): Promise<Client> =>
    createClient({ listen: false, tracker: false, stateFolder: folder('state'), spotChecks: 0 });
  const files = [
    { path: ['one'], length: 70 * KIB },
    { path: ['in', 'two'], length: 30 * KIB },
    { path: ['in', 'none'], length: 0 },
  ];
  const spec = { seed: 5, name: 'faulty', pieceLength: 32 * KIB, announce: null, files };
  const names = async (path: string): Promise<string[]> =>
    (await readdir(path, { recursive: true }).catch(() => [])).sort();

  const devices = [
    ['on one device', false, false],
    ['where there are no second names', false, true],
    ['between devices', true, false],
    ['to a device without second names', true, true],
  ] as const;
  for (const [what, elsewhere, noNames] of devices) {
    for (const kind of ['link', 'rename', 'unlink', 'lstat']) {
      if (kind === 'link' && noNames) continue;
      it(`${what}: every ${kind} fails once`, async function () {
        if (elsewhere && device === null) return this.skip();
        let left = Infinity;
        if (noNames) {
          // The order of the real thing: another device is told first.
          replace('link', (real) => async (from, to) => {
            await real(from, to);
            await promises.unlink(to as string);
            await failing('EPERM');
          });
        }
        replace(
          kind,
          (real) =>
            (...args) =>
              --left === 0 ? failing('EIO') : real(...args),
        );
        await using client = await quiet();
        let rejected = 0;
        let moved = 0;
        for (let at = 1; at < CALLS_MAX; at++) {
          const from = folder(`a${at}`);
          const to = elsewhere ? join(device!, `${kind} ${noNames} ${at}`) : folder(`b${at}`);
          const made = await makeTorrent(spec, from, folder('t.torrent'));
          const torrent = await client.add(made.file, { path: from });
          await torrent.started();
          const warnings: CodedError[] = [];
          torrent.on('warning', (warning) => warnings.push(warning));
          left = at;
          const error = await torrent.move(to).then(
            () => null,
            (reason: unknown) => reason as CodedError,
          );
          const reached = left <= 0;
          left = Infinity;
          const place = error === null ? to : from;
          assert.deepEqual(await differences(made, place), [], `call ${at}`);
          assert.equal(torrent.path, join(place, 'faulty'));
          if (error !== null) {
            rejected++;
            assert.equal(error.code, 'SWARMWRIGHT_MOVE_FAILED');
            assert.match(error.message, /everything is where it was/);
            if (kind !== 'unlink') assert.deepEqual(await names(to), []);
          } else if (warnings.length === 0) assert.deepEqual(await names(from), []);
          moved += error === null ? 1 : 0;
          await torrent.recheck();
          assert.equal(torrent.done, true);
          await torrent.remove();
          if (!reached) break;
        }
        assert.equal(left, Infinity);
        assert.ok(moved > 0, 'in the end nothing fails');
        // An old name that cannot be deleted is told; the move itself does not depend on it.
        if (kind === 'link' || (kind === 'rename' && noNames)) assert.ok(rejected >= files.length);
      });
    }
  }

  it('an old file that cannot be deleted: moved, and told', async () => {
    const made = await makeTorrent(spec, folder('a'), folder('t.torrent'));
    await using client = await quiet();
    const torrent = await client.add(made.file, { path: folder('a') });
    await torrent.started();
    replace(
      'unlink',
      (real) => (path) => (String(path).endsWith('/two') ? failing('EBUSY') : real(path)),
    );
    const warnings: CodedError[] = [];
    torrent.on('warning', (warning) => warnings.push(warning));
    await torrent.move(folder('b'));
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['SWARMWRIGHT_MOVE_FAILED'],
    );
    assert.match(warnings[0]!.message, /1 of the old files could not be deleted/);
    assert.deepEqual(
      (await differences(made, folder('b'))).filter((d) => !d.includes('moving')),
      [],
    );
  });

  it('where renames cannot be taken back it says which files are where', async () => {
    await makeTorrent(spec, folder('a'), folder('t.torrent'));
    // Nothing is remembered, so that no other names are changed.
    await using client = await createClient({ listen: false, tracker: false });
    const torrent = await client.add(folder('t.torrent'), { path: folder('a') });
    await torrent.started();
    replace('link', () => () => failing('EPERM'));
    let renames = 0;
    replace(
      'rename',
      (real) =>
        (...args) =>
          ++renames > 1 ? failing('EIO') : real(...args),
    );
    await assert.rejects(torrent.move(folder('b')), {
      code: 'SWARMWRIGHT_MOVE_FAILED',
      message: /these could not be brought back: faulty\/one$/,
    });
    assert.equal((await readFile(folder('b', 'faulty', 'one'))).length, 70 * KIB);
    assert.equal((await readFile(folder('a', 'faulty', 'in', 'two'))).length, 30 * KIB);
  });

  /** A small file system of its own, where we may mount one. */
  async function mount(path: string, size: string): Promise<boolean> {
    await mkdir(path);
    try {
      const words = ['-t', 'tmpfs', '-o', `size=${size}`, 'none', path];
      execFileSync('mount', words, { stdio: 'ignore' });
    } catch {
      console.error(
        '\n  *** no right to mount a tmpfs: moves to and from a full disk are NOT tested.\n',
      );
      return false;
    }
    mounts.push(path);
    return true;
  }
  const large = { ...spec, name: 'large', files: [{ path: ['all'], length: 3 * KIB * KIB }] };

  it('F-16: to a disk that is too small: everything is where it was, and it goes on', async function () {
    if (!(await mount(folder('small'), '2m'))) return this.skip();
    const made = await makeTorrent(large, folder('a'), folder('t.torrent'));
    await using client = await quiet();
    const torrent = await client.add(made.file, { path: folder('a') });
    await torrent.started();
    await assert.rejects(torrent.move(folder('small')), {
      code: 'SWARMWRIGHT_MOVE_FAILED',
      message: /no space left on device.*everything is where it was/,
    });
    assert.deepEqual(await names(folder('small')), []);
    assert.equal(torrent.state, 'active');
    assert.deepEqual(await differences(made, folder('a')), []);
  });

  it('F-22: from a disk that is full: it goes on by itself where there is space', async function () {
    if (!(await mount(folder('small'), '2m'))) return this.skip();
    const made = await makeTorrent(large, folder('src'), folder('t.torrent'));
    await using seed = await createClient({ host: '127.0.0.1' });
    await (await seed.seed(made.file, folder('src'))).started();
    await using client = await quiet();
    const peers = [`127.0.0.1:${seed.port}`];
    const torrent = await client.add(made.file, { path: folder('small'), peers });
    await assert.rejects(torrent.completed(), { code: 'SWARMWRIGHT_NO_SPACE' });
    const held = torrent.pieces.count;
    await writeFile(folder('note'), 'the disk is full now');
    await torrent.move(folder('b'));
    await torrent.completed();
    assert.ok(held > 0);
    assert.deepEqual(await differences(made, folder('b')), []);
    assert.deepEqual(await names(folder('small')), []);
  });
});
