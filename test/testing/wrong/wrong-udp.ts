/** Reactors that carry datagrams wrongly. */
import { row } from './row.ts';
import type { WrongReactor } from './row.ts';
import { twist, twistFault, twistUDP } from './twist.ts';
import type { Wrong } from './twist.ts';

const buffer = (data: Uint8Array): Uint8Array => Buffer.from(data);

const udp = (
  change: (
    received: (from: { host: string; port: number }, data: Uint8Array) => void,
  ) => (from: { host: string; port: number }, data: Uint8Array) => void,
): Wrong =>
  twist((right) => ({
    listenUDP: (address, received, ready) => right.listenUDP(address, change(received), ready),
  }));

export const udpRows: readonly WrongReactor[] = [
  row(
    'datagrams cut off',
    'udp: a datagram arrives whole, with its sender',
    udp((received) => (from, data) => received(from, data.subarray(0, 1000))),
  ),
  row(
    'datagrams of another sender',
    'udp: a datagram arrives whole, with its sender',
    udp(
      (received) =>
        ({ host, port }, data) =>
          received({ host, port: port ^ 1 }, data),
    ),
  ),
  row(
    'datagrams twice',
    'udp: a datagram arrives whole, with its sender',
    udp((received) => (from, data) => {
      received(from, data.slice());
      received(from, data);
    }),
  ),
  row(
    'datagrams of the host',
    'udp: received bytes are plain, and may be overwritten',
    udp((received) => (from, data) => received(from, buffer(data))),
  ),
  row(
    'a port reported inside',
    'udp: listenUDP reports once, from a later turn',
    twist((right) => ({
      listenUDP: (address, received, ready) => {
        if (address.port === 0) right.listenUDP(address, received, ready);
        else ready(null, { code: 'in-use', detail: '' });
      },
    })),
  ),
  row(
    'one fault for all',
    'udp: a port in use is refused as in-use',
    twistFault('in-use', 'denied'),
  ),
  row(
    'another fault for all',
    'udp: an address of nobody is unavailable',
    twistFault('unavailable', 'denied'),
  ),
  row(
    'a port that does not know its number',
    'udp: port 0 chooses a free port',
    twistUDP(({ address }) => ({ address: { ...address, port: 0 } })),
  ),
  row(
    'a short way to oneself',
    'udp: never calls back from inside a call',
    twistUDP((port, received) => ({
      send: (to, data) => {
        if (to.port === port.address.port) received(to, data);
        else port.send(to, data);
      },
    })),
  ),
  row(
    'a throw for nobody',
    'udp: a datagram to nobody is lost without a word',
    twistUDP((port) => ({
      send: (to, data) => {
        if (to.port === 0) throw new RangeError('no such port');
        port.send(to, data);
      },
    })),
  ),
  row(
    'a port that goes on listening',
    'udp: a stopped port hears and sends nothing',
    twistUDP(() => ({ stopListening: () => undefined })),
  ),
  row(
    'a throw for what is too long',
    'udp: a datagram too long for the network is lost without a word',
    twistUDP((port) => ({
      send: (to, data) => {
        if (data.length > 65_507) throw new RangeError('too long');
        port.send(to, data);
      },
    })),
  ),
];
