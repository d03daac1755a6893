/**
 * Which ports a client opens and what the machine is told of them, for machines of every kind: with one family, with
 * both, with more addresses than anybody wants to announce, and with a system that does not tell.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { listensMax } from '../../src/client/words/listen-words.ts';
import { openPorts } from '../../src/client/listening/listening.ts';
import type { ListenAddress, ListenFault, ListeningPort } from '../../src/core/index.ts';

/** Opens what it is asked for, but at hosts that it does not have. */
class Machine {
  readonly asked: string[] = [];
  readonly open = new Set<string>();
  readonly #without: readonly string[];
  #next = 5000;

  constructor(...without: readonly string[]) {
    this.#without = without;
  }

  listen(
    { host, port, v6Only = false }: ListenAddress,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    this.asked.push(`${host} ${port}${v6Only ? ' only' : ''}`);
    if (this.#without.includes(host)) {
      ready(null, { code: 'unavailable', detail: '' });
      return;
    }
    const address = { host, port: port === 0 ? this.#next++ : port };
    this.open.add(host);
    ready({ address, stopListening: () => this.open.delete(host) }, null);
  }
}

const knows = (...hosts: readonly string[]) => ({ localAddresses: () => hosts });
const [V4, V6] = ['192.0.2.7', '2001:db8::7'];

async function told(
  machine: Machine,
  reactor: Parameters<typeof openPorts>[1],
  options: Parameters<typeof openPorts>[2],
): Promise<unknown> {
  const command = (await openPorts(machine, reactor, options))?.command;
  if (command?.type !== 'listening-at') return command?.port;
  return command.addresses.map(({ host, port }) => `${host} ${port}`);
}

describe('client: where it listens', () => {
  it('names nobody where the machine has one family, does not tell, or has no IPv6 port', async () => {
    assert.equal(await told(new Machine(), knows(V4), {}), 5000);
    assert.equal(await told(new Machine(), knows(V6), {}), 5000);
    assert.equal(await told(new Machine(), {}, { port: 6881 }), 6881);
    const old = new Machine('::');
    assert.equal(await told(old, knows(V4, V6), {}), 5000);
    assert.deepEqual(old.asked, [':: 0', '0.0.0.0 0']);
    assert.equal(await told(new Machine(), knows(V4, V6), { host: V4 }), 5000);
    assert.equal(await openPorts(new Machine(), knows(V4, V6), { listen: false }), null);
  });

  it('names both families of one port where the machine has both', async () => {
    const machine = new Machine();
    assert.deepEqual(await told(machine, knows(V4, V6), {}), ['0.0.0.0 5000', ':: 5000']);
    assert.deepEqual(machine.asked, [':: 0'], 'one port serves both');
  });

  it('names what it is told to, an unspecified address as all of its family, none twice', async () => {
    const listen = [`${V4}:1`, '0.0.0.0:2', '[::]'];
    const machine = new Machine();
    const all = knows(V4, '192.0.2.8', V6);
    assert.deepEqual(await told(machine, all, { listen, port: 9 }), [
      `${V4} 1`,
      '192.0.2.8 2',
      `${V6} 9`,
    ]);
    assert.deepEqual(machine.asked, [`${V4} 1`, '0.0.0.0 2', ':: 9 only']);
    // Nobody tells which: the family has to do.
    assert.deepEqual(await told(new Machine(), {}, { listen: ['0.0.0.0'] }), ['0.0.0.0 5000']);
    assert.deepEqual(await told(new Machine(), knows(V4), { listen: [] }), []);
  });

  it('announces listensMax addresses, and not one more', async () => {
    for (const [count, announced] of [
      [listensMax, listensMax],
      [listensMax + 1, listensMax],
    ] as const) {
      const hosts = Array.from({ length: count }, (_, i) => `10.0.0.${i}`);
      const addresses = await told(new Machine(), knows(...hosts), { listen: ['0.0.0.0'] });
      assert.equal((addresses as string[]).length, announced);
    }
  });

  it('leaves nothing open where one address cannot be listened on, and names that one', async () => {
    const machine = new Machine(V6);
    const opened = openPorts(machine, knows(V4, V6), { listen: [V4, `[${V6}]:6881`] });
    await assert.rejects(opened, {
      code: 'SWARMWRIGHT_PORT_UNAVAILABLE',
      message: `the address cannot be listened on: ${V6} port 6881`,
    });
    assert.equal(machine.open.size, 0);
  });
});
