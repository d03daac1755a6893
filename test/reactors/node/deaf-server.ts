/**
 * A server that does not accept: a process that listens on 127.0.0.2 and 127.0.0.3 with the shortest queue there is, is
 * stopped, and has its queues filled. The system then answers no further dial; Linux does, and others may differ.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import process from 'node:process';

const HOSTS = ['127.0.0.2', '127.0.0.3'];
/** Linux lets one connection more wait than it was told. */
const QUEUE = 2;

const PROGRAM = `
const { createServer } = require('node:net');
let open = 0;
for (const host of ${JSON.stringify(HOSTS)}) {
  createServer().listen({ host, port: Number(process.argv[1]), backlog: 1 }, () => {
    if (++open === ${HOSTS.length}) process.stdout.write('open');
  });
}`;

export class DeafServer {
  /** The same at both addresses. */
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #waiting: Socket[] = [];

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  static async open(): Promise<DeafServer> {
    const port = await freePort();
    const child = spawn(process.execPath, ['-e', PROGRAM, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    const server = new DeafServer(port, child);
    for (const host of HOSTS) {
      for (let i = 0; i < QUEUE; i++) {
        const socket = connect({ host, port }).on('error', () => undefined);
        server.#waiting.push(socket);
        await once(socket, 'connect');
      }
    }
    return server;
  }

  async close(): Promise<void> {
    for (const socket of this.#waiting) socket.destroy();
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOSTS[0]);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
