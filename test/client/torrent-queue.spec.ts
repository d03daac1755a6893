/**
 * Many torrents: whose turn it is, alone and in a client on real files.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Torrent } from '../../src/client/index.ts';
import { TorrentQueue } from '../../src/client/queue/torrent-queue.ts';
import type { Queued } from '../../src/client/queue/torrent-queue.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
const ALL = { downloads: Infinity, seeds: Infinity, all: Infinity, checks: 0 };
const LOOKED_AT = { known: true, slow: false };

describe('torrent queue', () => {
  it('chooses the first ones that want, within both limits, and forced ones beside them (property)', () => {
    const one = fc
      .record({ wants: fc.boolean(), done: fc.boolean(), forced: fc.boolean() })
      .map((each) => ({ ...each, ...LOOKED_AT }));
    fc.assert(
      fc.property(fc.array(one), fc.nat(4), fc.nat(4), (torrents, downloads, seeds) => {
        const queue = new TorrentQueue<Queued>({ ...ALL, downloads, seeds });
        for (const torrent of torrents) queue.add(torrent);
        const chosen = queue.chosen();
        for (const done of [true, false]) {
          const waiting = torrents.filter(
            (each) => each.wants && !each.forced && each.done === done,
          );
          const most = done ? seeds : downloads;
          assert.deepEqual(
            waiting.filter((each) => chosen.has(each)),
            waiting.slice(0, most),
          );
        }
        for (const each of torrents) {
          if (each.forced || !each.wants) assert.equal(chosen.has(each), each.wants);
        }
      }),
    );
  });

  it('lets run who was never looked at where both kinds have a place, and checks it where one has', () => {
    const open = { wants: true, done: false, forced: false, known: false, slow: false };
    const turns = (limits: Partial<typeof ALL>, ...torrents: readonly Queued[]): unknown[] => {
      const queue = new TorrentQueue<Queued>({ ...ALL, checks: 1, ...limits });
      for (const torrent of torrents) queue.add(torrent);
      const chosen = queue.chosen();
      return torrents.map((torrent) => chosen.get(torrent) ?? null);
    };
    const four = [1, 2, 3, 4].map(() => ({ ...open }));
    assert.deepEqual(turns({}, ...four), ['run', 'run', 'run', 'run']);
    assert.deepEqual(turns({ seeds: 2 }, ...four), ['run', 'run', 'check', null]);
    assert.deepEqual(turns({ downloads: 2, checks: 2 }, ...four), ['run', 'run', 'check', 'check']);
    assert.deepEqual(turns({ downloads: 1, seeds: 1 }, ...four), ['run', null, null, null]);
    assert.deepEqual(turns({ all: 1 }, ...four), ['run', null, null, null]);
    assert.deepEqual(turns({ seeds: 0 }, ...four), ['check', null, null, null]);
    const download = { ...open, known: true };
    const seed = { ...download, done: true };
    assert.deepEqual(turns({ downloads: 1, seeds: 1, all: 1 }, download, seed), ['run', null]);
    assert.deepEqual(turns({ downloads: 1, seeds: 1 }, download, seed), ['run', 'run']);
  });

  it('gives slow ones no place, but where their kind has none at all', () => {
    const each = { wants: true, done: false, forced: false, known: true };
    const [slow, fast] = [
      { ...each, slow: true },
      { ...each, slow: false },
    ];
    const queue = new TorrentQueue<Queued>({ ...ALL, downloads: 1 });
    for (const torrent of [fast, slow]) queue.add(torrent);
    assert.deepEqual(
      [...queue.chosen()],
      [
        [fast, 'run'],
        [slow, 'run'],
      ],
    );
    queue.limits = { ...ALL, downloads: 0 };
    assert.equal(queue.chosen().size, 0);
    queue.limits = { ...ALL, all: 0 };
    assert.equal(queue.chosen().size, 0);
  });

  it('keeps an order that can be changed', () => {
    const [a, b, c] = [1, 2, 3].map(() => ({
      wants: true,
      done: false,
      forced: false,
      ...LOOKED_AT,
    }));
    const queue = new TorrentQueue<Queued>({ ...ALL, downloads: 1, seeds: 0 });
    for (const each of [a!, b!, c!]) queue.add(each);
    queue.move(c!, 0);
    assert.deepEqual(queue.order, [c, a, b]);
    assert.deepEqual([...queue.chosen().keys()], [c]);
    queue.move(c!, 99);
    assert.deepEqual(queue.order, [a, b, c]);
    queue.remove(a!);
    queue.remove(a!);
    queue.move(a!, 0);
    assert.deepEqual(queue.order, [b, c]);
    assert.throws(() => queue.move(b!, -1));
  });
});

describe('a client with a queue', () => {
  const folder = tempFolder();

  it('downloads one after the other, and each that is done gives its place', async () => {
    await using seed = await createClient({ host: HOST });
    await using leech = await createClient({ host: HOST, activeDownloads: 1, activeSeeds: 1 });
    const torrents: Torrent[] = [];
    let most = 0;
    for (let i = 1; i <= 4; i++) {
      await smallTorrent(folder(`src ${i}`), folder(`${i}.torrent`), null, i);
      await (await seed.seed(folder(`${i}.torrent`), folder(`src ${i}`))).started();
      const path = folder(`copy ${i}`);
      const peers = [`${HOST}:${seed.port}`];
      const torrent = await leech.add(folder(`${i}.torrent`), { path, peers });
      torrent.on('state', () => {
        const active = torrents.filter((each) => each.state === 'active' && !each.done);
        most = Math.max(most, active.length);
      });
      torrents.push(torrent);
    }
    for (const torrent of torrents) await torrent.completed();
    assert.equal(most, 1, 'one at a time');
    assert.deepEqual(leech.queue, torrents);
    assert.deepEqual(
      torrents.map((each) => each.queued),
      [false, true, true, true],
      'one of the seeds seeds, the others wait',
    );
    leech.moveInQueue(torrents[2]!, 0);
    assert.deepEqual(
      torrents.map((each) => each.queued),
      [true, true, false, true],
    );
    const ready = once(torrents[3]!, 'ready');
    torrents[3]!.start({ forced: true });
    await ready;
    assert.equal(torrents[3]!.queued, false);
    assert.equal(torrents[2]!.queued, false, 'forced ones take no place');
    await torrents[2]!.stop();
    assert.equal(torrents[0]!.queued, false, 'the next one');
    leech.setActive({ activeSeeds: -1 });
    assert.deepEqual(
      torrents.map((each) => each.queued),
      [false, false, false, false],
    );
    await torrents[1]!.started();
    assert.equal(torrents[2]!.paused, true);
  });
});

describe('a client that is paused', () => {
  const folder = tempFolder();

  it('leaves every swarm, keeps what its torrents are told, and goes on with it', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    await using seed = await createClient({ host: HOST });
    await (await seed.seed(folder('t.torrent'), folder('src'))).started();
    await using leech = await createClient({ host: HOST, paused: true });
    assert.equal(leech.paused, true);
    const peers = [`${HOST}:${seed.port}`];
    const torrent = await leech.add(folder('t.torrent'), { path: folder('copy'), peers });
    await leech.pause();
    assert.deepEqual([torrent.paused, torrent.state], [false, 'stopped']);
    leech.resume();
    await torrent.completed();
    await seed.pause();
    assert.equal(seed.torrents[0]!.state, 'stopped');
    assert.equal(seed.torrents[0]!.numPeers, 0);
    seed.resume();
    await seed.torrents[0]!.started();
    assert(torrent.activeTime >= torrent.finishedTime);
    assert(torrent.sinceReceived !== null && seed.torrents[0]!.sinceUploaded !== null);
    await torrent.stop({ graceful: true });
    assert.deepEqual([torrent.paused, torrent.state], [true, 'stopped']);
    await torrent.check();
    assert.deepEqual([torrent.done, torrent.state], [true, 'stopped']);
  });

  it('refuses options that mean nothing', async () => {
    for (const options of [
      { activeSeeds: -2 },
      { activeChecks: 0.5 },
      { slow: { rate: 0 } },
      { slow: { pace: 1 } as never },
      { paused: 1 as never },
    ]) {
      await assert.rejects(createClient(options), { code: 'SWARMWRIGHT_BAD_OPTION' });
    }
  });
});
