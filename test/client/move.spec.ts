/**
 * `torrent.move()` on real files and real sockets (issue 4, part 6): on one device and between two.
 */
import assert from 'node:assert/strict';
import {
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { join } from 'node:path';
import { createClient } from '../../src/client/index.ts';
import type { AddOptions, Client, ClientOptions, Torrent } from '../../src/client/index.ts';
import { differences } from '../support/compare-files.ts';
import type { MadeTorrent } from '../support/make-torrent.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import { otherDevice, removeFolder } from '../support/other-device.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
const KIB = 1024;
const HELD_BEFORE = 8;

describe('a torrent that is moved', function () {
  this.timeout(30_000);
  let device: string | null = null;
  let clients: Client[] = [];
  let made: MadeTorrent;
  // Before the folder is removed: hooks of one level run in the order in which they were registered.
  afterEach(async () => {
    for (const client of clients) await client.close();
    clients = [];
    if (device === null) return;
    for (const name of await readdir(device)) await rm(join(device, name), { recursive: true });
  });
  const folder = tempFolder();

  before(async () => {
    device = await otherDevice();
  });
  after(() => removeFolder(device));

  async function client(options: ClientOptions = {}): Promise<Client> {
    const made = await createClient({
      host: HOST,
      stateFolder: folder('state'),
      spotChecks: 0,
      ...options,
    });
    clients.push(made);
    return made;
  }

  /** A seed of a small torrent; the options by which a leech finds it. */
  async function seed(): Promise<AddOptions> {
    made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const origin = await client({ stateFolder: folder('state of the seed') });
    await (await origin.seed(folder('t.torrent'), folder('src'))).started();
    return { peers: [`${HOST}:${origin.port}`] };
  }

  /** A leech in the folder `a` that holds some and not all, and goes on. */
  async function begun(leech: Client, options: AddOptions): Promise<Torrent> {
    const torrent = await leech.add(folder('t.torrent'), { path: folder('a'), ...options });
    await new Promise<void>((resolve) => {
      torrent.on('verified', () => {
        if (torrent.pieces.count >= HELD_BEFORE) resolve();
      });
    });
    return torrent;
  }

  const names = async (path: string): Promise<string[]> =>
    (await readdir(path, { recursive: true })).sort();

  /** What must not happen to it while it is moved. */
  function witness(torrent: Torrent): string[] {
    const seen: string[] = [];
    torrent.on('state', (state) => seen.push(state));
    torrent.on('checked', () => seen.push('checked'));
    torrent.on('failed', (piece) => seen.push(`failed ${piece}`));
    // Two that have everything part.
    torrent.on('peerGone', () => {
      if (!torrent.done) seen.push('peer gone');
    });
    torrent.on('warning', ({ message }) => seen.push(message));
    torrent.on('error', ({ message }) => seen.push(message));
    return seen;
  }

  /** In a client of its own: how many pieces are believed at a start, and whether anything was hashed. */
  async function again(path: string): Promise<{ known: number; checks: number; done: boolean }> {
    await using next = await createClient({
      listen: false,
      tracker: false,
      stateFolder: folder('state'),
      spotChecks: 0,
    });
    const torrent = await next.add(folder('t.torrent'), { path, paused: true, downloading: false });
    const known = torrent.pieces.count;
    let checks = 0;
    torrent.on('checked', () => checks++);
    torrent.start();
    await torrent.started();
    return { known, checks, done: torrent.done };
  }

  for (const where of ['the same device', 'another device'] as const) {
    describe(`to ${where}`, () => {
      let to: string;
      beforeEach(function () {
        if (where === 'the same device') to = folder('b', 'deeper');
        else if (device === null) this.skip();
        else to = join(device, 'b');
      });

      it('complete: peers stay, nothing is hashed again, now or at the next start', async () => {
        const peers = await seed();
        const leech = await client();
        const torrent = await leech.add(folder('t.torrent'), { path: folder('a'), ...peers });
        await torrent.completed();
        await writeFile(folder('a', made.name, 'odd', 'mine'), 'not of the torrent');
        const seen = witness(torrent);
        const old = await stat(folder('a', made.name, 'tail'));
        await torrent.move(to);
        assert.deepEqual(seen, []);
        assert.equal(torrent.state, 'active');
        assert.equal(torrent.path, join(to, made.name));
        assert.equal(torrent.files[0]!.path, join(to, made.name, 'one'));
        assert.deepEqual(await differences(made, to), []);
        assert.deepEqual(await names(folder('a')), [
          made.name,
          `${made.name}/odd`,
          `${made.name}/odd/mine`,
        ]);
        const fresh = await stat(join(to, made.name, 'tail'));
        assert.ok(Math.abs(fresh.mtimeMs - old.mtimeMs) < 1, 'the time of the last change stays');
        assert.equal(fresh.mode, old.mode);
        const read = torrent.files.at(-1)!.stream();
        const bytes = Buffer.concat(await read.toArray());
        assert.deepEqual(bytes, await readFile(folder('src', made.name, 'tail')));
        await leech.close();
        assert.deepEqual(await again(to), { known: made.pieces, checks: 0, done: true });
        assert.equal((await again(folder('a'))).known, 0, 'nothing is claimed of the old place');
      });

      it('in the middle of a download: it goes on by itself', async () => {
        const peers = await seed();
        const torrent = await begun(await client(), peers);
        assert.equal(torrent.done, false);
        const seen = witness(torrent);
        await torrent.move(to);
        await torrent.completed();
        assert.deepEqual(seen, []);
        assert.deepEqual(await differences(made, to), []);
        assert.deepEqual(await names(folder('a')), []);
      });

      it('stopped: what was claimed is claimed there', async () => {
        const peers = await seed();
        const leech = await client();
        const torrent = await begun(leech, peers);
        await torrent.stop();
        const held = torrent.pieces.count;
        const seen = witness(torrent);
        await torrent.move(to);
        assert.deepEqual([seen, torrent.state], [[], 'stopped']);
        await leech.close();
        const { known, checks } = await again(to);
        assert.deepEqual([known, checks], [held, 0]);
        await (await client()).add(folder('t.torrent'), { path: to, ...peers });
        await clients.at(-1)!.torrents[0]!.completed();
        assert.deepEqual(await differences(made, to), []);
      });

      it('selected in part: the part file comes along, and is used there', async () => {
        const peers = await seed();
        const leech = await client();
        const options = { path: folder('a'), select: ['**/b.bin'], ...peers };
        const torrent = await leech.add(folder('t.torrent'), options);
        await torrent.completed();
        assert.deepEqual(
          (await names(folder('a'))).filter((name) => name.startsWith('.')),
          [`.${made.name}.parts`],
        );
        const seen = witness(torrent);
        const held = torrent.pieces.count;
        await torrent.move(to);
        assert.deepEqual(await names(folder('a')), []);
        assert.ok((await names(to)).includes(`.${made.name}.parts`));
        torrent.select(['**']);
        await torrent.completed();
        assert.deepEqual(seen, []);
        assert.equal(torrent.pieces.count, made.pieces);
        assert.ok(torrent.received <= made.length, `${held} pieces were fetched once`);
        assert.deepEqual(await differences(made, to), []);
        assert.deepEqual(await names(to), [
          ...(await names(to)).filter((name) => !name.startsWith('.')),
        ]);
      });

      it('while it is being checked: the check goes on there', async () => {
        made = await smallTorrent(folder('a'), folder('t.torrent'), null);
        const one = await client();
        const torrent = await one.add(folder('t.torrent'), { path: folder('a') });
        const moved = torrent.move(to);
        await torrent.started();
        await moved;
        assert.equal(torrent.done, true);
        assert.deepEqual(await differences(made, to), []);
      });

      it('there and back, and rechecked', async () => {
        made = await smallTorrent(folder('a'), folder('t.torrent'), null);
        const one = await client();
        const torrent = await one.add(folder('t.torrent'), { path: folder('a') });
        await torrent.started();
        await Promise.all([torrent.move(to), torrent.move(folder('a')), torrent.move(to)]);
        await torrent.recheck();
        assert.deepEqual([torrent.done, torrent.path], [true, join(to, made.name)]);
        await torrent.move(folder('a'));
        await one.close();
        assert.equal((await again(folder('a'))).known, made.pieces);
        assert.deepEqual(await names(to), []);
      });

      it('a name that is taken: it is named, and nothing happens', async () => {
        made = await smallTorrent(folder('a'), folder('t.torrent'), null);
        await mkdir(join(to, made.name, 'odd', 'deep'), { recursive: true });
        await writeFile(join(to, made.name, 'odd', 'deep', 'b.bin'), "somebody's");
        const one = await client();
        const torrent = await one.add(folder('t.torrent'), { path: folder('a') });
        await torrent.started();
        const seen = witness(torrent);
        await assert.rejects(torrent.move(to), {
          code: 'SWARMWRIGHT_MOVE_FAILED',
          message: /odd\/deep\/b\.bin" exists already; everything is where it was/,
        });
        assert.deepEqual([seen, torrent.path], [[], folder('a', made.name)]);
        assert.deepEqual(await differences(made, folder('a')), []);
        assert.deepEqual(await names(join(to, made.name)), ['odd', 'odd/deep', 'odd/deep/b.bin']);
        await torrent.recheck();
        assert.equal(torrent.done, true);
      });

      it('a name that is taken by what the torrent does not have yet', async () => {
        const peers = await seed();
        const torrent = await (
          await client()
        ).add(folder('t.torrent'), { path: folder('a'), downloading: false, ...peers });
        await torrent.started();
        await mkdir(join(to, made.name), { recursive: true });
        await writeFile(join(to, made.name, 'tail'), "somebody's");
        await assert.rejects(torrent.move(to), { message: /tail" exists already/ });
        assert.equal(await readFile(join(to, made.name, 'tail'), 'utf8'), "somebody's");
      });

      it('S-07: a link in the way is not followed, neither from nor to', async () => {
        made = await smallTorrent(folder('a'), folder('t.torrent'), null);
        await mkdir(folder('outside'));
        await mkdir(to, { recursive: true });
        await symlink(folder('outside'), join(to, made.name));
        const one = await client();
        const torrent = await one.add(folder('t.torrent'), { path: folder('a') });
        await torrent.started();
        await assert.rejects(torrent.move(to), { code: 'SWARMWRIGHT_MOVE_FAILED' });
        assert.deepEqual(await names(folder('outside')), []);
        assert.deepEqual(await differences(made, folder('a')), []);
        await rm(join(to, made.name));
        await rename(folder('a', made.name, 'odd'), folder('outside', 'odd'));
        await symlink(folder('outside', 'odd'), folder('a', made.name, 'odd'));
        await torrent.move(to);
        assert.deepEqual(await names(join(to, made.name)), ['one', 'tail']);
        assert.ok((await names(folder('outside'))).includes('odd/deep/b.bin'));
      });

      it("F-21: somebody else's change is not carried along as ours", async () => {
        const peers = await seed();
        const leech = await client();
        const torrent = await leech.add(folder('t.torrent'), { path: folder('a'), ...peers });
        await torrent.completed();
        await torrent.stop();
        const tail = folder('a', made.name, 'tail');
        await using handle = await open(tail, 'r+');
        await handle.write(new Uint8Array(10).fill(0xee), 0, 10, 150_000);
        await utimes(tail, new Date(), new Date(1_000_000_000_000));
        await torrent.move(to);
        await leech.close();
        const { known, checks, done } = await again(to);
        assert.ok(known < made.pieces, 'the pieces of that file are not believed');
        assert.deepEqual([checks > 0, done], [true, false]);
      });

      it('removed at once: with its data, wherever that is', async () => {
        made = await smallTorrent(folder('a'), folder('t.torrent'), null);
        const one = await client();
        const torrent = await one.add(folder('t.torrent'), { path: folder('a') });
        await torrent.started();
        const moved = torrent.move(to).catch((error: unknown) => error);
        await torrent.remove({ data: true });
        await moved;
        assert.deepEqual(await names(folder('a')), []);
        assert.deepEqual(await names(to).catch(() => []), []);
        assert.deepEqual(await names(folder('state')), []);
        await assert.rejects(torrent.move(to), { code: 'SWARMWRIGHT_TORRENT_REMOVED' });
      });
    });
  }

  it('to where it is, by whatever name: nothing happens', async () => {
    made = await smallTorrent(folder('a'), folder('t.torrent'), null);
    await symlink(folder('a'), folder('other name'));
    const one = await client();
    const torrent = await one.add(folder('t.torrent'), { path: folder('a') });
    await torrent.started();
    for (const name of ['a', 'other name']) await torrent.move(folder(name));
    assert.equal(torrent.path, folder('a', made.name));
    assert.deepEqual(await differences(made, folder('a')), []);
  });

  it('content under another name than its own keeps it', async () => {
    made = await smallTorrent(folder('a'), folder('t.torrent'), null);
    await rename(folder('a', made.name), folder('a', 'renamed'));
    const one = await client();
    const torrent = await one.seed(folder('t.torrent'), folder('a', 'renamed'));
    await torrent.started();
    await torrent.move(folder('b'));
    assert.deepEqual([torrent.done, torrent.path], [true, folder('b', 'renamed')]);
    assert.deepEqual(await names(folder('a')), []);
    await one.close();
    const next = await client();
    const back = await next.seed(folder('t.torrent'), folder('b', 'renamed'), { paused: true });
    assert.equal(back.pieces.count, made.pieces);
  });

  it('needs files that the client itself keeps', async () => {
    const { createNodeReactor } = await import('../../src/reactors/node/index.ts');
    made = await smallTorrent(folder('a'), folder('t.torrent'), null);
    const reactor = createNodeReactor({ root: folder('a') });
    const one = await createClient({ host: HOST, reactor });
    const torrent = await one.add(folder('t.torrent'));
    await assert.rejects(torrent.move(folder('b')), { code: 'SWARMWRIGHT_BAD_OPTION' });
    await one.close();
    reactor.stop();
  });

  describe('between devices', () => {
    const spec = {
      seed: 9,
      name: 'large',
      pieceLength: 256 * KIB,
      announce: null,
      files: [
        { path: ['first'], length: 5 * KIB * KIB },
        { path: ['second'], length: 3 * KIB * KIB },
      ],
    };
    let to: string;
    beforeEach(function () {
      if (device === null) this.skip();
      else to = join(device, 'b');
    });

    async function large(): Promise<Torrent> {
      made = await makeTorrent(spec, folder('a'), folder('t.torrent'));
      const one = await client();
      const torrent = await one.add(folder('t.torrent'), { path: folder('a') });
      await torrent.started();
      return torrent;
    }

    it('tells how far the copies are', async () => {
      const torrent = await large();
      const told: [number, number][] = [];
      await torrent.move(to, { progress: (copied, of) => told.push([copied, of]) });
      const steps = [...told.keys()].map((i) => [(i + 1) * KIB * KIB, made.length]);
      assert.deepEqual(told, steps);
    });

    it('called off by its signal while it copies: everything is where it was', async () => {
      const torrent = await large();
      const seen = witness(torrent);
      const controller = new AbortController();
      const moved = torrent.move(to, {
        signal: controller.signal,
        progress: (copied) => {
          if (copied === 6 * KIB * KIB) controller.abort(new Error('enough'));
        },
      });
      await assert.rejects(moved, { message: 'enough' });
      assert.deepEqual(await differences(made, folder('a')), []);
      assert.deepEqual(await names(to), []);
      assert.deepEqual([seen, torrent.path], [[], folder('a', 'large')]);
      await torrent.move(to);
      assert.deepEqual(await differences(made, to), []);
    });

    it('called off by the end of the client, which waits for that', async () => {
      const torrent = await large();
      const closing: Promise<void>[] = [];
      const moved = torrent.move(to, {
        progress: () => {
          if (closing.length === 0) closing.push(clients[0]!.close());
        },
      });
      await assert.rejects(moved, { code: 'SWARMWRIGHT_TORRENT_STOPPED' });
      await Promise.all(closing);
      assert.deepEqual(await differences(made, folder('a')), []);
      assert.deepEqual(await names(to), []);
      assert.equal((await again(folder('a'))).known, made.pieces);
    });

    it('somebody writes to a file that is copied already: undone, and said', async () => {
      const torrent = await large();
      const touched: Promise<void>[] = [];
      const moved = torrent.move(to, {
        progress: (copied) => {
          if (copied === 6 * KIB * KIB) touched.push(utimes(folder('a', 'large', 'first'), 1, 1));
        },
      });
      await assert.rejects(moved, {
        code: 'SWARMWRIGHT_MOVE_FAILED',
        message: /first" was changed by somebody/,
      });
      await Promise.all(touched);
      assert.deepEqual(await differences(made, folder('a')), []);
      assert.deepEqual(await names(to), []);
    });

    it('a file with holes keeps them', async () => {
      made = await makeTorrent(spec, folder('src'), folder('t.torrent'));
      const one = await client();
      const torrent = await one.add(folder('t.torrent'), { path: folder('a'), downloading: false });
      await torrent.started();
      await mkdir(folder('a', 'large'), { recursive: true });
      await writeFile(folder('a', 'large', 'first'), 'a beginning');
      await truncate(folder('a', 'large', 'first'), 5 * KIB * KIB);
      await torrent.move(to);
      const { size, blocks } = await stat(join(to, 'large', 'first'));
      assert.equal(size, 5 * KIB * KIB);
      assert.ok(blocks * 512 <= 64 * KIB, `${blocks} blocks are used`);
    });

    it('what a move that was killed left behind is no obstacle', async () => {
      const torrent = await large();
      const left = join(to, '.large.moving', 'large');
      await mkdir(left, { recursive: true });
      await writeFile(join(left, 'first'), 'half a copy');
      await torrent.move(to);
      assert.deepEqual(await differences(made, to), []);
      assert.deepEqual(await names(to), ['large', 'large/first', 'large/second']);
    });
  });

  it('the folder is found by its real path', async () => {
    // A root may be a link: the user chose it.
    made = await smallTorrent(folder('a'), folder('t.torrent'), null);
    await mkdir(folder('real'));
    await symlink(folder('real'), folder('link'));
    const one = await client();
    const torrent = await one.add(folder('t.torrent'), { path: folder('a') });
    await torrent.started();
    await torrent.move(folder('link'));
    assert.equal(await realpath(torrent.path), await realpath(folder('real', made.name)));
    assert.deepEqual(await differences(made, folder('real')), []);
  });
});
