/**
 * Many torrents: whose turn it is, alone and in a client on real files.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Torrent } from '../../src/client/index.ts';
import { TorrentQueue } from '../../src/client/torrent-queue.ts';
import type { Queued } from '../../src/client/torrent-queue.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';

describe('torrent queue', () => {
  it('chooses the first ones that want, within both limits, and forced ones beside them (property)', () => {
    const one = fc.record({ wants: fc.boolean(), done: fc.boolean(), forced: fc.boolean() });
    fc.assert(
      fc.property(fc.array(one), fc.nat(4), fc.nat(4), (torrents, downloads, seeds) => {
        const queue = new TorrentQueue<Queued>(downloads, seeds);
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

  it('keeps an order that can be changed', () => {
    const [a, b, c] = [1, 2, 3].map(() => ({ wants: true, done: false, forced: false }));
    const queue = new TorrentQueue<Queued>(1, 0);
    for (const each of [a!, b!, c!]) queue.add(each);
    queue.move(c!, 0);
    assert.deepEqual(queue.order, [c, a, b]);
    assert.deepEqual([...queue.chosen()], [c]);
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
