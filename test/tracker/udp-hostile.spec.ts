/**
 * The tracker's UDP port through real sockets: garbage meets silence, an unvalidated address gets no more than it sent, and
 * IPv4 and IPv6 peers of one tracker on both families are told of their own (S-45, BEP 7).
 */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import { decodeUdpReply, encodeUdpAnnounce, encodeUdpConnect } from '../../src/protocol/index.ts';
import type { UdpReply } from '../../src/protocol/index.ts';
import { createTracker } from '../../src/tracker/index.ts';
import type { Tracker } from '../../src/tracker/index.ts';
import { announceQuery } from '../support/tracker-desk.ts';

describe('tracker/udp-server', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function dial(host: string): Promise<Socket> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    open.push({ close: () => socket.close() });
    socket.bind(0, host);
    await once(socket, 'listening');
    return socket;
  }

  async function ask(
    socket: Socket,
    tracker: Tracker,
    host: string,
    data: Uint8Array,
  ): Promise<{ reply: UdpReply | null; length: number }> {
    socket.send(data, tracker.port, host);
    const [bytes] = (await once(socket, 'message')) as [Buffer];
    return { reply: decodeUdpReply(bytes), length: bytes.length };
  }

  it('answers a connect of 16 bytes with 16, garbage not at all, and serves both families on one port', async () => {
    const tracker = await createTracker({ host: ['127.0.0.1', '::1'], http: false });
    open.push(tracker);
    const told: string[] = [];
    for (const host of ['127.0.0.1', '::1']) {
      const socket = await dial(host);
      // None of these is answered: the next answer is that of the connect.
      for (const data of [new Uint8Array(0), new Uint8Array(15), new Uint8Array(2_000).fill(7)]) {
        socket.send(data, tracker.port, host);
      }
      socket.send(encodeUdpAnnounce(new Uint8Array(8), 1, announceQuery, '/'), tracker.port, host);
      const { reply, length } = await ask(socket, tracker, host, encodeUdpConnect(9));
      assert.ok(reply?.type === 'connect' && reply.transaction === 9 && length === 16);
      const connection = Uint8Array.from(reply.connection);
      for (const port of [1_001, 1_002]) {
        const data = encodeUdpAnnounce(connection, port, { ...announceQuery, port }, '/');
        const announced = (await ask(socket, tracker, host, data)).reply;
        assert.ok(announced?.type === 'announce' && announced.transaction === port);
        told.push(`${announced.leeches} ${announced.peers.length}`);
      }
    }
    assert.deepEqual(told, ['1 0', '2 6', '3 0', '4 18']);
    const { udp } = tracker.statistics;
    assert.deepEqual([udp.connects, udp.announces, udp.ignored], [2, 4, 8]);
  });
});
