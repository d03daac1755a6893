/** Worlds of the memory reactor: virtual time, disks in memory, received bytes cut by chance. */
import { createHash } from 'node:crypto';
import { createRandom } from '../../src/core/index.ts';
import type { Reactor } from '../../src/core/index.ts';
import { MemoryDisk, MemoryWorld } from '../../src/reactors/memory/index.ts';
import type { Host } from '../../src/reactors/memory/index.ts';
import type { ReactorBuilder, WebServers, WorldHost } from '../../src/testing/index.ts';

const NAMES = { known: 'tracker.test', hosts: ['10.9.9.9'], unknown: 'nowhere.test' };
/** Bytes per second, both ways. */
const LINK = 10_000_000;
/** Events after which a world that never comes to rest has lost patience. */
const EVENTS_MAX = 3_000_000;

function digest(algorithm: 'sha1' | 'sha256', parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** What a host holds open. */
function openOf({ ends, ports, datagramPorts }: Host): number {
  return ends.size + ports.size + datagramPorts.size;
}

/** The hosts of a world, each with `through` around its reactor. */
export function memoryBuilder(through: (reactor: Reactor) => Reactor = (r) => r): ReactorBuilder {
  return {
    build() {
      const random = createRandom(1);
      const world = new MemoryWorld({ latency: () => 5 });
      world.setName(NAMES.known, NAMES.hosts);
      const addHost = (): Host => {
        const number = world.hosts.length + 1;
        return world.addHost({
          host: `10.0.0.${number}`,
          up: LINK,
          down: LINK,
          chop: random.fork(`chop ${number}`),
          disk: (time, host) => new MemoryDisk({ time, host, faults: null, digest }),
        });
      };
      const newHost = (): WorldHost => {
        const host = addHost();
        return { reactor: through(host.boot()), host: host.host };
      };
      return Promise.resolve({
        newHost,
        turn: () => Promise.resolve(world.clock.step() && world.clock.events < EVENTS_MAX),
        openHandles: () => world.hosts.reduce((sum, host) => sum + openOf(host), 0),
        web: webOf(addHost()),
        names: NAMES,
        dispose: () => Promise.resolve(),
      });
    },
  };
}

function webOf(host: Host): WebServers {
  host.boot();
  let port = 8000;
  return {
    serve: (answer) => {
      host.servers.set(++port, ({ from, method, target, range }, reply) => {
        const answered = answer({ from, method, target, range });
        const body = method === 'HEAD' ? new Uint8Array(0) : answered?.body;
        if (answered !== null) reply({ ...answered, body: body! });
      });
      return Promise.resolve(`http://${host.host}:${port}`);
    },
  };
}
