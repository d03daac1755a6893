/**
 * Run by stop.spec.ts under a low limit of descriptors: an echo server that also uses more files than it may open.
 * Prints its port; on a line of input checks its store and prints how that went.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transport } from '../../../src/core/index.ts';
import { createNodeReactor } from '../../../src/reactors/node/index.ts';
import { file, listen, openStore } from './tools.ts';

const root = mkdtempSync(join(tmpdir(), 'swarmwright-'));
const reactor = createNodeReactor({ root, limits: { acceptRetryDelay: 10 } });
const port = await listen(reactor, () => {
  let transport: Transport | null = null;
  return {
    connectionMade: (made) => void (transport = made),
    dataReceived: (data) => {
      transport?.write(Uint8Array.from(data));
      transport?.flush();
    },
    connectionLost: () => undefined,
    pauseWriting: () => undefined,
    resumeWriting: () => undefined,
  };
});
const store = await openStore(
  reactor,
  Array.from({ length: 100 }, (_, i) => file(`${i}`, 10)),
  10,
);
process.stdout.write(`${port.address.port}\n`);
await once(process.stdin, 'data');
const faults = await Promise.all(
  Array.from({ length: 100 }, async (_, i) => {
    await store.write(i * 10, new Uint8Array(10).fill(i));
    return (await store.hash(i * 10, 10)).fault;
  }),
);
process.stdout.write(`${faults.filter((fault) => fault === null).length} of 100\n`);
await once(process.stdin, 'end');
reactor.stop();
rmSync(root, { recursive: true, force: true });
