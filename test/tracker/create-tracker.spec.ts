/** The real tracker over real sockets, by raw requests: HTTP, UDP, IPv6, white list, port in use, close. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { decodeUdpReply } from '../../src/protocol/tracker/index.ts';
import {
  encodeUdpAnnounce,
  encodeUdpConnect,
  encodeUdpScrape,
} from '../../src/protocol/tracker/index.ts';
import type { Tracker, TrackerOptions } from '../../src/tracker/index.ts';
import { createTracker } from '../../src/tracker/index.ts';
import { INFO_HASH, PEER_ID } from '../support/announce-world.ts';

const HASH = Array.from(INFO_HASH, (byte) => '%' + byte.toString(16).padStart(2, '0')).join('');
const ANNOUNCE = `/announce?info_hash=${HASH}&peer_id=-SW0001-abcdefghijkl&left=1&compact=1&port=`;

describe('tracker/create-tracker', () => {
  const open: Tracker[] = [];
  const make = async (options: TrackerOptions = {}): Promise<Tracker> => {
    const tracker = await createTracker(options);
    open.push(tracker);
    return tracker;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((tracker) => tracker.close()));
  });

  async function get(tracker: Tracker, path: string): Promise<string> {
    const socket = connect(tracker.port, tracker.host);
    socket.end(`GET ${path} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n`);
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('latin1');
  }

  it('tells HTTP peers of each other', async () => {
    const tracker = await make();
    assert.equal(tracker.url, `http://127.0.0.1:${tracker.port}/announce`);
    assert.match(await get(tracker, ANNOUNCE + '1000'), /^HTTP\/1.1 200 OK\r\n.*5:peers0:e$/s);
    assert.ok((await get(tracker, ANNOUNCE + '1001')).endsWith('5:peers6:\x7f\0\0\x01\x03\xe8e'));
    assert.match(await get(tracker, `/scrape?info_hash=${HASH}`), /incompletei2ee/);
    assert.match(await get(tracker, '/announce?x'), /failure reason17:invalid info_hash/);
    assert.match(await get(tracker, '/'), /^HTTP\/1.1 404/);
    assert.equal(tracker.torrents, 1);
  });

  it('tells UDP peers, on the same port and of the same swarm', async () => {
    const tracker = await make({ interval: 120_000, jitter: 0 });
    await get(tracker, ANNOUNCE + '1000');
    const socket = createSocket('udp4');
    const ask = async (data: Uint8Array): Promise<ReturnType<typeof decodeUdpReply>> => {
      socket.send(data, tracker.port, tracker.host);
      const [reply] = (await once(socket, 'message')) as [Buffer];
      return decodeUdpReply(reply);
    };
    try {
      const connected = await ask(encodeUdpConnect(7));
      assert.ok(connected?.type === 'connect');
      const { connection } = connected;
      const query = {
        infoHash: INFO_HASH,
        peerId: PEER_ID,
        key: 1,
        port: 1001,
        uploaded: 0,
        downloaded: 0,
        left: 0,
        event: 'started',
        peersWanted: null,
      } as const;
      const announced = await ask(encodeUdpAnnounce(connection, 8, query, '/announce'));
      assert.ok(announced?.type === 'announce');
      assert.deepEqual([announced.interval, announced.seeds, announced.leeches], [120, 1, 1]);
      assert.deepEqual([...announced.peers], [127, 0, 0, 1, 0x03, 0xe8]);
      const scraped = await ask(encodeUdpScrape(connection, 9, [INFO_HASH]));
      assert.ok(scraped?.type === 'scrape');
      assert.deepEqual(scraped.counts, [{ seeds: 1, completed: 0, leeches: 1 }]);
    } finally {
      socket.close();
    }
  });

  it('tracks the white list only', async () => {
    const tracker = await make({ udp: false, whitelist: ['00'.repeat(20)] });
    assert.equal(tracker.udpUrl, null);
    assert.match(await get(tracker, ANNOUNCE + '1'), /not registered/);
    await assert.rejects(make({ whitelist: ['xyz'] }), { code: 'SWARMWRIGHT_BAD_OPTION' });
    await assert.rejects(make({ host: 'localhost' }), { code: 'SWARMWRIGHT_BAD_OPTION' });
  });

  it('a port in use rejects with its code, over either transport, and leaves nothing open', async () => {
    const tracker = await make();
    await assert.rejects(make({ port: tracker.port }), { code: 'EADDRINUSE' });
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    try {
      await assert.rejects(make({ port }), { code: 'EADDRINUSE' });
    } finally {
      socket.close();
      await once(socket, 'close');
    }
    assert.equal((await make({ port })).port, port);
  });

  it('close ends open connections, twice is once, and the port is free again', async () => {
    const tracker = await make();
    const idle = connect(tracker.port, tracker.host);
    await once(idle, 'connect');
    const ended = once(idle, 'close');
    idle.on('error', () => undefined);
    idle.resume();
    await Promise.all([tracker.close(), tracker.close()]);
    await ended;
    assert.equal((await make({ port: tracker.port })).port, tracker.port);
  });
});
