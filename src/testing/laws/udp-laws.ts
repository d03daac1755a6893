/**
 * The law of UDP: whole or not at all, and never an error for what may be lost anyway.
 */
import type { Address, DatagramPort, ListenFault } from '../../core/index.ts';
import { pattern, sameBytes } from '../pattern.ts';
import type { WorldHost } from '../reactor-builder.ts';
import type { UdpLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { Stand } from '../stand.ts';
import { FOREIGN_HOST } from './foreign-host.ts';

/** More than the 65,507 bytes that one datagram can carry over IPv4. */
const TOO_LONG = 66_000;

/** A bound port and what it has heard. */
interface Ear {
  readonly port: DatagramPort;
  readonly heard: { readonly from: Address; readonly data: Uint8Array }[];
  onHeard: (from: Address, length: number) => void;
}

function bindTo(
  stand: Stand,
  { reactor }: WorldHost,
  address: Address,
  received: (from: Address, data: Uint8Array) => void = () => undefined,
): Promise<readonly [DatagramPort | null, ListenFault | null]> {
  return stand.answer(
    (done) => reactor.listenUDP(address, received, (port, fault) => done([port, fault])),
    'the report of listenUDP',
  );
}

async function bind(stand: Stand, at: WorldHost = stand.newHost()): Promise<Ear> {
  const heard: Ear['heard'] = [];
  const ear: { onHeard: Ear['onHeard'] } = { onHeard: () => undefined };
  const [port, fault] = await bindTo(stand, at, { host: at.host, port: 0 }, (from, data) => {
    const copy = new Uint8Array(data.length);
    copy.set(data);
    heard.push({ from, data: copy });
    data.fill(0xdb);
    ear.onHeard(from, copy.length);
  });
  stand.require(port !== null, `a free port could not be bound: ${fault?.detail ?? 'no fault'}`);
  return Object.assign(ear, { port, heard });
}

/** That a datagram still gets through. */
async function passes(stand: Stand, from: Ear, to: Ear): Promise<void> {
  const before = to.heard.length;
  from.port.send(to.port.address, Uint8Array.of(1, 2, 3));
  await stand.until(() => to.heard.length > before, 'a datagram');
}

export const udpLaws: LawTable<UdpLawName> = {
  'udp: port 0 chooses a free port': async (stand: Stand) => {
    const at = stand.newHost();
    const ears = [await bind(stand, at), await bind(stand, at)];
    const [one, two] = ears.map(({ port }) => port.address);
    stand.require(one!.port > 0 && one!.port < 65_536, `no port: ${one!.port}`);
    stand.require(one!.port !== two!.port, 'the same port twice');
    stand.equal([one!.host, two!.host], [at.host, at.host], 'hosts');
  },

  'udp: a port in use is refused as in-use': async (stand: Stand) => {
    const at = stand.newHost();
    const { port } = await bind(stand, at);
    const [second, fault] = await bindTo(stand, at, port.address);
    stand.equal([second, fault?.code], [null, 'in-use'], 'the second');
  },

  'udp: an address of nobody is unavailable': async (stand: Stand) => {
    const at = stand.newHost();
    for (const address of [
      { host: FOREIGN_HOST, port: 0 },
      { host: at.host, port: 70_000 },
    ]) {
      const [port, fault] = await bindTo(stand, at, address);
      stand.equal([port, fault?.code], [null, 'unavailable'], JSON.stringify(address));
    }
  },

  'udp: listenUDP reports once, from a later turn': async (stand: Stand) => {
    const at = stand.newHost(); // judged by the watch
    const { port } = await bind(stand, at);
    await bindTo(stand, at, port.address);
    await bindTo(stand, at, { host: FOREIGN_HOST, port: 0 });
    await stand.calm();
  },

  'udp: a datagram arrives whole, with its sender': async (stand: Stand) => {
    const [near, far] = [await bind(stand), await bind(stand)];
    for (const [i, length] of [1, 0, 100, 1472, 8192].entries()) {
      const sent = pattern(i, length);
      near.port.send(far.port.address, sent);
      await stand.until(() => far.heard.length > i, `a datagram of ${length} bytes`);
      const { from, data } = far.heard[i]!;
      stand.require(sameBytes(data, sent), `${data.length} bytes, or others, instead of ${length}`);
      stand.equal(from, near.port.address, 'its sender');
    }
    await stand.calm();
    stand.equal(far.heard.length, 5, 'datagrams');
  },

  'udp: received bytes are plain, and may be overwritten': async (stand: Stand) => {
    const [near, ...ears] = [await bind(stand), await bind(stand), await bind(stand)];
    const sent = pattern(1, 500);
    for (const ear of ears) near.port.send(ear.port.address, sent); // both overwrite what they get
    for (const ear of ears) {
      await stand.until(() => ear.heard.length === 1, 'a datagram');
      stand.require(sameBytes(ear.heard[0]!.data, pattern(1, 500)), 'other bytes than were sent');
    }
    stand.require(sameBytes(sent, pattern(1, 500)), 'a receiver overwrote the bytes of the sender');
  },

  'udp: never calls back from inside a call': async (stand: Stand) => {
    const [near, far] = [await bind(stand), await bind(stand)];
    for (const [ear, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ear.onHeard = (from, length) => {
        if (length < 20) ear.port.send(from, pattern(0, length + 1));
        else other.port.stopListening();
      };
    }
    near.port.send(near.port.address, pattern(0, 20)); // to itself
    near.port.send(far.port.address, pattern(0, 1));
    await stand.until(() => near.heard.length > 0, 'a datagram to oneself');
    await stand.calm();
  },

  'udp: a datagram to nobody is lost without a word': async (stand: Stand) => {
    const [near, far, gone] = [await bind(stand), await bind(stand), await bind(stand)];
    gone.port.stopListening();
    for (let i = 0; i < 3; i++) {
      near.port.send(gone.port.address, pattern(0, 10));
      near.port.send({ host: far.port.address.host, port: 0 }, pattern(0, 10));
      near.port.send({ host: 'name.invalid', port: 9 }, pattern(0, 10));
      await passes(stand, near, far);
      await passes(stand, far, near);
    }
  },

  'udp: a datagram too long for the network is lost without a word': async (stand: Stand) => {
    const [near, far] = [await bind(stand), await bind(stand)];
    near.port.send(far.port.address, new Uint8Array(TOO_LONG));
    await passes(stand, near, far);
    stand.equal(
      far.heard.map(({ data }) => data.length),
      [3],
      'lengths',
    );
  },

  'udp: a stopped port hears and sends nothing': async (stand: Stand) => {
    const at = stand.newHost();
    const [near, far, other] = [await bind(stand), await bind(stand, at), await bind(stand)];
    near.port.send(far.port.address, pattern(0, 10));
    far.port.stopListening();
    far.port.stopListening();
    far.port.send(near.port.address, pattern(0, 10));
    await passes(stand, near, other);
    await stand.calm();
    stand.equal([near.heard.length, far.heard.length], [0, 0], 'datagrams');
    // Its place may be taken again.
    const [again] = await bindTo(stand, at, far.port.address);
    stand.equal(again?.address, far.port.address, 'the port bound again');
  },
};
