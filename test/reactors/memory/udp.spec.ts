/** Datagrams: whole, borrowed, and lost, doubled or late only where the faults or the way say so. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Address, DatagramPort } from '../../../src/core/index.ts';
import type { DatagramVerdict } from '../../../src/reactors/memory/faults.ts';
import type { HostOptions } from '../../../src/reactors/memory/host.ts';
import { datagramBytesMax } from '../../../src/reactors/memory/network/udp.ts';
import { WorldRig } from './world-rig.ts';

interface Ear {
  readonly host: ReturnType<WorldRig['host']>['host'];
  readonly port: DatagramPort;
  readonly heard: { readonly at: number; readonly from: Address; readonly data: number[] }[];
}

function ear(rig: WorldRig, options: Partial<HostOptions> = {}): Ear {
  const { host, reactor } = rig.host(options);
  const heard: Ear['heard'] = [];
  const ports: (DatagramPort | null)[] = [];
  reactor.listenUDP(
    { host: host.host, port: 0 },
    (from, data) => {
      heard.push({ at: rig.now, from, data: [...data] });
      data.fill(0xdb);
    },
    (opened) => ports.push(opened),
  );
  assert.equal(ports.length, 0, 'told from inside the call');
  rig.world.advance(0);
  const [port = null] = ports;
  assert(port !== null);
  return { host, port, heard };
}

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

describe('datagrams in memory', () => {
  it('arrive whole after the time of their bytes and the latency, with their sender', () => {
    const rig = new WorldRig();
    const [a, b] = [ear(rig, { up: 1_000_000 }), ear(rig)];
    const data = bytes(1, 2, 3);
    a.port.send(b.port.address, data);
    data.fill(9); // the sender may go on with its bytes
    rig.settle();
    assert.deepEqual(b.heard, [{ at: 10.003, from: a.port.address, data: [1, 2, 3] }]);
    b.port.send(b.heard[0]!.from, bytes());
    rig.settle();
    assert.deepEqual(
      a.heard.map(({ data: got }) => got),
      [[]],
    );
  });

  it('that are too long are lost, one byte less is not', () => {
    const rig = new WorldRig();
    const [a, b] = [ear(rig), ear(rig)];
    a.port.send(b.port.address, new Uint8Array(datagramBytesMax + 1));
    a.port.send(b.port.address, new Uint8Array(datagramBytesMax));
    rig.settle();
    assert.deepEqual(
      b.heard.map(({ data }) => data.length),
      [datagramBytesMax],
    );
  });

  it('are lost, doubled and late as the faults say', () => {
    const rig = new WorldRig();
    const [a, b] = [ear(rig), ear(rig)];
    const verdicts: (DatagramVerdict | null)[] = [
      { type: 'lost' },
      { type: 'late', by: 5 },
      null,
      { type: 'twice' },
    ];
    rig.faults.onDatagram = (from, to, length) => {
      assert.deepEqual([from, to, length], [0, 1, 1]);
      return verdicts.shift()!;
    };
    for (let i = 0; i < 4; i++) a.port.send(b.port.address, bytes(i));
    rig.settle();
    assert.deepEqual(
      b.heard.map(({ at, data }) => [at, data[0]]),
      [
        [10, 2],
        [10, 3],
        [10, 3],
        [15, 1],
      ],
    );
    assert.equal(rig.faults.injected, 3);
  });

  it('reach who is behind a NAT only in answer', () => {
    const rig = new WorldRig();
    const [a, hidden, c] = [ear(rig), ear(rig, { reachable: false }), ear(rig)];
    a.port.send(hidden.port.address, bytes(1));
    rig.settle();
    assert.equal(hidden.heard.length, 0);
    hidden.port.send(a.port.address, bytes(2));
    rig.settle();
    a.port.send(hidden.port.address, bytes(3));
    c.port.send(hidden.port.address, bytes(4));
    rig.settle();
    assert.deepEqual(
      hidden.heard.map(({ data }) => data[0]),
      [3],
    );
    assert.deepEqual(
      a.heard.map(({ data }) => data[0]),
      [2],
    );
  });

  it('are lost where nobody is, is off, frozen, cut off, or has closed the port', () => {
    const rig = new WorldRig();
    const [a, b] = [ear(rig), ear(rig)];
    const cases: readonly (readonly [() => void, () => void])[] = [
      [() => rig.world.cut('x', { groups: [0, 1], oneWay: true }), () => rig.world.heal('x')],
      [() => b.host.freeze(), () => b.host.thaw()],
      [() => b.port.stopListening(), () => undefined],
      [() => b.host.kill(), () => undefined],
    ];
    a.port.send({ host: '192.0.2.9', port: 1 }, bytes(0));
    a.port.send({ host: b.host.host, port: 1 }, bytes(0));
    for (const [hinder, mend] of cases) {
      // On its way already, and not yet sent.
      a.port.send(b.port.address, bytes(1));
      rig.world.advance(5);
      hinder();
      a.port.send(b.port.address, bytes(2));
      rig.world.advance(50);
      mend();
      rig.settle();
      assert.deepEqual(b.heard, []);
    }
  });

  it('come from a port that is given, refused, closed and given again', () => {
    const rig = new WorldRig();
    const { host, reactor } = rig.host();
    const said: string[] = [];
    const bind = (at: string, port: number): DatagramPort | null => {
      let opened: DatagramPort | null = null;
      reactor.listenUDP(
        { host: at, port },
        () => undefined,
        (given, fault) => {
          opened = given;
          said.push(given === null ? fault!.code : String(given.address.port));
        },
      );
      rig.settle();
      return opened;
    };
    const first = bind(host.host, 500);
    bind(host.host, 500);
    first!.stopListening();
    const second = bind('0.0.0.0', 500);
    first!.stopListening();
    bind(host.host, 500);
    bind('10.99.0.1', 0);
    bind(host.host, 70_000);
    bind(host.host, 0);
    assert.deepEqual(said, [
      '500',
      'in-use',
      '500',
      'in-use',
      'unavailable',
      'unavailable',
      '49152',
    ]);
    const far = ear(rig);
    first!.send(far.port.address, bytes(1));
    second!.send(far.port.address, bytes(2));
    rig.settle();
    assert.deepEqual(
      far.heard.map(({ data }) => data[0]),
      [2],
      'a closed port sent something',
    );
  });

  it('are heard by nobody after a stop, nor told of a port', () => {
    const rig = new WorldRig();
    const [a, b] = [ear(rig), ear(rig)];
    let told = 0;
    const { reactor } = rig.host();
    reactor.listenUDP(
      { host: reactor.host.host, port: 0 },
      () => undefined,
      () => told++,
    );
    reactor.stop();
    reactor.listenUDP(
      { host: reactor.host.host, port: 0 },
      () => undefined,
      () => told++,
    );
    b.host.kill();
    a.port.send(b.port.address, bytes(1));
    rig.settle();
    assert.deepEqual([b.heard.length, told], [0, 0]);
  });
});
