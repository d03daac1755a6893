/** Worlds of node reactors: real sockets and files on loopback, a folder per host. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Reactor } from '../../src/core/index.ts';
import { createNodeReactor } from '../../src/reactors/node/index.ts';
import { webOverTCP } from '../../src/testing/index.ts';
import type { KnownNames, ReactorBuilder, WorldHost } from '../../src/testing/index.ts';

const HOST = '127.0.0.1';
/** Milliseconds that a world waits for what should happen. */
const PATIENCE = 10_000;

/** A label of 64 letters is one too many: no resolver has to ask anybody about it. */
export const nodeNames: KnownNames = {
  known: 'localhost',
  hosts: ['127.0.0.1', '::1'],
  unknown: `${'x'.repeat(64)}.invalid`,
};

/** What is open in this process, without the turns of the loop that the suite itself asks for. */
export function handlesOfProcess(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate').length;
}

/** Turns of the event loop, as long as a world has patience: the suite then says what it waited for. */
export function turnsOfLoop(patience: number): () => Promise<boolean> {
  const end = performance.now() + patience;
  return () => new Promise((resolve) => setImmediate(() => resolve(performance.now() < end)));
}

/** Worlds of node reactors, each host's with `through` around it. */
export function nodeBuilderOf(through: (reactor: Reactor) => Reactor): ReactorBuilder {
  return {
    build() {
      const folder = mkdtempSync(join(tmpdir(), 'swarmwright-law-'));
      const reactors: Reactor[] = [];
      const newHost = (): WorldHost => {
        const root = join(folder, String(reactors.length));
        const reactor = through(createNodeReactor({ root }));
        reactors.push(reactor);
        return { reactor, host: HOST };
      };
      return Promise.resolve({
        newHost,
        turn: turnsOfLoop(PATIENCE),
        openHandles: handlesOfProcess,
        web: webOverTCP(newHost()),
        names: nodeNames,
        dispose() {
          for (const reactor of reactors) reactor.stop();
          rmSync(folder, { recursive: true, force: true });
          return Promise.resolve();
        },
      });
    },
  };
}

export const nodeBuilder: ReactorBuilder = nodeBuilderOf((reactor) => reactor);
