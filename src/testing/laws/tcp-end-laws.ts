/**
 * The law of TCP's ends: close flushes, abort does not, and however a connection ends, each end hears of it once, last.
 */
import type { LostReason, Transport } from '../../core/index.ts';
import { pattern } from '../pattern.ts';
import { Recorder } from '../recorder.ts';
import type { TcpEndLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { Stand } from '../stand.ts';

const LARGE = 3_000_000;

async function bothLost(stand: Stand, ...recorders: Recorder[]): Promise<void> {
  await stand.until(() => recorders.every(({ lost }) => lost !== null), 'connectionLost');
}

/** Ways for a connection to end, acted by the near end. */
const ENDINGS: Readonly<Record<string, (near: Transport, far: Transport) => void>> = {
  close: (near) => near.close(),
  abort: (near) => near.abort(),
  'close by the other': (_, far) => far.close(),
  'abort by the other': (_, far) => far.abort(),
  'close, with bytes unsent': (near) => {
    near.write(pattern(0, 100_000));
    near.close();
  },
  'abort, with bytes unsent': (near) => {
    near.write(pattern(0, 100_000));
    near.flush();
    near.abort();
  },
  'close at both ends': (near, far) => {
    near.close();
    far.close();
  },
  'abort at both ends': (near, far) => {
    near.abort();
    far.abort();
  },
  'close here, abort there': (near, far) => {
    near.close();
    far.abort();
  },
  'close, then abort': (near) => {
    near.close();
    near.abort();
  },
  'close while the other end sends': (near, far) => {
    far.write(pattern(0, 100_000));
    far.flush();
    near.close();
  },
  'abort while the other end sends': (near, far) => {
    far.write(pattern(0, 100_000));
    far.flush();
    near.abort();
  },
};

/** A dial of which only the loss at the near end is certain. */
async function visit(stand: Stand, near: Recorder, far: Recorder): Promise<void> {
  const [from, to] = [stand.newHost(), stand.newHost()];
  const port = await stand.listen(to, () => far);
  from.reactor.connectTCP(port.address, near);
  await stand.until(() => near.lost !== null, 'the loss of a short visit');
}

/** Everything that can be asked of a transport. */
function callAll(transport: Transport): void {
  transport.write(pattern(0, 10));
  transport.flush();
  transport.pauseReading();
  transport.resumeReading();
  transport.close();
  transport.abort();
}

export const tcpEndLaws: LawTable<TcpEndLawName> = {
  'tcp: close flushes': async (stand: Stand) => {
    for (const length of [1, LARGE]) {
      const { near, far } = await stand.pair(new Recorder(), new Recorder(8));
      near.transport!.write(pattern(8, length));
      near.transport!.close();
      await bothLost(stand, near, far);
      stand.equal([far.received, far.wrongAt], [length, null], 'bytes received, first wrong one');
    }
  },

  'tcp: abort does not flush': async (stand: Stand) => {
    const { near, far } = await stand.pair();
    near.transport!.write(pattern(0, 1000));
    near.transport!.abort();
    await bothLost(stand, near, far);
    stand.equal(far.received, 0, 'bytes received');
  },

  'tcp: the other end hears closed after close, and reset after abort': async (stand: Stand) => {
    const ends: [LostReason, (transport: Transport) => void][] = [
      ['closed', (transport) => transport.close()],
      ['reset', (transport) => transport.abort()],
    ];
    for (const [reason, end] of ends) {
      for (const dialled of [true, false]) {
        const { near, far } = await stand.pair();
        const [ending, other] = dialled ? [near, far] : [far, near];
        end(ending.transport!);
        await bothLost(stand, near, far);
        stand.equal(other.lost, reason, `heard by the ${dialled ? 'listener' : 'dialler'}`);
      }
    }
  },

  'tcp: connectionLost comes once, and last': async (stand: Stand) => {
    for (const [what, end] of Object.entries(ENDINGS)) {
      const { near, far } = await stand.pair();
      end(near.transport!, far.transport!);
      await stand.until(() => near.lost !== null && far.lost !== null, `connectionLost: ${what}`);
      for (const { events } of [near, far]) {
        stand.equal([events.at(-1), events.indexOf('lost')], ['lost', events.length - 1], what);
      }
    }
    await stand.calm();
  },

  'tcp: after close or abort only the loss is heard': async (stand: Stand) => {
    for (const end of ['close', 'abort'] as const) {
      const { near, far } = await stand.pair();
      far.onPause = (transport) => transport.abort();
      near.transport![end]();
      for (let i = 0; i < 5 && far.lost === null; i++) {
        far.send(pattern(0, 50_000));
        await stand.world.turn();
      }
      await stand.until(() => near.lost !== null, `the loss after ${end}`);
      stand.equal(near.events, ['made', 'lost'], `heard after ${end}`);
    }
  },

  'tcp: close and abort may come twice, and in any order': async (stand: Stand) => {
    const orders = ['close close', 'abort abort', 'close abort close', 'abort close'];
    for (const order of orders) {
      const { near, far } = await stand.pair();
      for (const end of order.split(' ')) near.transport![end as 'close' | 'abort']();
      await bothLost(stand, near, far);
      await stand.calm();
      stand.equal(near.events, ['made', 'lost'], `heard after ${order}`);
    }
  },

  'tcp: abort cuts a close short': async (stand: Stand) => {
    const { near, far } = await stand.pair();
    far.transport!.pauseReading();
    // More than any buffer on the way takes: a close alone would wait for the reader.
    const chunk = pattern(0, LARGE);
    for (let i = 0; i < 8; i++) near.transport!.write(chunk);
    near.transport!.close();
    await stand.world.turn();
    near.transport!.abort();
    await stand.until(() => near.lost !== null, 'the loss after abort');
    stand.require(far.received < 8 * LARGE, 'everything was sent all the same');
    far.transport!.abort();
    await bothLost(stand, near, far);
  },

  'tcp: a lost transport takes every call': async (stand: Stand) => {
    const { near, far } = await stand.pair();
    near.transport!.close();
    await bothLost(stand, near, far);
    for (const { transport } of [near, far]) {
      for (let i = 0; i < 2; i++) callAll(transport!);
    }
    await stand.calm();
    stand.equal([near.events, far.events], Array(2).fill(['made', 'lost']), 'heard');
  },

  'tcp: an end may be closed from inside any call-back': async (stand: Stand) => {
    for (const end of ['close', 'abort'] as const) {
      // Who leaves at once may be gone before the other end has taken notice: it need not hear anything.
      const inMade = new Recorder();
      inMade.onMade = (transport) => transport[end]();
      await visit(stand, inMade, new Recorder());

      const acceptedInMade = new Recorder();
      acceptedInMade.onMade = (transport) => {
        transport.write(pattern(4, 100));
        transport[end]();
      };
      const guest = new Recorder(4);
      await visit(stand, guest, acceptedInMade);
      await bothLost(stand, guest, acceptedInMade);
      stand.equal(guest.received, end === 'close' ? 100 : 0, 'bytes of a short visit');

      const inData = new Recorder();
      inData.onData = (transport) => callAll(transport);
      const data = await stand.pair(new Recorder(), inData);
      data.near.send(pattern(0, 200_000));
      await bothLost(stand, data.near, data.far);
      stand.equal(inData.events.slice(0, 3), ['made', 'data', 'lost'], 'heard');

      const inPause = new Recorder();
      inPause.onPause = (transport) => transport.abort();
      const pause = await stand.pair(inPause, new Recorder());
      pause.far.transport!.pauseReading();
      const chunk = pattern(0, 1_000_000);
      for (let i = 0; i < 64 && inPause.lost === null; i++) {
        inPause.send(chunk);
        await stand.world.turn();
      }
      await stand.until(() => inPause.lost !== null, 'the loss after abort in pauseWriting');
    }
  },

  'tcp: both ends may close at once': async (stand: Stand) => {
    const { near, far } = await stand.pair(new Recorder(2), new Recorder(1));
    near.transport!.write(pattern(1, 1000));
    far.transport!.write(pattern(2, 1000));
    near.transport!.close();
    far.transport!.close();
    await bothLost(stand, near, far);
    stand.equal([near.lost, far.lost], ['closed', 'closed'], 'reasons');
    stand.equal([near.received, far.received], [0, 0], 'bytes heard after close');
  },

  'tcp: close is clean while the other end still sends': async (stand: Stand) => {
    // What the closing end does not read any more must not destroy its last words on their way.
    const { near, far } = await stand.pair(new Recorder(), new Recorder(5));
    far.send(pattern(0, 400_000));
    near.transport!.write(pattern(5, LARGE));
    near.transport!.close();
    far.send(pattern(0, 400_000));
    await bothLost(stand, near, far);
    stand.equal([far.received, far.wrongAt], [LARGE, null], 'bytes received, first wrong one');
    stand.equal(far.lost, 'closed', 'heard by the other end');
  },

  'tcp: an end that reads no more may close': async (stand: Stand) => {
    const { near, far } = await stand.pair(new Recorder(), new Recorder(5));
    near.transport!.pauseReading();
    far.send(pattern(0, 100_000));
    await stand.calm();
    near.transport!.write(pattern(5, 1000));
    near.transport!.close();
    await bothLost(stand, near, far);
    stand.equal([far.received, far.wrongAt], [1000, null], 'bytes received, first wrong one');
  },
};
