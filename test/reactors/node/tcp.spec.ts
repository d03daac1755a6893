/** The law of reactors for TCP, over loopback. */
import assert from 'node:assert/strict';
import { connect, createServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import type { Address, ListenFault } from '../../../src/core/index.ts';
import { defaultNodeLimits } from '../../../src/reactors/node/index.ts';
import { NodeTransport } from '../../../src/reactors/node/sockets/node-transport.ts';
import { ReceiveBudget } from '../../../src/reactors/node/sockets/receive-budget.ts';
import { connectPair, inside, listen, LOOPBACK, Recorder, usePlace } from './tools.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** A port of loopback where nobody listens. */
async function closedPort(): Promise<Address> {
  const server = createServer().listen(0, LOOPBACK);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return { host: LOOPBACK, port };
}

describe('NodeTCP', () => {
  const place = usePlace();

  it('carries bytes both ways, in order, and tells both ends who the other is', async () => {
    const { near, far, port } = await connectPair(place.reactor());
    const told = [near.transport?.address, far.transport?.address.host];
    assert.deepEqual(told, [port.address, LOOPBACK]);
    for (const part of ['a', 'bc', 'def']) near.transport?.write(bytes(part));
    near.transport?.flush();
    far.transport?.write(bytes('answer'));
    far.transport?.flush();
    await far.until(() => far.receivedBytes === 6);
    await near.until(() => near.receivedBytes === 6);
    assert.deepEqual([far.text(), near.text()], ['abcdef', 'answer']);
  });

  it('sends nothing before flush', async () => {
    const { near, far } = await connectPair(place.reactor());
    near.transport?.write(bytes('held'));
    far.transport?.write(bytes('ping'));
    far.transport?.flush();
    await near.until(() => near.receivedBytes === 4);
    assert.equal(far.receivedBytes, 0);
    near.transport?.flush();
    await far.until(() => far.receivedBytes === 4);
  });

  it('hands over borrowed bytes no longer than the receive buffer', async () => {
    const reactor = place.reactor({ limits: { receiveBufferBytes: 1000 } });
    const { near, far } = await connectPair(reactor);
    near.transport?.write(new Uint8Array(100_000).fill(7));
    near.transport?.flush();
    await far.until(() => far.receivedBytes === 100_000);
    assert.ok(far.chunks.every((chunk) => chunk.length <= 1000));
    assert.ok(far.chunks.every((chunk) => chunk.every((byte) => byte === 7)));
  });

  it('close flushes: the other end gets every byte, then `closed`', async () => {
    const { near, far } = await connectPair(place.reactor());
    near.transport?.write(new Uint8Array(3_000_000));
    inside([near, far], () => near.transport?.close());
    await Promise.all([far.lost(), near.lost()]);
    assert.equal(far.receivedBytes, 3_000_000);
    assert.deepEqual([near.lostReason, far.lostReason], ['closed', 'closed']);
  });

  it('abort does not flush, and the other end hears of it', async () => {
    const { near, far } = await connectPair(place.reactor());
    near.transport?.write(bytes('never'));
    inside([near, far], () => near.transport?.abort());
    await Promise.all([far.lost(), near.lost()]);
    assert.equal(far.receivedBytes, 0);
    assert.equal(near.lostReason, 'closed');
    assert.equal(far.lostReason, 'reset');
  });

  it('hears nothing but the loss after close, even while the remote keeps sending', async () => {
    const { near, far } = await connectPair(place.reactor());
    inside([near, far], () => near.transport?.close());
    far.transport?.write(bytes('late'));
    far.transport?.flush();
    await near.lost();
    assert.deepEqual(near.events, ['made', 'lost closed']);
  });

  it('may be closed and aborted from inside its own calls, and ignores writes afterwards', async () => {
    const { near, far } = await connectPair(place.reactor());
    near.onData = () => {
      inside([near, far], () => {
        near.transport?.abort();
        near.transport?.abort();
        near.transport?.close();
        near.transport?.write(bytes('x'));
        near.transport?.flush();
        near.transport?.pauseReading();
        near.transport?.resumeReading();
      });
    };
    far.transport?.write(bytes('go'));
    far.transport?.flush();
    await Promise.all([near.lost(), far.lost()]);
    assert.deepEqual(near.events, ['made', 'data', 'lost closed']);
  });

  it('may be closed from inside connectionMade, dialled or accepted', async () => {
    const reactor = place.reactor();
    const near = new Recorder();
    const far = new Recorder();
    far.onMade = (transport) => {
      transport.write(bytes('bye'));
      transport.close();
    };
    const port = await listen(reactor, () => far);
    reactor.connectTCP(port.address, near);
    await Promise.all([near.lost(), far.lost()]);
    assert.equal(near.text(), 'bye');
    const third = new Recorder();
    third.onMade = (transport) => transport.abort();
    reactor.connectTCP((await listen(reactor, () => new Recorder())).address, third);
    await third.lost();
    assert.deepEqual(third.events, ['made', 'lost closed']);
  });

  it('takes a half-close by the remote for `closed`, and still flushes', async () => {
    const reactor = place.reactor();
    const far = new Recorder();
    const port = await listen(reactor, () => far);
    const socket = connect({ ...port.address, allowHalfOpen: true });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await far.made();
    far.transport?.write(new Uint8Array(2_000_000));
    socket.end('half');
    await Promise.all([far.lost(), new Promise((resolve) => socket.once('close', resolve))]);
    assert.equal(far.text(), 'half');
    assert.equal(far.lostReason, 'closed');
    assert.equal(Buffer.concat(chunks).length, 2_000_000);
  });

  it('tells a reset by the remote as `reset`, on dialled and accepted connections', async () => {
    const reactor = place.reactor();
    const far = new Recorder();
    const port = await listen(reactor, () => far);
    const socket = connect(port.address);
    await far.made();
    socket.resetAndDestroy();
    await far.lost();
    assert.equal(far.lostReason, 'reset');
    const server = createServer((accepted) => accepted.resetAndDestroy()).listen(0, LOOPBACK);
    await new Promise((resolve) => server.once('listening', resolve));
    const near = new Recorder();
    reactor.connectTCP({ host: LOOPBACK, port: (server.address() as AddressInfo).port }, near);
    await near.lost();
    assert.equal(near.lostReason, 'reset');
    server.close();
  });

  it('reports a dial that fails only as lost, from a later turn', async () => {
    const reactor = place.reactor();
    const wrong: [Address, string][] = [
      [await closedPort(), 'lost refused'],
      [{ host: 'example.org', port: 1 }, 'lost unreachable'],
      [{ host: LOOPBACK, port: 70_000 }, 'lost unreachable'],
      [{ host: '', port: 80 }, 'lost unreachable'],
      [{ host: '255.255.255.255', port: 9 }, 'lost unreachable'],
    ];
    for (const [address, event] of wrong) {
      const near = new Recorder();
      inside([near], () => reactor.connectTCP(address, near));
      await near.lost();
      assert.deepEqual(near.events, [event], JSON.stringify(address));
    }
  });

  it('gives up a dial after dialTimeMax', async () => {
    const near = new Recorder();
    const limits = { ...defaultNodeLimits, dialTimeMax: 5 };
    let gone = 0;
    // A socket that is never told to connect: the dial that hangs for ever.
    const budget = new ReceiveBudget(limits.turnBytesMax);
    const home = { limits, budget, gone: () => (gone += 1), sent: () => undefined };
    new NodeTransport(new Socket(), { host: LOOPBACK, port: 1 }, near, home).dialling();
    await near.lost();
    assert.deepEqual(near.events, ['lost timed-out']);
    assert.equal(gone, 1);
  });

  it('refuses a connection for which the factory gives no protocol', async () => {
    const reactor = place.reactor();
    let asked = 0;
    const port = await listen(reactor, (from) => {
      asked += from.host === LOOPBACK ? 1 : 0;
      return null;
    });
    const near = new Recorder();
    reactor.connectTCP(port.address, near);
    await near.lost();
    assert.equal(asked, 1);
  });

  it('back-pressure reaches the writer, and pause and resume alternate', async () => {
    const { near, far } = await connectPair(
      place.reactor({ limits: { writeBufferBytesMax: 65_536 } }),
    );
    far.transport?.pauseReading();
    let written = 0;
    const fill = (): void => {
      inside([near], () => {
        near.transport?.write(new Uint8Array(40_000));
        near.transport?.flush();
      });
      written += 40_000;
    };
    while (!near.events.includes('pause')) {
      fill();
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(written < 64_000_000, 'never paused');
    }
    assert.deepEqual(near.events, ['made', 'pause']);
    far.transport?.resumeReading();
    await near.until(() => near.events.includes('resume'));
    await far.until(() => far.receivedBytes === written);
    far.transport?.pauseReading();
    while (near.events.length < 4) {
      fill();
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual(near.events, ['made', 'pause', 'resume', 'pause']);
  });

  it('is not paused one byte below writeBufferBytesMax', async () => {
    const { near, far } = await connectPair(
      place.reactor({ limits: { writeBufferBytesMax: 50_000 } }),
    );
    for (let i = 0; i < 20; i++) {
      near.transport?.write(new Uint8Array(49_999));
      near.transport?.flush();
      await far.until(() => far.receivedBytes === 49_999 * (i + 1));
    }
    assert.deepEqual(near.events, ['made']);
  });

  it('pauses reading and goes on where it stopped', async () => {
    const { near, far } = await connectPair(place.reactor());
    far.onData = () => far.transport?.pauseReading();
    near.transport?.write(new Uint8Array(1_000_000));
    near.transport?.flush();
    let resumed = 0;
    while (far.receivedBytes < 1_000_000) {
      const before = far.receivedBytes;
      await far.until(() => far.receivedBytes > before);
      resumed++;
      far.transport?.resumeReading();
    }
    assert.ok(resumed > 1);
    assert.ok(far.chunks.every((chunk) => chunk.length <= 65_536));
  });

  it('closing a remote that never reads ends after lingerMax', async () => {
    const { near, far } = await connectPair(place.reactor({ limits: { lingerMax: 20 } }));
    far.transport?.pauseReading();
    near.transport?.write(new Uint8Array(20_000_000));
    near.transport?.close();
    await near.lost();
    assert.deepEqual(near.events, ['made', 'lost closed']);
  });

  it('tells why a port cannot be opened', async () => {
    const reactor = place.reactor();
    const { address } = await listen(reactor, () => null);
    const faults: (ListenFault | null)[] = [];
    for (const wrong of [
      address,
      { host: '203.0.113.7', port: 0 },
      { host: LOOPBACK, port: 70_000 },
    ]) {
      faults.push(
        await new Promise((resolve) =>
          reactor.listenTCP(
            wrong,
            () => null,
            (_, fault) => resolve(fault),
          ),
        ),
      );
    }
    assert.deepEqual(
      faults.map((fault) => fault?.code),
      ['in-use', 'unavailable', 'unavailable'],
    );
  });

  it('stops listening but keeps its connections', async () => {
    const reactor = place.reactor();
    const { near, far, port } = await connectPair(reactor);
    port.stopListening();
    const late = new Recorder();
    reactor.connectTCP(port.address, late);
    await late.lost();
    assert.equal(late.lostReason, 'refused');
    near.transport?.write(bytes('still'));
    near.transport?.flush();
    await far.until(() => far.text() === 'still');
  });

  it('speaks IPv6', async function () {
    const reactor = place.reactor();
    const far = new Recorder();
    const port = await listen(reactor, () => far, '::1').catch(() => null);
    if (port === null) {
      console.log('      (skipped: no IPv6 loopback here)');
      this.skip();
    }
    const near = new Recorder();
    reactor.connectTCP(port.address, near);
    await far.made();
    assert.equal(far.transport?.address.host, '::1');
  });

  it('dials from localAddress where the families agree', async () => {
    const reactor = place.reactor({ localAddress: '127.0.0.77' });
    const { far } = await connectPair(reactor);
    assert.equal(far.transport?.address.host, '127.0.0.77');
  });

  it('dials from the first of several local addresses of its family', async () => {
    const reactor = place.reactor({ localAddress: ['::1', '127.0.0.78', '127.0.0.79'] });
    const { far } = await connectPair(reactor);
    assert.equal(far.transport?.address.host, '127.0.0.78');
  });

  it('reports nothing after stop, and leaves the remote alone', async () => {
    const reactor = place.reactor();
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket.resume())).listen(0, LOOPBACK);
    await new Promise((resolve) => server.once('listening', resolve));
    const near = new Recorder();
    reactor.connectTCP({ host: LOOPBACK, port: (server.address() as AddressInfo).port }, near);
    const dialling = new Recorder();
    await near.made();
    reactor.connectTCP({ host: LOOPBACK, port: (server.address() as AddressInfo).port }, dialling);
    reactor.stop();
    near.insideCall = true; // any call from now on fails
    dialling.insideCall = true;
    await new Promise((resolve) => sockets[0]?.once('close', resolve));
    await new Promise((resolve) => server.close(resolve));
    reactor.connectTCP({ host: LOOPBACK, port: 1 }, dialling);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([near.events, dialling.events], [['made'], []]);
  });
});
