/** Datagrams over loopback: carried whole, lost silently, bounded. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Address, DatagramPort, ListenFault, ReactorUDP } from '../../../src/core/index.ts';
import { NodeDatagramPort } from '../../../src/reactors/node/sockets/datagram.ts';
import { assertPlain, LOOPBACK, usePlace } from './tools.ts';

type Received = (from: Address, data: Uint8Array) => void;

function bind(
  reactor: ReactorUDP,
  received: Received,
  host: string = LOOPBACK,
  port = 0,
): Promise<DatagramPort> {
  return new Promise((resolve, reject) => {
    reactor.listenUDP({ host, port }, received, (bound, fault) => {
      if (bound === null) reject(new Error(fault?.code));
      else resolve(bound);
    });
  });
}

describe('NodeUDP', () => {
  const place = usePlace();

  for (const host of [LOOPBACK, '::1']) {
    it(`carries datagrams whole, with their sender, over ${host}`, async function () {
      const reactor = place.reactor();
      let heard: (text: string) => void = () => undefined;
      const answers: string[] = [];
      let answer: Received = () => undefined;
      const echoing: Received = (from, data) => answer(from, data);
      const echo = await bind(reactor, echoing, host).catch(() => null);
      if (echo === null) {
        console.log('      (skipped: no IPv6 loopback here)');
        this.skip();
      }
      answer = (from, data) => echo.send(from, data);
      const port = await bind(
        reactor,
        (from, data) => {
          assert.deepEqual(from, echo.address);
          assertPlain(data);
          answers.push(Buffer.from(data).toString());
          heard(answers.join());
        },
        host,
      );
      await new Promise<void>((resolve) => {
        heard = (text) => {
          if (text.split(',').sort().join() === ',a,bb') resolve();
        };
        for (const text of ['a', '', 'bb']) port.send(echo.address, Buffer.from(text));
      });
    });
  }

  it('swallows and counts what cannot be sent', async () => {
    const reactor = place.reactor({ limits: { datagramQueueBytesMax: 70_000 } });
    const port = await bind(reactor, () => undefined);
    assert.ok(port instanceof NodeDatagramPort);
    port.send({ host: '::1', port: 9 }, new Uint8Array(1)); // the other family
    port.send({ host: 'example.org', port: 9 }, new Uint8Array(1));
    port.send({ host: LOOPBACK, port: 0 }, new Uint8Array(1));
    port.send({ host: LOOPBACK, port: 70_000 }, new Uint8Array(1));
    port.send({ host: LOOPBACK, port: 9 }, new Uint8Array(70_001)); // over the queue's bound
    assert.equal(port.sendFaults, 5);
    port.send({ host: LOOPBACK, port: 9 }, new Uint8Array(69_000)); // too long for the network
    const faults = (): number => port.sendFaults;
    while (faults() < 6) await new Promise((resolve) => setImmediate(resolve));
    port.stopListening();
    port.stopListening();
    port.send(port.address, new Uint8Array(1));
    assert.equal(faults(), 6);
  });

  it('tells why a port cannot be opened', async () => {
    const reactor = place.reactor();
    const { address } = await bind(reactor, () => undefined);
    await assert.rejects(
      bind(reactor, () => undefined, LOOPBACK, address.port),
      /in-use/,
    );
    await assert.rejects(
      bind(reactor, () => undefined, '203.0.113.7'),
      /unavailable/,
    );
    await assert.rejects(
      bind(reactor, () => undefined, LOOPBACK, 70_000),
      /unavailable/,
    );
  });

  it('hears nothing after stop', async () => {
    const reactor = place.reactor();
    const other = place.reactor();
    const port = await bind(reactor, () => assert.fail('received after stop'));
    const sender = await bind(other, () => undefined);
    sender.send(port.address, new Uint8Array(1));
    let fault: ListenFault | null = null;
    reactor.listenUDP(
      { host: LOOPBACK, port: 0 },
      () => undefined,
      (_, why) => (fault = why),
    );
    reactor.stop();
    await bind(other, () => undefined);
    assert.equal(fault, null);
  });
});
