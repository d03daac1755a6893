/**
 * Torrents of two million pieces and of a hundred thousand files, on real sockets and files (F-35): they load, check,
 * start, pick and transfer. What is held here are functions and counts; times are in `npm run bench:load`.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { createClient } from '../../../src/client/index.ts';
import type { Torrent } from '../../../src/client/index.ts';
import { createNodeReactor } from '../../../src/reactors/node/index.ts';
import type { Reactor } from '../../../src/core/index.ts';
import { parseMetainfo } from '../../../src/protocol/index.ts';
import {
  manyFiles,
  manyPieces,
  sparseContent,
  sparseTorrent,
} from '../../support/load/sparse-torrent.ts';
import { rawPeer } from '../../support/load/raw-peer.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/load/until.ts';

const HOST = '127.0.0.1';
const PIECE = 16_384;
const BITFIELD = 5;

async function verified(torrent: Torrent, count: number): Promise<void> {
  while (torrent.pieces.count < count) await once(torrent, 'verified');
}

/** The reactor, with its store jobs counted by kind. */
function counted(reactor: Reactor, jobs: Map<string, number>): Reactor {
  return new Proxy(reactor, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'openStore') {
        const openStore: Reactor['openStore'] = (files, extent, ready) => {
          target.openStore(files, extent, (store, fault) => {
            const submit = store?.submit.bind(store);
            if (store !== null && submit !== undefined) {
              store.submit = (work, done) => {
                jobs.set(work.type, (jobs.get(work.type) ?? 0) + 1);
                submit(work, done);
              };
            }
            ready(store, fault);
          });
        };
        return openStore;
      }
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('load: big torrents', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  it('F-35: 2,000,000 pieces load, start in an empty folder, and come from a seed', async () => {
    const plan = manyPieces(2_000_000, PIECE);
    const bytes = sparseTorrent(plan);
    assert.ok(bytes.length > 40_000_000);
    await sparseContent(folder('seed'), {
      ...plan,
      name: '.',
      files: [{ ...plan.files[0]!, path: ['pieces'] }],
    });
    await using seed = await createClient({ host: HOST, tracker: false });
    const source = await seed.add(bytes, { path: folder('seed'), skipVerify: true });
    await source.started();
    assert.ok(source.done);
    const jobs = new Map<string, number>();
    const reactor = createNodeReactor({ root: folder('leech') });
    const leech = await createClient({
      host: HOST,
      tracker: false,
      reactor: counted(reactor, jobs),
    });
    try {
      const torrent = await leech.add(bytes, { path: folder('leech') });
      await torrent.started();
      const hashes = jobs.get('store-hash') ?? 0;
      assert.ok(hashes > 0 && hashes < 2000, `${hashes} pieces were looked for where nothing is`);
      await torrent.addPeer(`${HOST}:${seed.port}`);
      await verified(torrent, 100);

      // A peer with half of all pieces comes, in one message of 250,000 bytes, and leaves.
      assert.equal(torrent.availability, 1);
      const half = await rawPeer(leech.port, torrent.infoHash, 'half');
      half.say(BITFIELD, new Uint8Array(250_000).fill(0xaa));
      await until('its pieces are counted', () => torrent.availability > 1);
      assert.equal(torrent.availability, 1.5);
      half.socket.destroy();
      await until('it is gone', () => torrent.numPeers === 1);
      assert.equal(torrent.availability, 1);

      await verified(torrent, 200);
      assert.equal(torrent.downloaded, torrent.pieces.count * PIECE);
      assert.ok(torrent.progress > 0 && torrent.progress < 0.01);
    } finally {
      await leech.close();
      reactor.stop();
    }
  });

  it('F-35: 100,000 files load and start, and only those are made that bytes came for', async () => {
    const plan = manyFiles(100_000, 5000, PIECE);
    // Read once for both: reading it is another test's.
    const { metainfo } = parseMetainfo(sparseTorrent(plan));
    assert(metainfo !== null);
    await sparseContent(folder('seed'), plan, 5000); // more than can be asked for before it stops
    // Nobody is offered pieces of files that were not made here.
    const config = { allowedFastMax: 0.5 };
    await using seed = await createClient({ host: HOST, tracker: false, config });
    const source = await seed.add(metainfo, { path: folder('seed'), skipVerify: true });
    await source.started();
    await using leech = await createClient({ host: HOST, tracker: false });
    const torrent = await leech.add(metainfo, { path: folder('leech'), sequential: true });
    await torrent.started();
    await assert.rejects(stat(folder('leech')), { code: 'ENOENT' }, 'a start makes nothing');
    assert.equal(torrent.files.length, 100_000);
    await torrent.addPeer(`${HOST}:${seed.port}`);
    await verified(torrent, 100);
    assert.ok(torrent.files[100]!.done && !torrent.files[99_999]!.done);
    await torrent.stop();
    const made = await readdir(folder('leech'), { recursive: true });
    const files = made.filter((name) => name.endsWith('.bin')).length;
    // Behind what is verified come the requests that were out.
    assert.ok(files >= 300 && files <= 4000, `${files} files were made`);
  });
});
