/**
 * A client at three addresses of the loopback, on real sockets: it accepts at each, and each is announced from itself,
 * over HTTP and over UDP. On the node reactor, and through RxJS.
 */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'mocha';
import { createClient } from '../../src/client/index.ts';
import type { Reactor } from '../../src/core/index.ts';
import { createNodeReactor } from '../../src/reactors/node/index.ts';
import { rxReactorOver } from '../../src/reactors/rx/index.ts';
import { smallTorrent } from '../support/small-torrent.ts';
import { tempFolder } from '../support/temp-folder.ts';

const HOSTS = ['127.0.0.1', '127.0.0.2', '::1'];
const closing: (() => void)[] = [];

/** Who was heard, as `HOST PORT`, until there are so many. */
class Ear {
  readonly heard = new Set<string>();
  readonly #wanted: number;
  #enough: () => void = () => undefined;
  readonly enough = new Promise<void>((resolve) => (this.#enough = resolve));

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  hear(host: string, port: string | number): void {
    this.heard.add(`${host} ${port}`);
    if (this.heard.size === this.#wanted) this.#enough();
  }
}

/** A tracker over HTTP that hears where it is asked from, and the port that it is told. */
async function httpTracker(host: string, ear: Ear): Promise<string> {
  const server: Server = createServer((request, reply) => {
    const port = /[?&]port=(\d+)/.exec(request.url ?? '')?.[1] ?? '';
    ear.hear(request.socket.remoteAddress ?? '', port);
    reply.end('d8:intervali60e5:peers0:e');
  });
  server.listen(0, host);
  await once(server, 'listening');
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/announce`;
}

/** One over UDP that hears from which port it is asked, and never answers. */
async function udpTracker(ear: Ear): Promise<string> {
  const socket = createSocket('udp4', (_, { address, port }) => ear.hear(address, port));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closing.push(() => socket.close());
  return `udp://127.0.0.1:${socket.address().port}`;
}

describe('client: several listening addresses', () => {
  const folder = tempFolder();
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  for (const [name, reactorOf] of [
    ['node', () => undefined],
    ['rx', () => rxReactorOver(createNodeReactor({ root: folder('rx') }))],
  ] as const) {
    it(`${name}: accepts at each, and announces each from itself`, async () => {
      const [four, six, udp] = [new Ear(2), new Ear(1), new Ear(2)];
      const urls = [
        await httpTracker('127.0.0.1', four),
        await httpTracker('::1', six),
        await udpTracker(udp),
      ];
      const made = folder(`${name}.torrent`);
      await smallTorrent(folder(`src ${name}`), made, null);
      const reactor: Reactor | undefined = reactorOf();
      const client = await createClient({ listen: HOSTS, reactor });
      const own = client.addresses.map(({ host, port }) => `${host} ${port}`);
      assert.deepEqual(
        client.addresses.map(({ host }) => host),
        HOSTS,
      );
      await client.add(made, { path: folder(name), announce: urls, allTiers: true });
      await Promise.all([four.enough, six.enough, udp.enough]);
      assert.deepEqual([...four.heard].sort(), own.slice(0, 2).sort());
      assert.deepEqual([...six.heard], own.slice(2));
      assert.deepEqual(
        [...udp.heard].sort(),
        own.slice(0, 2).sort(),
        'the UDP port is the TCP port',
      );
      for (const { host, port } of client.addresses) {
        const peer = connect(port, host);
        await once(peer, 'connect');
        peer.destroy();
      }
      await client.close();
      reactor?.stop();
    });
  }

  it('a port that is in use is named, and none of the others stays open', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.2');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const listen = ['127.0.0.1', `127.0.0.2:${port}`].map((at, i) =>
      i === 0 ? `${at}:${port}` : at,
    );
    await assert.rejects(createClient({ listen }), {
      code: 'SWARMWRIGHT_PORT_IN_USE',
      message: `the port is in use: 127.0.0.2 port ${port}`,
    });
    taken.close();
    await using client = await createClient({ listen });
    assert.deepEqual(
      client.addresses.map((address) => address.port),
      [port, port],
    );
  });

  it('IPv4 and IPv6 share a number, for [::] is IPv6 alone where it is named', async () => {
    await using first = await createClient({ listen: ['[::]'] });
    await using both = await createClient({ listen: ['0.0.0.0'], port: first.port });
    assert.equal(both.port, first.port);
    assert.equal(first.addresses.length, 1);
  });

  it('an empty list opens nothing', async () => {
    await using client = await createClient({ listen: [] });
    assert.deepEqual([client.addresses, client.address, client.port], [[], null, 0]);
  });
});
