/**
 * Many at once, on real sockets: two hundred connected peers on one torrent, and five hundred torrents between two clients
 * that have one port each.
 */
import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { dialing } from '../../../src/behaviors/index.ts';
import { createClient } from '../../../src/client/index.ts';
import { crowd, leechAll, manyTorrents, seedAll } from '../../support/load/crowds.ts';
import { manyPieces, sparseTorrent } from '../../support/load/sparse-torrent.ts';
import { rawPeer } from '../../support/load/raw-peer.ts';
import { until } from '../../support/load/until.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const HOST = '127.0.0.1';
const PIECE = 16_384;

describe('load: crowds', function () {
  this.timeout(60_000);
  const folder = tempFolder();

  it('F-34: 200 connected peers give one torrent, and nobody is asked in vain', async () => {
    const pieces = 4000;
    const behaviors = { dialing: dialing({ connectionsMax: 200 }) };
    await using leech = await createClient({ host: HOST, tracker: false, behaviors });
    const torrent = await leech.add(sparseTorrent(manyPieces(pieces, PIECE)), {
      path: folder('leech'),
      downloading: false,
    });
    await torrent.started();
    const peers = await crowd({ port: leech.port, infoHash: torrent.infoHash, pieces }, 200);
    await until('all 200 are members', () => torrent.numPeers === 200 && torrent.numSeeds === 200);
    await assert.rejects(rawPeer(leech.port, torrent.infoHash, 'one-too-many'));
    const givers = new Set<number>();
    const failed: number[] = [];
    torrent.on('failed', (piece) => failed.push(piece));
    torrent.downloading = true;
    await torrent.completed();
    peers.forEach(({ heard }, i) => heard.includes(6) && givers.add(i));
    assert.deepEqual(failed, []);
    assert.ok(givers.size > 150, `only ${givers.size} of 200 were asked for anything`);
    // Two hundred pipelines hold all that is left from the first moment on: endgame asks three for a block at most.
    assert.ok(torrent.received <= 3 * torrent.length, `${torrent.received} bytes were received`);
    assert.equal((await stat(folder('leech', 'pieces'))).size, torrent.length);
    for (const { socket } of peers) socket.destroy();
  });

  it('500 torrents: one port seeds them all to another client, which gets every byte', async () => {
    const plans = manyTorrents(500, 3, PIECE);
    await using seed = await seedAll(folder('seed'), plans);
    assert.equal(seed.torrents.length, 500);
    await using leech = await leechAll(folder('leech'), plans, seed.port);
    await Promise.all(leech.torrents.map((torrent) => torrent.completed()));
    assert.equal((await readdir(folder('leech'))).length, 500);
    assert.equal(leech.progress, 1);
    const uploaded = seed.torrents.map((torrent) => torrent.uploaded);
    assert.ok(uploaded.every((bytes) => bytes === 3 * PIECE));
  });
});
