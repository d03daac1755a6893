/**
 * Debian's redis-server on a free port of this machine, with nothing on disk: for the queue of the lab.
 */
import { loopback } from './host.ts';
import type { Requirement } from './peer.ts';
import { Program } from './program.ts';
import { programMissing } from './requirements.ts';

/** redis-server as something that a test may need. */
export const redisServer: Requirement = {
  name: 'redis-server',
  install: 'apt-get install redis-server',
  missing: () => programMissing('redis-server'),
};

export class RedisServer {
  readonly port: number;
  readonly #program: Program;

  private constructor(port: number, program: Program) {
    this.port = port;
    this.#program = program;
  }

  /** Resolves when it takes connections. @param folder Where it may write, and does not. */
  static async start(
    folder: string,
    words: readonly string[] = [],
    port?: number,
  ): Promise<RedisServer> {
    const at = port ?? (await loopback.freePort());
    const own = ['--port', String(at), '--bind', loopback.address, '--dir', folder];
    let ready: () => void = () => undefined;
    const listening = new Promise<void>((resolve) => (ready = resolve));
    const program = new Program(
      loopback,
      'redis-server',
      'redis-server',
      [...own, '--save', '', '--appendonly', 'no', ...words],
      { onLine: (line) => (/ready to accept connections/i.test(line) ? ready() : undefined) },
    );
    const ended = program.ended.then(() => {
      throw new Error(`redis-server ended before it was ready: ${program.log}`);
    });
    await Promise.race([listening, ended]);
    ended.catch(() => undefined);
    return new RedisServer(at, program);
  }

  get url(): string {
    return `redis://${loopback.address}:${this.port}`;
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  /** SIGKILL: what it held is lost. */
  async kill(): Promise<void> {
    this.#program.kill();
    await this.#program.ended;
  }
}
