/**
 * Run by stop.spec.ts in a process of its own: uses every capability, leaves as much as possible under way, stops.
 * The process must then end by itself, and nothing may be called back any more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeReactor } from '../../../src/reactors/node/index.ts';
import { file, listen, LOOPBACK, openStore, Recorder } from './tools.ts';

const root = mkdtempSync(join(tmpdir(), 'swarmwright-'));
const reactor = createNodeReactor({ root });
let stopped = false;
const never = (): void => {
  if (!stopped) return;
  process.stdout.write('called after stop\n');
  process.exitCode = 3;
};

reactor.callLater(1_000_000, never);
reactor.callLater(1, () => {
  setImmediate(() => reactor.callLater(0, never));
});
const far = new Recorder();
const near = new Recorder();
const port = await listen(reactor, () => far);
reactor.connectTCP(port.address, near);
await Promise.all([near.made(), far.made()]);
far.transport!.pauseReading();
near.transport!.write(new Uint8Array(30_000_000));
near.transport!.flush();
far.transport!.write(new Uint8Array(1000));
far.transport!.close();
await near.until(() => near.receivedBytes === 1000 && near.events.includes('pause'));

await new Promise<void>((resolve) => {
  reactor.listenUDP({ host: LOOPBACK, port: 0 }, never, (udp) => {
    udp!.send(udp!.address, new Uint8Array(10));
    resolve();
  });
});
await new Promise<void>((resolve) => reactor.resolve('localhost', () => resolve()));
await new Promise<void>((resolve) => {
  const silent = new Recorder();
  void listen(reactor, () => silent).then(({ address }) => {
    const url = `http://${LOOPBACK}:${address.port}/announce`;
    reactor.request(
      {
        method: 'GET',
        url,
        range: null,
        localPath: null,
        restraints: [],
        bytesMax: 1,
        timeMax: 1e6,
      },
      never,
    );
    void silent.until(() => silent.receivedBytes > 0).then(resolve);
  });
});

const store = await openStore(reactor, [file('a', 8_000_000), file('b', 8_000_000)], 1_000_000);
await store.write(0, new Uint8Array(2_000_000));
await store.hash(0, 1_000_000);
await store.sync();
const inThread = await store.hash(500_000, 1_000_000);
if (inThread.digest === null) throw new Error('no digest');
for (let i = 0; i < 6; i++) {
  void store.write(2_000_000 + i * 1_000_000, new Uint8Array(999_999)).then(never);
  void store.hash(500_000, 1_000_000).then(never);
  void store.read(i * 1000, 1000).then(never);
}
void store.sync().then(never);

reactor.connectTCP(port.address, new Recorder());
reactor.connectTCP({ host: '240.0.0.1', port: 9 }, new Recorder());
reactor.stop();
reactor.stop();
stopped = true;
for (const recorder of [near, far]) recorder.insideCall = true;
process.on('exit', (code) => {
  rmSync(root, { recursive: true, force: true });
  process.stdout.write(`ended ${code}\n`);
});
