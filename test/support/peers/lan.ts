/**
 * A network of the test's own: a switch and hosts with addresses of their own, made of Linux network namespaces.
 *
 * Why: Transmission takes no loopback peer from a tracker, so clients that are to find each other as they do in the world
 * need addresses that look like it. Everything lives in namespaces named after this process; nothing of the machine's own
 * network (interfaces, routes, addresses) is touched, and all of it is gone after `close()`, or at the latest when this
 * process exits; what a killed process left behind, the next one removes. Needs Linux, iproute2 and the right to make namespaces (root).
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Door, type Host, loopback } from './host.ts';
import { exitOnSignals, Program } from './program.ts';
import { waitUntil } from './wait-until.ts';

const relayScript = fileURLToPath(new URL('./relay.js', import.meta.url));
/** Starts the names of our namespaces; the id of the process that made them follows. */
const prefix = 'swarmwright';
const open = new Set<Lan>();
let lanCount = 0;
let guarded = false;

/** Why this process cannot make network namespaces, or `null` when it can. */
export function lanMissing(): string | null {
  const name = `${prefix}-${process.pid}-probe`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').join(' ').trim() : String(error);
  }
}

export class Lan {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #switch: string;
  readonly #namespaces: string[] = [];
  readonly #relays: Program[] = [];

  /** Makes the switch. `folder` (not longer than about 80 characters) takes the sockets of the doors. */
  constructor(folder: string) {
    this.#folder = folder;
    removeOrphans();
    this.#prefix = `${prefix}-${process.pid}-${++lanCount}`;
    this.#switch = `${this.#prefix}-switch`;
    open.add(this);
    guardExit();
    this.#makeNamespace(this.#switch);
    ip('-n', this.#switch, 'link', 'add', 'bridge', 'type', 'bridge', 'forward_delay', '0');
    ip('-n', this.#switch, 'link', 'set', 'bridge', 'up');
  }

  /** Adds a host, with one address in 10.88.0.0/24 and a cable to the switch. At most 250 hosts. */
  host(name: string): Host {
    const number = this.#namespaces.length; // the switch is number 0
    if (number > 250) throw new Error('a lan has at most 250 hosts');
    const namespace = `${this.#prefix}-${number}-${name}`;
    const address = `10.88.0.${number}`;
    const port = `port${number}`;
    this.#makeNamespace(namespace);
    const cable = ['link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace];
    ip('-n', this.#switch, ...cable);
    ip('-n', this.#switch, 'link', 'set', port, 'master', 'bridge', 'up');
    ip(
      '-n',
      namespace,
      'address',
      'add',
      `${address}/24`,
      'broadcast',
      '10.88.0.255',
      'dev',
      'eth0',
    );
    ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    ip('-n', namespace, 'route', 'add', 'default', 'dev', 'eth0');
    let portsGiven = 0;
    return {
      name,
      address,
      prefix: ['ip', 'netns', 'exec', namespace],
      freePort: () => Promise.resolve(20_000 + ++portsGiven),
      door: (target, targetPort) => this.#door(namespace, target, targetPort),
    };
  }

  /** Stops the relays and removes every namespace. Programs that still run in one must have been stopped before. */
  async close(): Promise<void> {
    for (const relay of this.#relays.splice(0)) await relay.stop(1000);
    this.removeNamespaces();
  }

  /** The synchronous half of `close`, also run when this process exits. */
  removeNamespaces(): void {
    for (const namespace of this.#namespaces.splice(0).reverse()) {
      try {
        ip('netns', 'del', namespace);
      } catch (error) {
        console.error(`interop: could not remove network namespace ${namespace}:`, error);
      }
    }
    open.delete(this);
  }

  #makeNamespace(name: string): void {
    ip('netns', 'add', name);
    this.#namespaces.push(name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }

  /** A Unix socket is seen across network namespaces: a relay inside passes its connections on. */
  async #door(namespace: string, target: string, targetPort: number): Promise<Door> {
    const socketPath = join(this.#folder, `door-${this.#relays.length}`);
    const place: Host = { ...loopback, prefix: ['ip', 'netns', 'exec', namespace] };
    let opened = false;
    const args = [relayScript, socketPath, target, String(targetPort)];
    const relay = new Program(place, 'relay', process.execPath, args, {
      onLine: () => {
        opened = true;
      },
    });
    this.#relays.push(relay);
    const look = (): { found: true } | { pending: string } =>
      opened ? { found: true } : { pending: 'the relay is silent' };
    await waitUntil('a door into the namespace', look, {
      millis: 10_000,
      lost: () => relay.lost(),
    });
    return { socketPath };
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
}

/** Removes the namespaces of test runs that were killed outright: ours by name, of a process that is no more. */
function removeOrphans(): void {
  const names = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8', timeout: 10_000 });
  for (const [, name, pid] of names.matchAll(new RegExp(`^(${prefix}-(\\d+)-\\S+)`, 'gm'))) {
    if (!existsSync(`/proc/${pid!}`)) ip('netns', 'del', name!);
  }
}

function guardExit(): void {
  if (guarded) return;
  guarded = true;
  exitOnSignals();
  process.once('exit', () => {
    for (const lan of open) lan.removeNamespaces();
  });
}
