/**
 * Torrents that are remembered between clients, on real files (issue 4, part 6; S-68, F-20, F-21).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Client, ClientOptions, Torrent } from '../../src/client/index.ts';
import { defaultStateFolder } from '../../src/client/index.ts';
import { differences } from '../support/compare-files.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { smallPieceLength, smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
const OLD = new Date(1_700_000_000_000);
/** Pieces that touch the largest file that is meddled with. */
const TOUCHED = 11;

describe('resume', () => {
  const folder = tempFolder();
  let made: MadeTorrent;

  const client = (options: ClientOptions = {}): Promise<Client> =>
    createClient({ host: HOST, stateFolder: folder('state'), spotChecks: 0, ...options });

  /** The torrent's own data, added and checked, then closed: it is remembered. */
  async function remembered(): Promise<void> {
    made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    for (const { path } of made.files) await backdate(folder('src', path));
    await using first = await client();
    const torrent = await first.seed(folder('t.torrent'), folder('src'));
    await torrent.started();
    assert.equal(torrent.done, true);
  }

  /** To a time that can be set again to the letter. */
  const backdate = (path: string): Promise<void> => utimes(path, OLD, OLD);

  /** Starts again. Returns the torrent, active, with how often its check told of progress, and how far it was first. */
  async function again(next: Client): Promise<{ torrent: Torrent; checks: number; known: number }> {
    const torrent = await next.seed(folder('t.torrent'), folder('src'), { paused: true });
    let checks = 0;
    let known = Infinity;
    torrent.on('checked', ({ checked }) => {
      checks++;
      known = Math.min(known, checked);
    });
    torrent.start();
    await torrent.started();
    return { torrent, checks, known };
  }

  const resumeFiles = async (): Promise<string[]> => (await readdir(folder('state'))).sort();
  const file = (...path: string[]): string => folder('src', made.name, ...path);

  it('a second start with nothing changed hashes nothing, whether one spots or not', async () => {
    await remembered();
    for (const spotChecks of [0, 4]) {
      await using next = await client({ spotChecks });
      const torrent = await next.seed(folder('t.torrent'), folder('src'), { paused: true });
      assert.equal(torrent.pieces.count, made.pieces, 'told before it starts');
      const states: string[] = [];
      torrent.on('state', (state) => states.push(state));
      let checks = 0;
      torrent.on('checked', () => checks++);
      torrent.start();
      await torrent.started();
      assert.deepEqual([torrent.done, checks], [true, 0]);
      assert.deepEqual(states, ['opening', ...(spotChecks > 0 ? ['checking'] : []), 'active']);
    }
  });

  it('goes on where it was stopped: blocks that are there are not fetched again', async () => {
    made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await createClient({ host: HOST });
    const origin = await seed.seed(folder('t.torrent'), folder('src'));
    await origin.started();
    const peers = [`${HOST}:${seed.port}`];
    let received = 0;
    for (let life = 0; life < 4; life++) {
      await using leech = await client();
      const torrent = await leech.add(folder('t.torrent'), { path: folder('copy'), peers });
      assert.equal(torrent.received, received, 'the totals are remembered');
      const held = torrent.pieces.count;
      let verified = 0;
      const enough = new Promise<void>((resolve) => {
        torrent.on('verified', () => {
          verified++;
          if (verified === 5) resolve();
        });
      });
      await Promise.race([enough, torrent.completed()]);
      await torrent.stop();
      assert.ok(torrent.pieces.count >= held + 5 || torrent.done);
      ({ received } = torrent);
    }
    await using leech = await client();
    const torrent = await leech.add(folder('t.torrent'), { path: folder('copy'), peers });
    await torrent.completed();
    assert.deepEqual(await differences(made, folder('copy')), []);
    // What was on its way at a stop is lost; whole pieces and written blocks are not.
    assert.ok(origin.uploaded < 2 * made.length);
  });

  it('finds a seed again that it was told of once', async () => {
    made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await createClient({ host: HOST });
    await (await seed.seed(folder('t.torrent'), folder('src'), { seeding: false })).started();
    {
      await using leech = await client();
      const options = { path: folder('copy'), peers: [`${HOST}:${seed.port}`] };
      const torrent = await leech.add(folder('t.torrent'), options);
      await once(torrent, 'peer');
    }
    await using leech = await client();
    const torrent = await leech.add(folder('t.torrent'), { path: folder('copy') });
    await once(torrent, 'peer');
  });

  describe('F-21: what was done to a file meanwhile is noticed', () => {
    const meddlings: readonly [string, () => Promise<void>, lost: number][] = [
      ['touched', () => utimes(file('tail'), new Date(), new Date(1_000_000_000_000)), 0],
      [
        'overwritten',
        async () => {
          await using handle = await open(file('tail'), 'r+');
          await handle.write(new Uint8Array(10).fill(0xee), 0, 10, 150_000);
        },
        1,
      ],
      ['longer', () => appendFile(file('tail'), 'more'), 0],
      ['cut', () => truncate(file('odd', 'deep', 'b.bin'), 100), 3],
      ['deleted', () => rm(file('odd', 'deep', 'b.bin')), 3],
      [
        'replaced by a folder',
        async () => {
          await rm(file('tail'));
          await mkdir(file('tail'));
        },
        10,
      ],
    ];
    for (const [what, meddle, lost] of meddlings) {
      it(`${what}: ${lost} pieces lost, and those of other files not looked at`, async () => {
        await remembered();
        await meddle();
        const before = await stat(file('tail'));
        await using next = await client();
        const { torrent, known } = await again(next);
        assert.equal(torrent.pieces.count, made.pieces - lost);
        assert.ok(known > made.pieces - TOUCHED, `only ${known} pieces were not hashed`);
        assert.equal((await stat(file('tail'))).size, before.size, 'and nothing is cut');
      });
    }
  });

  describe('F-20: a resume file that is not whole', () => {
    const damages: readonly [string, (path: string) => Promise<void>][] = [
      ['empty', (path) => writeFile(path, '')],
      ['torn', (path) => truncate(path, 100)],
      [
        'changed',
        async (path) => {
          const bytes = await readFile(path);
          bytes[bytes.length >> 1]! ^= 1;
          await writeFile(path, bytes);
        },
      ],
      ['deleted', (path) => rm(path)],
      [
        'a folder',
        async (path) => {
          await rm(path);
          await mkdir(path);
        },
      ],
    ];
    for (const [what, damage] of damages) {
      it(`${what}: everything is checked; with a last good copy, nothing is`, async () => {
        await remembered();
        const [name] = await resumeFiles();
        const path = folder('state', name!);
        const good = await readFile(path);
        for (const copy of [false, true]) {
          await rm(path, { recursive: true, force: true });
          await writeFile(path, good);
          await rm(`${path}.last`, { force: true });
          if (copy) await writeFile(`${path}.last`, good);
          await damage(path);
          await using next = await client();
          const { torrent, checks } = await again(next);
          assert.equal(torrent.done, true);
          assert.equal(checks > 0, !copy);
        }
      });
    }
  });

  it('keeps one file per torrent and place, readable by nobody else, and the last good copy', async () => {
    await remembered();
    const names = await resumeFiles();
    assert.equal(names.length, 1);
    assert.match(names[0]!, new RegExp(`^${made.infoHash}-[0-9a-f]{12}\\.resume$`));
    assert.equal((await stat(folder('state', names[0]!))).mode & 0o077, 0);
    const first = await readFile(folder('state', names[0]!));
    {
      await using next = await client();
      await (await next.add(folder('t.torrent'), { path: folder('elsewhere') })).started();
      await (await next.seed(folder('t.torrent'), folder('src')).catch(() => null))?.started();
    }
    assert.deepEqual(
      await readFile(folder('state', names[0]!)),
      first,
      'another place, another file',
    );
    {
      await using next = await client();
      const { torrent } = await again(next);
      await torrent.stop();
    }
    assert.deepEqual(await readFile(folder('state', `${names[0]!}.last`)), first);
  });

  it('forgets what is removed, and what is rechecked until it has been looked at', async () => {
    await remembered();
    await using next = await client();
    const { torrent } = await again(next);
    // The same size and the same time: only a recheck can find it.
    await using handle = await open(file('tail'), 'r+');
    await handle.write(new Uint8Array(10).fill(0xee), 0, 10, 0);
    await backdate(file('tail'));
    await torrent.recheck();
    assert.equal(torrent.pieces.count, made.pieces - 1);
    await torrent.stop();
    const names = await resumeFiles();
    assert.equal(
      names.filter((name) => name.endsWith('.last')).length,
      0,
      'no copy of the old claims',
    );
    await torrent.destroy();
    assert.deepEqual(await resumeFiles(), []);
  });

  it('removes a torrent with its data, and nothing but its data', async () => {
    await remembered();
    await writeFile(file('odd', 'mine'), 'not of the torrent');
    await using next = await client();
    const { torrent } = await again(next);
    await next.remove(torrent, { data: true });
    assert.deepEqual((await readdir(folder('src'), { recursive: true })).sort(), [
      made.name,
      `${made.name}/odd`,
      `${made.name}/odd/mine`,
    ]);
    assert.deepEqual(await resumeFiles(), []);
    const back = await next.add(folder('t.torrent'), { path: folder('src') });
    await back.started();
    assert.equal(back.pieces.count, 0);
    await mkdir(file('tail'));
    await assert.rejects(back.remove({ data: true }), { code: 'SWARMWRIGHT_REMOVE_FAILED' });
    assert.deepEqual(next.torrents, []);
  });

  it('S-68: a claim whose file looks right and is not is found by a spot check', async () => {
    await remembered();
    const { size } = await stat(file('odd', 'a.bin'));
    await writeFile(file('odd', 'a.bin'), new Uint8Array(size));
    await backdate(file('odd', 'a.bin'));
    {
      await using careless = await client({ spotChecks: 0 });
      const { torrent } = await again(careless);
      assert.equal(torrent.done, true, 'nothing else tells it');
    }
    await using next = await client({ spotChecks: 1000 });
    const { torrent, checks } = await again(next);
    assert.ok(checks > 0);
    assert.equal(torrent.pieces.count, made.pieces - Math.ceil((size + 1) / smallPieceLength));
  });

  it('a folder that cannot be written: a warning, once, and the torrent goes on', async () => {
    await mkdir(folder('state'));
    await writeFile(folder('state', 'no'), 'a file where the folder should be');
    made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const warnings: string[] = [];
    {
      await using next = await client({ stateFolder: folder('state', 'no') });
      const torrent = await next.seed(folder('t.torrent'), folder('src'));
      torrent.on('warning', ({ code }) => warnings.push(code));
      await torrent.completed();
      await torrent.stop();
      torrent.start();
      await torrent.started();
      await torrent.stop();
      assert.equal(torrent.done, true);
    }
    assert.deepEqual(warnings, ['SWARMWRIGHT_RESUME_FAILED']);
    await chmod(folder('state'), 0o755);
  });

  it('without a state folder nothing is written and everything is checked', async () => {
    made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    for (let i = 0; i < 2; i++) {
      await using next = await createClient({ host: HOST });
      const { checks } = await again(next);
      assert.ok(checks > 0);
    }
    await assert.rejects(resumeFiles(), { code: 'ENOENT' });
  });

  it("knows the user's folder for state", () => {
    assert.equal(defaultStateFolder({ XDG_STATE_HOME: '/x/state' }), '/x/state/swarmwright');
    for (const XDG_STATE_HOME of [undefined, '', 'not/absolute']) {
      assert.match(defaultStateFolder({ XDG_STATE_HOME }), /^\/.*\.local\/state\/swarmwright$/);
    }
  });
});
