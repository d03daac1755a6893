/**
 * The law of TCP, before bytes: ports, dials, refusals, addresses.
 */
import type { Address } from '../../core/index.ts';
import { Recorder } from '../recorder.ts';
import type { TcpPortLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { Stand } from '../stand.ts';
import { FOREIGN_HOST } from './foreign-host.ts';

export const tcpPortLaws: LawTable<TcpPortLawName> = {
  'tcp: port 0 chooses a free port': async (stand: Stand) => {
    const at = stand.newHost();
    const ports = [await stand.listen(at, () => null), await stand.listen(at, () => null)];
    const numbers = ports.map(({ address }) => address.port);
    stand.require(
      numbers.every((port) => Number.isInteger(port) && port > 0 && port < 65_536),
      `no ports: ${numbers.join()}`,
    );
    stand.require(numbers[0] !== numbers[1], 'the same port twice');
    stand.require(
      ports.every(({ address }) => address.host === at.host),
      'another host',
    );
  },

  'tcp: a port in use is refused as in-use': async (stand: Stand) => {
    const at = stand.newHost();
    const { address } = await stand.listen(at, () => null);
    const [port, fault] = await stand.listenTCP(at, address, () => null);
    stand.equal([port, fault?.code], [null, 'in-use'], 'the second');
  },

  'tcp: an address of nobody is unavailable': async (stand: Stand) => {
    const at = stand.newHost();
    const wrong: Address[] = [
      { host: FOREIGN_HOST, port: 0 },
      { host: at.host, port: 70_000 },
    ];
    for (const address of wrong) {
      const [port, fault] = await stand.listenTCP(at, address, () => null);
      stand.equal([port, fault?.code], [null, 'unavailable'], JSON.stringify(address));
    }
  },

  'tcp: listenTCP reports once, from a later turn': async (stand: Stand) => {
    const at = stand.newHost(); // judged by the watch
    const { address } = await stand.listen(at, () => null);
    await stand.listenTCP(at, address, () => null);
    await stand.listenTCP(at, { host: FOREIGN_HOST, port: 0 }, () => null);
    await stand.calm();
  },

  'tcp: a dial to nobody is refused, and hears nothing else': async (stand: Stand) => {
    const [from, to] = [stand.newHost(), stand.newHost()];
    const address = await stand.deadAddress(to);
    const dials = [new Recorder(), new Recorder()];
    for (const dial of dials) from.reactor.connectTCP(address, dial);
    for (const dial of dials) {
      await stand.until(() => dial.lost !== null, 'a refused dial');
      stand.equal([dial.events, dial.lost], [['lost'], 'refused'], 'heard');
    }
  },

  'tcp: a dial that makes no sense is lost, and hears nothing else': async (stand: Stand) => {
    const from = stand.newHost();
    const wrong: Address[] = [
      { host: '', port: 80 },
      { host: 'name.invalid', port: 80 },
      { host: from.host, port: 70_000 },
    ];
    for (const address of wrong) {
      const near = new Recorder();
      from.reactor.connectTCP(address, near);
      await stand.until(() => near.lost !== null, `the loss of a dial to ${address.host}`);
      stand.equal(near.events, ['lost'], 'heard');
    }
  },

  'tcp: a factory that gives null refuses': async (stand: Stand) => {
    const [from, to] = [stand.newHost(), stand.newHost()];
    let asked = 0;
    const port = await stand.listen(to, () => {
      asked++;
      return null;
    });
    const near = new Recorder();
    from.reactor.connectTCP(port.address, near);
    await stand.until(() => near.lost !== null, 'the loss of a dial that the factory refused');
    stand.equal([asked, near.received], [1, 0], 'factory asked, bytes received');
    // The port is not harmed by it.
    const again = new Recorder();
    from.reactor.connectTCP(port.address, again);
    await stand.until(() => again.lost !== null && asked === 2, 'the second refusal');
  },

  'tcp: both ends learn the address of the other': async (stand: Stand) => {
    const [from, to] = [stand.newHost(), stand.newHost()];
    const asked: Address[] = [];
    const far = new Recorder();
    const port = await stand.listen(to, (address) => {
      asked.push(address);
      return far;
    });
    const near = new Recorder();
    from.reactor.connectTCP(port.address, near);
    await stand.until(() => near.made && far.made, 'a connection');
    stand.equal(near.transport!.address, port.address, 'what the dialler knows');
    const { host, port: source } = far.transport!.address;
    stand.equal(host, from.host, 'the host of the dialler');
    stand.require(source > 0 && source !== port.address.port, `the port of the dialler: ${source}`);
    stand.equal(asked, [{ host, port: source }], 'what the factory was told');
  },

  'tcp: connectionMade comes once, and first': async (stand: Stand) => {
    const { near, far } = await stand.pair();
    far.send(Uint8Array.of(1));
    near.send(Uint8Array.of(2));
    await stand.until(() => near.received + far.received === 2, 'a byte each');
    stand.equal([near.events, far.events], Array(2).fill(['made', 'data']), 'heard');
  },

  'tcp: stopListening refuses later dials, and keeps what was accepted': async (stand: Stand) => {
    const { dialler, near, far, port } = await stand.pair();
    port.stopListening();
    const late = new Recorder();
    dialler.reactor.connectTCP(port.address, late);
    await stand.until(() => late.lost !== null, 'the loss of a dial to a stopped port');
    stand.equal([late.events, late.lost], [['lost'], 'refused'], 'heard by the late dial');
    near.send(Uint8Array.of(1));
    far.send(Uint8Array.of(2));
    await stand.until(() => near.received + far.received === 2, 'bytes on the old connection');
  },

  'tcp: a stopped port may be opened again': async (stand: Stand) => {
    const [from, to] = [stand.newHost(), stand.newHost()];
    const address = await stand.deadAddress(to);
    const far = new Recorder();
    const [port] = await stand.listenTCP(to, address, () => far);
    stand.equal(port?.address, address, 'the port opened again');
    const near = new Recorder();
    from.reactor.connectTCP(address, near);
    await stand.until(() => near.made && far.made, 'a connection to the port opened again');
  },

  'tcp: stopListening may be called at any moment, and twice': async (stand: Stand) => {
    const [from, to] = [stand.newHost(), stand.newHost()];
    const accepted = new Recorder();
    const port = await stand.listen(to, () => {
      port.stopListening();
      port.stopListening();
      return accepted;
    });
    const near = new Recorder();
    from.reactor.connectTCP(port.address, near);
    await stand.until(() => near.made && accepted.made, 'the connection that closed its port');
    const inReady = await stand.answer<Address>(
      (done) =>
        to.reactor.listenTCP(
          { host: to.host, port: 0 },
          () => null,
          (opened) => {
            opened?.stopListening();
            done(opened?.address ?? { host: '', port: 0 });
          },
        ),
      'the report of listenTCP',
    );
    const refused = new Recorder();
    from.reactor.connectTCP(inReady, refused);
    await stand.until(() => refused.lost !== null, 'the loss of a dial to a stopped port');
    stand.equal(refused.events, ['lost'], 'heard by the late dial');
  },
};
