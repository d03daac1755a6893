/**
 * The library on real sockets and files: the main job, flags, aborts, events, errors, ends (issue 2, part 7).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Client, ClientOptions, Torrent, TorrentEvent } from '../../src/client/index.ts';
import { differences } from '../support/compare-files.ts';
import { smallPieceLength, smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
const local = (options: ClientOptions = {}): Promise<Client> =>
  createClient({ host: HOST, ...options });
const at = (client: Client): string => `${HOST}:${client.port}`;

/** Overwrites a piece's worth of bytes in the middle of a file. */
async function spoil(path: string, position: number): Promise<void> {
  await using file = await open(path, 'r+');
  await file.write(new Uint8Array(10).fill(0xee), 0, 10, position);
}

describe('client', () => {
  const folder = tempFolder();

  it('moves a torrent from a seed to a leech, bytes equal, with its events', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await local();
    await using leech = await local();
    const origin = await seed.seed(folder('t.torrent'), folder('src'));
    await origin.started();
    assert.equal(origin.done, true);
    assert.equal(origin.received, 0);

    const torrent = await leech.add(await readFile(folder('t.torrent')), {
      path: folder('copy'),
      peers: [at(seed)],
    });
    const heard: string[] = [];
    const names = ['infoHash', 'metadata', 'ready', 'peer', 'done', 'close'] as const;
    for (const name of names) torrent.on(name, () => heard.push(name));
    let verified = 0;
    torrent.on('verified', () => verified++);
    await torrent.completed();
    assert.equal(torrent.infoHash, made.infoHash);
    assert.equal(verified, made.pieces);
    assert.equal(torrent.pieces.count, made.pieces);
    assert.deepEqual(
      [torrent.progress, torrent.downloaded, torrent.received, torrent.timeRemaining],
      [1, made.length, made.length, 0],
    );
    assert.equal(origin.uploaded, made.length);
    assert.ok(torrent.files.every((file) => file.done && file.progress === 1));
    assert.equal(leech.get(made.infoHash.toUpperCase()), torrent);
    await torrent.destroy();
    assert.deepEqual(heard, ['infoHash', 'metadata', 'ready', 'peer', 'done', 'close']);
    assert.deepEqual(leech.torrents, []);
    assert.deepEqual(await differences(made, folder('copy')), []);
  });

  for (const seeding of [true, false]) {
    for (const downloading of [true, false]) {
      it(`flags: seeding ${seeding}, downloading ${downloading} (A-D1)`, async () => {
        await smallTorrent(folder('src'), folder('t.torrent'), null);
        await using seed = await local();
        await using leech = await local();
        const origin = await seed.seed(folder('t.torrent'), folder('src'), { seeding });
        await origin.started();
        const torrent = await leech.add(folder('t.torrent'), {
          path: folder('copy'),
          peers: [at(seed)],
          downloading,
        });
        await once(torrent, 'peer');
        assert.deepEqual([origin.seeding, torrent.downloading], [seeding, downloading]);
        if (!seeding || !downloading) assert.equal(torrent.received, 0);
        origin.seeding = true;
        torrent.downloading = true;
        await torrent.completed();
        assert.equal(torrent.received, torrent.length);
      });
    }
  }

  it('talks to nobody whom its IP filter denies, or who is banned, until it may (S-32)', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await local();
    await using leech = await local({ ipFilter: `# nobody here\n127.0.0.0/8` });
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    const torrent = await leech.add(folder('t.torrent'), { path: folder('copy'), paused: true });
    const bans: string[] = [];
    torrent.on('ban', ({ address, reason }) => bans.push(`${address.host} ${reason}`));
    torrent.on('unban', (host) => bans.push(`${host} again`));
    let met = 0;
    torrent.on('peer', () => met++);
    torrent.start();
    await torrent.started();
    await torrent.addPeer(at(seed));
    torrent.ban(HOST, { reason: 'for the test', time: 60_000 });
    leech.setIpFilter('');
    torrent.unban(`::ffff:${HOST}`);
    await torrent.completed();
    assert.deepEqual(bans, [`${HOST} for the test`, `${HOST} again`]);
    assert.equal(met, 1);
    assert.throws(() => torrent.ban('example.org'), { code: 'SWARMWRIGHT_BAD_OPTION' });
    assert.throws(() => leech.setIpFilter('nonsense'), { code: 'SWARMWRIGHT_BAD_OPTION' });
    await assert.rejects(local({ ipFilter: ['10.0.0.0/33'] }), { code: 'SWARMWRIGHT_BAD_OPTION' });
  });

  it('keeps existing data and fetches only what is missing', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await cp(folder('src'), folder('copy'), { recursive: true });
    await spoil(folder('copy', made.name, 'odd', 'a.bin'), 3 * smallPieceLength);
    await using seed = await local();
    await using leech = await local();
    await (await seed.seed(folder('t.torrent'), folder('src', made.name))).started();
    const options = { path: folder('copy'), peers: [at(seed)] };
    const torrent = await leech.add(folder('t.torrent'), options);
    await torrent.completed();
    assert.equal(torrent.received, smallPieceLength);
    assert.deepEqual(await differences(made, folder('copy')), []);
  });

  it('seeds data under another name, and says what does not match', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await cp(folder('src', made.name), folder('renamed'), { recursive: true });
    await spoil(folder('renamed', 'tail'), 100_000);
    await using client = await local();
    const torrent = await client.seed(folder('t.torrent'), folder('renamed'));
    await torrent.started();
    assert.equal(torrent.done, false);
    assert.equal(torrent.pieces.count, made.pieces - 1);
    assert.equal(torrent.path, folder('renamed'));
  });

  it('rechecks: what was spoilt meanwhile is found and fetched again', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using client = await local();
    const torrent = await client.seed(folder('t.torrent'), folder('src'));
    await torrent.started();
    await spoil(folder('src', made.name, 'tail'), 0);
    await torrent.recheck();
    assert.deepEqual([torrent.done, torrent.pieces.count], [false, made.pieces - 1]);
    await torrent.destroy();
  });

  it('stops and starts again, and dials the named peers again', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await local();
    await using leech = await local();
    const origin = await seed.seed(folder('t.torrent'), folder('src'), { seeding: false });
    await origin.started();
    const options = { path: folder('copy'), peers: [at(seed)] };
    const torrent = await leech.add(folder('t.torrent'), options);
    await once(torrent, 'peer');
    await torrent.stop();
    assert.deepEqual([torrent.state, torrent.paused, torrent.numPeers], ['stopped', true, 0]);
    origin.seeding = true;
    torrent.start();
    await torrent.completed();
    assert.deepEqual(await differences(made, folder('copy')), []);
  });

  it('keeps torrents of one client in different folders', async () => {
    const one = await smallTorrent(folder('src'), folder('1.torrent'), null, 1);
    const two = await smallTorrent(folder('src'), folder('2.torrent'), null, 2);
    await using seed = await local();
    await using leech = await local({ path: folder('default') });
    await (await seed.seed(folder('1.torrent'), folder('src'))).started();
    await (await seed.seed(folder('2.torrent'), folder('src'))).started();
    const first = await leech.add(folder('1.torrent'), { peers: [at(seed)] });
    const second = await leech.add(folder('2.torrent'), { path: folder('b'), peers: [at(seed)] });
    await Promise.all([first.completed(), second.completed()]);
    assert.equal(leech.progress, 1);
    await leech.close();
    assert.deepEqual(await differences(one, folder('default')), []);
    assert.deepEqual(await differences(two, folder('b')), []);
  });

  it('gives everything to for await, until the torrent is removed', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using client = await local();
    const torrent = await client.seed(folder('t.torrent'), folder('src'));
    const seen: TorrentEvent[] = [];
    let ended = Promise.resolve();
    for await (const event of torrent.events()) {
      seen.push(event);
      if (event.type === 'complete') ended = torrent.destroy();
    }
    await ended;
    const states = seen.flatMap((event) => (event.type === 'state-changed' ? [event.state] : []));
    assert.deepEqual(states, ['opening', 'checking', 'active', 'stopping', 'stopped']);
    assert.equal(seen.at(-1)?.type, 'removed');
  });

  it('gives up waiting at the signal, and goes on working', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using client = await local();
    const aborted = AbortSignal.abort(new Error('enough'));
    await assert.rejects(client.add(folder('t.torrent'), { signal: aborted }), /enough/);
    assert.equal(client.torrents.length, 0);
    const torrent = await client.add(folder('t.torrent'), { path: folder('copy') });
    const stop = new AbortController();
    const waiting = torrent.completed({ signal: stop.signal });
    const reading = torrent.events({ signal: stop.signal });
    const loop = (async () => {
      for await (const event of reading) assert.ok(event.type);
    })();
    stop.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    await assert.rejects(loop, /enough/);
    await torrent.started();
    assert.equal(torrent.state, 'active');
  });

  it('an error stops the torrent, not the process, and start() tries again', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await writeFile(folder('blocked'), 'a file where the folder should be');
    await using seed = await local();
    await using leech = await local();
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    const options = { path: folder('blocked'), peers: [at(seed)] };
    const torrent = await leech.add(folder('t.torrent'), options);
    // Nobody listens to `error`: nothing may be thrown.
    await assert.rejects(torrent.completed(), { code: 'SWARMWRIGHT_NO_PERMISSION' });
    assert.equal(torrent.state, 'error');
    await rm(folder('blocked'));
    torrent.start();
    await torrent.completed();
    assert.deepEqual(await differences(made, folder('blocked')), []);
  });

  it('replaces behaviors while it runs, and refuses unknown names', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using client = await local();
    const torrent = await client.add(folder('t.torrent'), { path: folder('copy') });
    await torrent.started();
    torrent.setBehaviors({ picker: 'sequential', choker: 'round-robin' });
    assert.throws(() => torrent.setBehaviors({ picker: 'best' }), {
      code: 'SWARMWRIGHT_BAD_OPTION',
    });
  });

  it('fetches a torrent from a URL, and tells why it could not', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const bytes = await readFile(folder('t.torrent'));
    const server = createServer((request, reply) => {
      if (request.url === '/t.torrent') reply.end(bytes);
      else reply.writeHead(404).end('no');
    }).listen(0, HOST);
    await once(server, 'listening');
    const base = `http://${HOST}:${(server.address() as AddressInfo).port}`;
    await using client = await local();
    const torrent = await client.add(`${base}/t.torrent`, { path: folder('copy'), paused: true });
    assert.equal(torrent.paused, true);
    await assert.rejects(client.add(`${base}/other`), {
      code: 'SWARMWRIGHT_FETCH_FAILED',
      message: /404/,
    });
    server.close();
    server.closeAllConnections();
  });

  it("names the caller's mistakes by code", async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using client = await local();
    const bad: readonly [() => Promise<unknown>, string][] = [
      [() => client.add(folder('none.torrent')), 'SWARMWRIGHT_FILE_MISSING'],
      [() => client.add(folder('src')), 'SWARMWRIGHT_FILE_UNREADABLE'],
      [() => client.add(Uint8Array.of(1, 2)), 'SWARMWRIGHT_BAD_TORRENT'],
      [() => client.add('magnet:?xt=urn:btih:00'), 'SWARMWRIGHT_BAD_OPTION'],
      [() => createClient({ host: HOST, port: client.port }), 'SWARMWRIGHT_PORT_IN_USE'],
      [() => createClient({ host: '192.0.2.1' }), 'SWARMWRIGHT_PORT_UNAVAILABLE'],
    ];
    for (const [call, code] of bad) await assert.rejects(call, { code });
    await client.add(folder('t.torrent'), { path: folder('copy') });
    await assert.rejects(client.add(folder('t.torrent')), {
      code: 'SWARMWRIGHT_DUPLICATE_TORRENT',
    });
  });

  it('stops seeding when it has given its share, and says so', async () => {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await local({ share: { ratio: 1 } });
    await using leech = await local();
    const origin = await seed.seed(folder('t.torrent'), folder('src'));
    await origin.started();
    const shared = once(origin, 'shared');
    const options = { path: folder('copy'), peers: [at(seed)] };
    const torrent = await leech.add(folder('t.torrent'), options);
    await torrent.completed();
    assert.deepEqual(await shared, ['ratio']);
    assert.equal(origin.uploaded, made.length);
    assert.equal(origin.paused, true);
    assert.throws(() => origin.setShare({ ratio: -1 }), /numbers from 0/);
  });

  it('closes once, however often it is asked; what waited is told', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const client = await local();
    const torrent: Torrent = await client.add(folder('t.torrent'), { path: folder('copy') });
    const waiting = assert.rejects(torrent.completed(), { code: 'SWARMWRIGHT_TORRENT_REMOVED' });
    await Promise.all([client.close(), client.close(), client.destroy()]);
    await waiting;
    await client.close();
    await assert.rejects(client.add(folder('t.torrent')), { code: 'SWARMWRIGHT_CLIENT_CLOSED' });
    await torrent.stop();
    await torrent.destroy();
  });
});
