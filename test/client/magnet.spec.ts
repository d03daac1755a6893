/**
 * Magnet links in the library, on real sockets and files: from the link to the bytes, what is kept for a restart, what is
 * wanted, and every way in which it ends without a torrent.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Client, ClientOptions, FetchProgress } from '../../src/client/index.ts';
import { makeMagnet, parseMetainfo } from '../../src/protocol/index.ts';
import type { Magnet } from '../../src/protocol/index.ts';
import { differences } from '../support/compare-files.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
const local = (options: ClientOptions = {}): Promise<Client> =>
  createClient({ host: HOST, ...options });
const at = (client: Client): string => `${HOST}:${client.port}`;
const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const link = (infoHash: string, more: Partial<Magnet> = {}): string =>
  makeMagnet({ infoHash: bytes(infoHash), ...more });

describe('magnet links in a client', () => {
  const folder = tempFolder();
  const seeds: Client[] = [];
  afterEach(async () => {
    for (const seed of seeds.splice(0)) await seed.close();
  });

  async function seeding(): Promise<{
    seed: Client;
    infoHash: string;
    made: Awaited<ReturnType<typeof smallTorrent>>;
  }> {
    const made = await smallTorrent(folder('src'), folder('t.torrent'), null);
    const seed = await local();
    seeds.push(seed);
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    return { seed, infoHash: made.infoHash, made };
  }

  it('from the link to the bytes, over one connection, and it tells how far it is', async () => {
    const { seed, infoHash, made } = await seeding();
    await using leech = await local();
    const heard: FetchProgress[] = [];
    const magnet = link(infoHash, { peers: [at(seed)], name: 'guess' });
    const torrent = await leech.add(magnet, {
      path: folder('copy'),
      fetching: (progress) => heard.push(progress),
    });
    assert.equal(torrent.infoHash, infoHash);
    assert.notEqual(torrent.name, 'guess', 'the metadata tells the true name');
    assert.equal(torrent.magnetURI, link(infoHash, { name: torrent.name }));
    const peerEvents: string[] = [];
    torrent.on('peer', () => peerEvents.push('peer'));
    torrent.on('peerGone', () => peerEvents.push('gone'));
    await torrent.completed();
    assert.equal(peerEvents[0], 'peer', 'who was met before is told');
    assert.deepEqual(await differences(made, folder('copy')), []);
    assert.deepEqual(heard[0], { received: 0, size: null, peers: 0 });
    const { received, size, peers } = heard.at(-1)!;
    assert.equal(received, size);
    assert.equal(peers, 1);
    assert.equal(leech.get(infoHash), torrent);
    await assert.rejects(leech.add(magnet), { code: 'SWARMWRIGHT_DUPLICATE_TORRENT' });
  });

  it('keeps the metadata beside the resume files: a restart asks nobody; a removal forgets it', async () => {
    const { seed, infoHash, made } = await seeding();
    const stateFolder = folder('state');
    const options = { path: folder('copy') };
    {
      await using leech = await local({ stateFolder });
      await leech.add(link(infoHash, { peers: [at(seed)] }), { ...options, paused: true });
    }
    await seed.close();
    const kept = `${stateFolder}/${infoHash}.torrent`;
    const { metainfo } = parseMetainfo(await readFile(kept));
    assert.equal(Buffer.from(metainfo!.infoHash).toString('hex'), infoHash);
    {
      await using leech = await local({ stateFolder });
      const torrent = await leech.add(link(infoHash), { ...options, paused: true });
      assert.equal(torrent.length, made.length);
      await torrent.remove();
      assert.equal(existsSync(kept), false);
      assert.deepEqual(await readdir(stateFolder), []);
    }
    // What is kept and is not what the link names is not believed.
    await writeFile(
      kept,
      await readFile(folder('t.torrent')).then((file) => file.fill(0x20, 20, 40)),
    );
    await using leech = await local({ stateFolder });
    const waits = leech.add(link(infoHash), { ...options, signal: AbortSignal.timeout(50) });
    await assert.rejects(waits, { name: 'TimeoutError' });
  });

  it('BEP 53: the link selects files, unless the caller does', async () => {
    const { seed, infoHash } = await seeding();
    await using leech = await local({ stateFolder: folder('state') });
    const so = link(infoHash, {
      peers: [at(seed)],
      selected: [
        { first: 0, last: 0 },
        { first: 3, last: 90 },
      ],
    });
    const wanted = async (given: string, select?: readonly number[]): Promise<number[]> => {
      const torrent = await leech.add(given, { path: folder('copy'), paused: true, select });
      const priorities = torrent.files.map(({ priority }) => priority);
      await torrent.remove();
      return priorities;
    };
    assert.deepEqual(await wanted(so), [1, 0, 0, 1, 1]);
    assert.deepEqual(await wanted(so, [1]), [0, 1, 0, 0, 0]);
    const none = link(infoHash, { peers: [at(seed)], selected: [{ first: 70, last: 90 }] });
    assert.deepEqual(await wanted(none), [1, 1, 1, 1, 1], 'files that there are not');
  });

  it('ends when it is given up, and may be asked for again', async () => {
    const { seed, infoHash } = await seeding();
    await using leech = await local();
    const giveUp = new AbortController();
    const waits = leech.add(link(infoHash), { path: folder('copy'), signal: giveUp.signal });
    await assert.rejects(leech.add(link(infoHash)), { code: 'SWARMWRIGHT_DUPLICATE_TORRENT' });
    await assert.rejects(leech.add(folder('t.torrent'), { path: folder('copy') }), {
      code: 'SWARMWRIGHT_DUPLICATE_TORRENT',
    });
    giveUp.abort(new Error('enough'));
    await assert.rejects(waits, /enough/);
    assert.deepEqual(leech.torrents, []);
    const torrent = await leech.add(link(infoHash, { peers: [at(seed)] }), {
      path: folder('copy'),
    });
    await torrent.completed();
  });

  it('that was given up may be asked for again while its trackers still hear of the end', async () => {
    const { seed, infoHash } = await seeding();
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const server = createServer((request, response) => {
      asked.push(/event=(\w+)/.exec(request.url ?? '')?.[1] ?? 'none');
      answers.push(() => response.end('d8:intervali60e5:peers0:e'));
      if (asked.at(-1) === 'started') answers.pop()!();
    });
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    const { port } = server.address() as AddressInfo;
    await using leech = await local();
    const magnet = link(infoHash, { tiers: [[`http://${HOST}:${port}/announce`]] });
    const waits = leech.add(magnet, { signal: AbortSignal.timeout(500) });
    await assert.rejects(waits, { name: 'TimeoutError' });
    const again = leech.add(`${magnet}&x.pe=${at(seed)}`, { path: folder('copy') });
    while (!asked.includes('stopped')) await new Promise((resolve) => setImmediate(resolve));
    for (const answer of answers.splice(0)) answer();
    await (await again).completed();
    assert.deepEqual(asked.slice(0, 3), ['started', 'stopped', 'started']);
    server.closeAllConnections();
    server.close();
  });

  it('ends with the client', async () => {
    const leech = await local();
    const waits = assert.rejects(leech.add(link('ab'.repeat(20))), {
      code: 'SWARMWRIGHT_CLIENT_CLOSED',
    });
    await leech.close();
    await waits;
  });

  it('of a bad link, or of metadata that is no torrent, says so and leaves nothing', async () => {
    await mkdir(folder('state'));
    await using leech = await local({ stateFolder: folder('state') });
    const wrong = [
      'magnet:?xt=urn:btih:12',
      'magnet:?dn=x',
      new URL(`magnet:?xt=urn:btmh:1220${'ab'.repeat(32)}`),
    ];
    for (const source of wrong) {
      await assert.rejects(leech.add(source), { code: 'SWARMWRIGHT_BAD_OPTION' });
    }
    for (const info of [
      'd4:name1:xe',
      'le',
      'de1:x',
      'd4:name1:x12:piece lengthi1e6:pieces0:6:lengthi0ee',
    ]) {
      const hash = createHash('sha1').update(info).digest('hex');
      await writeFile(`${folder('state')}/${hash}.torrent`, `d4:info${info}e`);
      await assert.rejects(leech.add(link(hash)), { code: 'SWARMWRIGHT_BAD_TORRENT' }, info);
    }
    assert.deepEqual(leech.torrents, []);
  });
});
