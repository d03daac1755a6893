/** A Redis server of a test's own: on a free port, in a folder of its own, without anything on disk. */
import type { Host } from './host.ts';
import { loopback } from './host.ts';
import type { Requirement } from './peer.ts';
import { type Ending, Program } from './program.ts';
import { programMissing } from './requirements.ts';
import { waitUntil } from './wait-until.ts';

export const redis: Requirement = {
  name: 'redis-server',
  install: 'apt-get install redis-server',
  missing: () => programMissing('redis-server'),
};

export class RedisServer {
  readonly name: string = 'redis-server';
  readonly port: number;
  #program: Program;
  readonly #folder: string;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    this.#program = this.#run();
  }

  static async start(folder: string, host: Host = loopback): Promise<RedisServer> {
    const server = new RedisServer(await host.freePort(), folder);
    await server.#answers();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  get log(): string {
    return this.#program.log;
  }

  /** Ends it, and with it all that it knew. */
  stop(): Promise<Ending> {
    return this.#program.stop(3000);
  }

  async startAgain(): Promise<void> {
    this.#program = this.#run();
    await this.#answers();
  }

  #run(): Program {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''];
    const more = ['--appendonly', 'no', '--dir', this.#folder];
    return new Program(loopback, this.name, 'redis-server', [...args, ...more]);
  }

  async #answers(): Promise<void> {
    const look = (): { found: true } | { pending: string } =>
      this.#program.log.includes('Ready to accept connections')
        ? { found: true }
        : { pending: this.#program.log };
    await waitUntil('redis-server answers', look, {
      millis: 15_000,
      lost: () => this.#program.lost(),
    });
  }
}
