/**
 * The end of a client on real sockets: what peers were promised is sent, and no longer than the deadline (F-31).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Client, Torrent } from '../../src/client/index.ts';
import { makeTorrent } from '../support/make-torrent.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOST = '127.0.0.1';
const BLOCK = 16_384;

/** More than the buffers of any two sockets hold. */
const BLOCKS = 1024;
const PIECE = 65_536;

/** A leech that asks for `blocks` blocks and reads nothing until it is told to. */
async function deafLeech(client: Client, torrent: Torrent, blocks: number): Promise<Socket> {
  const socket = connect({ host: HOST, port: client.port });
  await once(socket, 'connect');
  socket.pause();
  const handshake = Buffer.alloc(68);
  handshake[0] = 19;
  handshake.write('BitTorrent protocol', 1, 'latin1');
  handshake.set(torrent.metainfo.infoHash, 28);
  handshake.write('-XX0000-deaf leech..', 48, 'latin1');
  socket.write(handshake);
  socket.write(Buffer.from([0, 0, 0, 1, 2])); // interested
  await once(torrent, 'peer');
  while (torrent.peers[0]?.amChoking !== false) await turn();
  for (let block = 0; block < blocks; block++) {
    const request = Buffer.alloc(17);
    request.writeUInt32BE(13, 0);
    request[4] = 6;
    request.writeUInt32BE(Math.floor((block * BLOCK) / PIECE), 5);
    request.writeUInt32BE((block * BLOCK) % PIECE, 9);
    request.writeUInt32BE(BLOCK, 13);
    socket.write(request);
  }
  return socket;
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('closing a client', () => {
  const folder = tempFolder();

  const openSeed = async (): Promise<Client> => {
    const files = [{ path: ['large'], length: BLOCKS * BLOCK }];
    const spec = { seed: 1, name: 'large', pieceLength: PIECE, announce: null, files };
    await makeTorrent(spec, folder('src'), folder('t.torrent'));
    const config = { readAheadBytesMax: 2 * BLOCKS * BLOCK };
    return createClient({ host: HOST, config });
  };

  it('sends what was given to the network before it cuts the connection', async () => {
    const seed = await openSeed();
    const torrent = await seed.seed(folder('t.torrent'), folder('src'));
    await torrent.started();
    const leech = await deafLeech(seed, torrent, BLOCKS);
    while (torrent.uploaded < BLOCKS * BLOCK) await turn();
    let closed = false;
    let cut = false;
    leech.once('error', () => {
      cut = true;
    });
    const closing = seed.close({ deadline: 60_000 }).then(() => {
      closed = true;
    });
    let received = 0;
    leech.on('data', (data) => {
      received += data.length;
    });
    while (torrent.state !== 'stopped') await turn();
    for (let i = 0; i < 10; i++) await turn();
    assert.equal(closed, false, 'the leech has not read a byte');
    leech.resume();
    await once(leech, 'close');
    await closing;
    assert(closed);
    assert.equal(cut, false, 'the connection was reset');
    // All blocks with their headers, behind handshake, bitfield and unchoke.
    assert(received >= BLOCKS * (BLOCK + 13) + 68 + 5, `${received}`);
  });

  it('cuts who takes nothing at the deadline', async () => {
    const seed = await openSeed();
    const torrent = await seed.seed(folder('t.torrent'), folder('src'));
    await torrent.started();
    const leech = await deafLeech(seed, torrent, BLOCKS);
    leech.on('error', () => undefined);
    while (torrent.uploaded < BLOCKS * BLOCK) await turn();
    await seed.close({ deadline: 50 });
    assert.equal(seed.torrents.length, 0);
    leech.destroy();
  });

  it('does not wait for dials that it gives up', async () => {
    await smallTorrent(folder('src'), folder('t.torrent'), null);
    const client = await createClient({ host: HOST });
    const torrent = await client.add(folder('t.torrent'), {
      path: folder('copy'),
      peers: ['192.0.2.1:6881'], // nobody is there, and nobody says so
    });
    await torrent.started();
    await client.close({ deadline: 600_000 }); // would be over the time of this test
    assert.equal(client.torrents.length, 0);
  });
});
