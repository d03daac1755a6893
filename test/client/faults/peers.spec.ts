/**
 * Peers that break off, and peers that say half a word, on real sockets (F-01, F-08).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { dialing } from '../../../src/behaviors/index.ts';
import { createClient } from '../../../src/client/index.ts';
import { createRandom } from '../../../src/core/index.ts';
import { manyPieces, sparseTorrent } from '../../support/load/sparse-torrent.ts';
import { rawPeer } from '../../support/load/raw-peer.ts';
import { rawSeed } from '../../support/load/raw-seeds.ts';
import { until } from '../../support/load/until.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const HOST = '127.0.0.1';
const PIECE = 65_536;

describe('faults: peers on real sockets', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  it('F-01: half of 16 peers reset in the middle of blocks: all of it comes, nothing twice for it', async () => {
    const pieces = 512;
    await using leech = await createClient({
      host: HOST,
      tracker: false,
      behaviors: { dialing: dialing({ backoffBase: 1000, diallingMax: 16 }) },
      config: { hostDialEvery: 1, dialsPerSecondMax: 1000 },
    });
    const torrent = await leech.add(sparseTorrent(manyPieces(pieces, PIECE)), {
      path: folder('leech'),
    });
    await torrent.started();
    const random = createRandom(1);
    const plan = { infoHash: torrent.infoHash, pieces };
    const seeds = await Promise.all(
      Array.from({ length: 16 }, (_, i) => {
        const breaks = (): boolean => i % 2 === 0 && random.below(100) < 5;
        return rawSeed(`-XX0000-seed-${i}`, { ...plan, breaks });
      }),
    );
    try {
      const failed: number[] = [];
      torrent.on('failed', (piece) => failed.push(piece));
      for (const { port } of seeds) await torrent.addPeer(`${HOST}:${port}`);
      await torrent.completed();
      const resets = seeds.reduce((sum, seed) => sum + seed.resets, 0);
      assert.ok(resets >= 8, `only ${resets} resets`);
      assert.deepEqual(failed, []);
      const content = await readFile(folder('leech', 'pieces'));
      assert.ok(content.length === torrent.length && content.every((byte) => byte === 0));
      assert.ok(torrent.received <= 2 * torrent.length, `${torrent.received} bytes were received`);
    } finally {
      for (const seed of seeds) seed.close();
    }
  });

  it('F-08: 1000 half handshakes: an honest peer comes in and is served, and the others are gone', async () => {
    const pieces = 16;
    const config = { handshakeTimeMax: 2000 };
    await using client = await createClient({ host: HOST, tracker: false, config });
    const torrent = await client.add(sparseTorrent(manyPieces(pieces, PIECE)), {
      path: folder('leech'),
    });
    await torrent.started();
    const half = Buffer.from('\x13BitTorrent proto', 'latin1');
    let open = 0;
    let cut = 0;
    for (let i = 0; i < 1000; i++) {
      const socket = connect(client.port, HOST);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        cut++;
        open--;
      });
      socket.resume();
      open++;
      socket.once('connect', () => socket.write(half));
      if (i % 50 === 49) await once(socket, 'connect').catch(() => undefined);
    }
    const honest = await rawPeer(client.port, torrent.infoHash, '-XX0000-honest');
    honest.seed(pieces);
    await torrent.completed();
    await until('every half handshake is over', () => open === 0);
    assert.equal(cut, 1000);
    honest.socket.destroy();
  });
});
