/**
 * The law of `stop`: from that call on nothing fires, and everything that the reactor held is let go.
 */
import type { StoreFile } from '../../core/index.ts';
import { pattern } from '../pattern.ts';
import { Recorder } from '../recorder.ts';
import type { WorldHost } from '../reactor-builder.ts';
import type { StopLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { Stand } from '../stand.ts';

const noop = (): void => undefined;
const FILES: readonly StoreFile[] = [{ path: ['f'], length: 100_000, padding: false }];

/** Asks everything that a reactor can be asked, without waiting for any answer. */
function askEverything({ reactor, host }: WorldHost, dial: { host: string; port: number }): void {
  for (const delay of [0, 1, 20, 100_000]) reactor.callLater(delay, noop);
  reactor.connectTCP(dial, new Recorder());
  reactor.connectTCP({ host, port: 1 }, new Recorder());
  reactor.listenTCP({ host, port: 0 }, () => new Recorder(), noop);
  reactor.listenUDP({ host, port: 0 }, noop, noop);
  reactor.openStore(FILES, 16_384, noop);
  const request = {
    method: 'GET',
    range: null,
    localPath: null,
    restraints: [],
    bytesMax: 1,
    timeMax: 50,
  } as const;
  reactor.request({ ...request, url: `http://${dial.host}:${dial.port}/` }, noop);
  reactor.resolve(host, noop);
}

/** Stops reactors from inside their own call-backs. */
async function stopInside(stand: Stand): Promise<void> {
  const inCall = stand.newHost();
  let fired = 0;
  inCall.reactor.callLater(0, () => {
    fired++;
    inCall.reactor.stop();
  });
  for (let i = 0; i < 5; i++) inCall.reactor.callLater(0, () => fired++);
  await stand.until(() => fired > 0, 'a delayed call');

  const stopping = new Recorder();
  const { listener, near } = await stand.pair(new Recorder(), stopping);
  stopping.onData = () => listener.reactor.stop();
  near.send(pattern(0, 300_000));
  await stand.until(() => near.lost !== null, 'the loss at the other end');

  const inReady = stand.newHost();
  let ready = 0;
  for (let i = 0; i < 3; i++) {
    inReady.reactor.listenTCP(
      { host: inReady.host, port: 0 },
      () => null,
      () => {
        ready++;
        inReady.reactor.stop();
      },
    );
  }
  await stand.until(() => ready > 0, 'the report of listenTCP');
  await stand.calm();
  stand.equal([fired, ready, stopping.events], [1, 1, ['made', 'data']], 'heard');
}

/** A host with one of everything open and under way, and the far end of its connection. */
async function busy(stand: Stand): Promise<{ at: WorldHost; far: Recorder; near: Recorder }> {
  const { dialler: at, near, far, port } = await stand.pair();
  await stand.listen(at, () => new Recorder());
  await stand.answer(
    (done) => at.reactor.listenUDP({ host: at.host, port: 0 }, noop, done),
    'the report of listenUDP',
  );
  const store = await stand.openStore(at.reactor, FILES, 16_384);
  await store.write(0, pattern(0, 100_000));
  store.submit({ type: 'store-read', offset: 10, length: 50_000 });
  store.submit({ type: 'store-hash', offset: 10, length: 50_000, algorithm: 'sha1' });
  store.submit({ type: 'store-write', offset: 0, data: pattern(1, 100_000) });
  store.submit({ type: 'store-sync' });
  store.flush();
  near.send(pattern(0, 10_000));
  far.send(pattern(0, 10_000));
  askEverything(at, port.address);
  return { at, near, far };
}

export const stopLaws: LawTable<StopLawName> = {
  'reactor: after stop nothing fires': async (stand: Stand) => {
    const { at, near, far } = await busy(stand);
    at.reactor.stop();
    const before = near.events.length;
    far.send(pattern(0, 10_000));
    await stand.until(() => far.lost !== null, 'the loss at the other end');
    const other = stand.newHost();
    let woken = false;
    other.reactor.callLater(60, () => (woken = true)); // later than what the stopped one had set
    await stand.until(() => woken, 'a delayed call of another reactor');
    stand.equal(near.events.length, before, 'events at the stopped end');
    await stopInside(stand);
  },

  'reactor: after stop no handle is left open': async (stand: Stand) => {
    const { world } = stand;
    // What the runtime opens once and keeps, such as the threads of a pool, is not the reactor's: a first one opens it.
    const first = await busy(stand);
    first.at.reactor.stop();
    await stand.until(() => first.far.lost !== null, 'the loss at the other end');
    first.far.transport!.close();
    await stand.calm();
    const before = world.openHandles();
    stand.require(before !== null, 'nobody can tell: put this law in the skip list');
    const at = stand.newHost();
    const near = new Recorder();
    const port = await stand.listen(at, () => new Recorder());
    at.reactor.connectTCP(port.address, near);
    const store = await stand.openStore(at.reactor, FILES, 16_384);
    await store.write(0, pattern(0, 100_000));
    await store.hash(10, 50_000, 'sha1');
    askEverything(at, port.address);
    await stand.until(() => near.made, 'a connection');
    const during = world.openHandles() ?? 0;
    stand.require(during > before, `handles do not count: ${before}, then ${during}`);
    at.reactor.stop();
    await stand.until(() => (world.openHandles() ?? 0) <= before, `${before} handles`);
  },

  'reactor: a stopped reactor takes every call, and answers none': async (stand: Stand) => {
    const { at, near, far } = await busy(stand);
    const call = at.reactor.callLater(1000, noop);
    at.reactor.stop();
    at.reactor.stop();
    await stand.until(() => far.lost !== null, 'the loss at the other end');
    askEverything(at, { host: at.host, port: 1 });
    call.reset(0);
    call.cancel();
    stand.require(!at.reactor.callLater(0, noop).active, 'a call set after stop is active');
    const { transport } = near;
    transport!.write(pattern(0, 10));
    transport!.flush();
    transport!.pauseReading();
    transport!.resumeReading();
    transport!.close();
    transport!.abort();
    stand.require(Number.isFinite(at.reactor.now()), 'no time after stop');
  },

  'reactor: the others hear that a stopped reactor is gone': async (stand: Stand) => {
    const { dialler, near, far, port } = await stand.pair();
    const { listener } = await stand.pair(new Recorder(), new Recorder());
    dialler.reactor.stop();
    await stand.until(() => far.lost !== null, 'the loss at the listener');
    const dead = await stand.listen(listener, () => new Recorder());
    listener.reactor.stop();
    const late = new Recorder();
    stand.newHost().reactor.connectTCP(dead.address, late);
    await stand.until(() => late.lost !== null, 'the loss of a dial to a stopped reactor');
    stand.equal([late.events, near.lost], [['lost'], null], 'heard');
    port.stopListening();
  },
};
