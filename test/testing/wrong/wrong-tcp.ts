/** Reactors that carry bytes wrongly. */
import type { LostReason, Protocol } from '../../../src/core/index.ts';
import { row } from './row.ts';
import type { WrongReactor } from './row.ts';
import { twist, twistFault, twistPort, twistTCP } from './twist.ts';
import type { Wrong } from './twist.ts';

const buffer = (data: Uint8Array): Uint8Array => Buffer.from(data);

/** Keeps what is written until it is flushed; close forgets it. */
export const forgetful: Wrong = twistTCP({
  transport: (right) => {
    const queue: Uint8Array[] = [];
    return {
      write: (data) => queue.push(data),
      flush: () => {
        for (const data of queue.splice(0)) right.write(data);
        right.flush();
      },
    };
  },
});

/** Ports that cannot be stopped. */
const stubborn: Wrong = twistPort(() => ({ stopListening: () => undefined }));

/** Tells another reason for every loss of one kind. */
const mistaking = (from: LostReason, to: LostReason): Wrong =>
  twistTCP({
    protocol: (user) => ({
      connectionLost: (reason, detail) =>
        user.connectionLost(reason === from ? to : reason, detail),
    }),
  });

/** Ends that are told something else when they closed themselves. */
const closers = new WeakSet<Protocol>();
/** Protocols inside `connectionMade`. */
const beginners = new WeakSet<Protocol>();
const idle: Protocol = {
  connectionMade: () => undefined,
  dataReceived: () => undefined,
  connectionLost: () => undefined,
  pauseWriting: () => undefined,
  resumeWriting: () => undefined,
};

/** Gives what one connection receives to the one before it. */
function mixingUp(): Wrong {
  let before: Protocol | null = null;
  return twistTCP({
    protocol: (user) => {
      const other = before;
      before = user;
      return { dataReceived: (data) => (other ?? user).dataReceived(data) };
    },
  });
}

export const tcpRows: readonly WrongReactor[] = [
  row(
    'a port that does not know its number',
    'tcp: port 0 chooses a free port',
    twistPort(({ address }) => ({ address: { ...address, port: 0 } })),
  ),
  row(
    'one fault for all',
    'tcp: an address of nobody is unavailable',
    twistFault('unavailable', 'denied'),
  ),
  row('a port that is never given back', 'tcp: a stopped port may be opened again', stubborn),
  row(
    'a port that may be stopped once',
    'tcp: stopListening may be called at any moment, and twice',
    twistPort((port) => {
      let stopped = false;
      return {
        stopListening: () => {
          if (stopped) throw new Error('stopped already');
          stopped = true;
          port.stopListening();
        },
      };
    }),
  ),
  row('connections mixed up', 'tcp: many connections keep apart', mixingUp()),
  row(
    'a transport that may be closed once',
    'tcp: close and abort may come twice, and in any order',
    twistTCP({
      transport: (right) => {
        let closed = false;
        return {
          close: () => {
            if (closed) throw new Error('closed already');
            closed = true;
            right.close();
          },
        };
      },
    }),
  ),
  row(
    'beginnings that cannot be refused',
    'tcp: an end may be closed from inside any call-back',
    twistTCP({
      protocol: (user, transport) => ({
        connectionMade: () => {
          beginners.add(user);
          user.connectionMade(transport()!);
          beginners.delete(user);
        },
      }),
      transport: (right, user) => ({
        close: () => {
          if (!beginners.has(user)) right.close();
        },
      }),
    }),
  ),
  row(
    'goodbyes that cross',
    'tcp: both ends may close at once',
    twistTCP({
      protocol: (user) => ({
        connectionLost: (reason, detail) =>
          user.connectionLost(closers.has(user) ? 'reset' : reason, detail),
      }),
      transport: (right, user) => ({
        close: () => {
          closers.add(user);
          right.close();
        },
      }),
    }),
  ),
  row(
    'a close that does not listen any more',
    'tcp: close is clean while the other end still sends',
    twistTCP({
      transport: (right) => ({
        close: () => {
          right.flush();
          right.pauseReading();
          setImmediate(() => right.abort());
        },
      }),
    }),
  ),
  row(
    'a close that waits for a reader',
    'tcp: an end that reads no more may close',
    twistTCP({
      transport: (right) => {
        let reading = true;
        return {
          pauseReading: () => {
            reading = false;
            right.pauseReading();
          },
          close: () => {
            if (reading) right.close();
          },
        };
      },
    }),
  ),
  row(
    'two names for one port',
    'tcp: a port in use is refused as in-use',
    twist((right) => ({
      listenTCP: (address, factory, ready) =>
        right.listenTCP(address, factory, (port, fault) =>
          fault?.code === 'in-use'
            ? ready({ address, stopListening: () => undefined }, null)
            : ready(port, fault),
        ),
    })),
  ),
  row(
    'a port reported inside',
    'tcp: listenTCP reports once, from a later turn',
    twist((right) => ({
      listenTCP: (address, factory, ready) => {
        if (address.port === 0) right.listenTCP(address, factory, ready);
        else ready(null, { code: 'in-use', detail: '' });
      },
    })),
  ),
  row(
    'refusals told as timeouts',
    'tcp: a dial to nobody is refused, and hears nothing else',
    mistaking('refused', 'timed-out'),
  ),
  row(
    'dials that fail in silence',
    'tcp: a dial that makes no sense is lost, and hears nothing else',
    twistTCP({
      protocol: (user) => ({
        connectionLost: (reason, detail) => {
          if (reason !== 'unreachable') user.connectionLost(reason, detail);
        },
      }),
    }),
  ),
  row(
    'guests that nobody invited',
    'tcp: a factory that gives null refuses',
    twist((right) => ({
      listenTCP: (address, factory, ready) =>
        right.listenTCP(address, (from) => factory(from) ?? idle, ready),
    })),
  ),
  row(
    'addresses that are not those of the remote',
    'tcp: both ends learn the address of the other',
    twistTCP({ transport: ({ address }) => ({ address: { ...address, port: address.port + 1 } }) }),
  ),
  row(
    'two beginnings',
    'tcp: connectionMade comes once, and first',
    twistTCP({
      protocol: (user) => ({
        connectionMade: (transport) => {
          user.connectionMade(transport);
          user.connectionMade(transport);
        },
      }),
    }),
  ),
  row(
    'ports that cannot be stopped',
    'tcp: stopListening refuses later dials, and keeps what was accepted',
    stubborn,
  ),
  row(
    'bytes in another order',
    'tcp: bytes arrive in order and unchanged, however they are cut',
    twistTCP({
      protocol: (user) => ({ dataReceived: (data) => user.dataReceived(data.toReversed()) }),
    }),
  ),
  row(
    'impatient writes',
    'tcp: nothing is sent before flush',
    twistTCP({
      transport: (right) => ({
        write: (data) => {
          right.write(data);
          right.flush();
        },
      }),
    }),
  ),
  row(
    'nothing, delivered',
    'tcp: an empty write is nothing',
    twistTCP({
      transport: (right, user) => ({
        write: (data) => {
          if (data.length === 0) setImmediate(() => user.dataReceived(data));
          else right.write(data);
        },
      }),
    }),
  ),
  row(
    'bytes of the host',
    'tcp: received bytes are plain, and may be overwritten',
    twistTCP({ protocol: (user) => ({ dataReceived: (data) => user.dataReceived(buffer(data)) }) }),
  ),
  row(
    'a loss told inside abort',
    'tcp: never calls back from inside a call',
    twistTCP({
      transport: (right, user) => ({
        abort: () => {
          right.abort();
          user.connectionLost('closed', null);
        },
      }),
    }),
  ),
  row(
    'a deaf pause',
    'tcp: pauseReading holds back, and resumeReading delivers all',
    twistTCP({ transport: () => ({ pauseReading: () => undefined }) }),
  ),
  row(
    'no back-pressure',
    'tcp: back-pressure reaches the writer',
    twistTCP({
      protocol: () => ({ pauseWriting: () => undefined, resumeWriting: () => undefined }),
    }),
  ),
  row(
    'two pauses',
    'tcp: pauseWriting and resumeWriting alternate',
    twistTCP({
      protocol: (user) => ({
        pauseWriting: () => {
          user.pauseWriting();
          user.pauseWriting();
        },
      }),
    }),
  ),
  row('a close that forgets', 'tcp: close flushes', forgetful),
  row(
    'an abort that is polite',
    'tcp: abort does not flush',
    twistTCP({ transport: (right) => ({ abort: () => right.close() }) }),
  ),
  row(
    'resets told as goodbyes',
    'tcp: the other end hears closed after close, and reset after abort',
    mistaking('reset', 'closed'),
  ),
  row(
    'two losses',
    'tcp: connectionLost comes once, and last',
    twistTCP({
      protocol: (user) => ({
        connectionLost: (reason, detail) => {
          user.connectionLost(reason, detail);
          user.connectionLost(reason, detail);
        },
      }),
    }),
  ),
  row(
    'last words after the loss',
    'tcp: connectionLost comes once, and last',
    twistTCP({
      protocol: (user) => ({
        connectionLost: (reason, detail) => {
          user.connectionLost(reason, detail);
          user.dataReceived(Uint8Array.of(1));
        },
      }),
    }),
  ),
  row(
    'a word after goodbye',
    'tcp: after close or abort only the loss is heard',
    twistTCP({
      transport: (right, user) => ({
        close: () => {
          setImmediate(() => user.dataReceived(Uint8Array.of(1)));
          setImmediate(() => right.close());
        },
      }),
    }),
  ),
  row(
    'a transport that throws when it is lost',
    'tcp: a lost transport takes every call',
    twistTCP({
      protocol: (user, transport) => ({
        connectionLost: (reason, detail) => {
          user.connectionLost(reason, detail);
          const lost = transport();
          if (lost === null) return;
          lost.flush = () => {
            throw new Error('the transport is lost');
          };
        },
      }),
    }),
  ),
  row(
    'a close that waits for ever',
    'tcp: abort cuts a close short',
    twistTCP({
      transport: (right) => {
        let closing = false;
        return {
          close: () => {
            closing = true;
            right.close();
          },
          abort: () => {
            if (!closing) right.abort();
          },
        };
      },
    }),
  ),
];
