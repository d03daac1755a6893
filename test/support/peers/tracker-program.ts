/**
 * Driver of our own tracker as a person runs it: the program, its URLs from its standard output, its figures from
 * `/stats.json`, its counts from a scrape.
 */
import { fileURLToPath } from 'node:url';
import { type Door, type Host, withoutBrackets } from './host.ts';
import { ask, type JsonObject, parseObject } from './post-json.ts';
import { type Ending, Program } from './program.ts';
import { type Look, waitUntil } from './wait-until.ts';

const main = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));

export interface Figures {
  readonly http: Readonly<Record<string, number>>;
  readonly udp: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  readonly peers: number;
}

export class TrackerProgram {
  readonly name: string = 'swarmwright tracker';
  readonly port: number;
  readonly #host: Host;
  readonly #program: Program;
  readonly #lines: JsonObject[] = [];
  #door: Door | null = null;

  private constructor(host: Host, port: number, more: readonly string[]) {
    this.#host = host;
    this.port = port;
    const at = ['--host', host.address, '--port', String(port), '--stats', 'all', '--json'];
    const words = [main, 'tracker', ...at, ...more];
    this.#program = new Program(host, this.name, process.execPath, words, {
      onLine: (line) => this.#lines.push(parseObject(line)),
    });
  }

  /** Resolves when it listens. */
  static async start(host: Host, more: readonly string[] = []): Promise<TrackerProgram> {
    const tracker = new TrackerProgram(host, await host.freePort(), more);
    await tracker.said('listening');
    return tracker;
  }

  get log(): string {
    return this.#program.log;
  }

  get pid(): number {
    return this.#program.pid;
  }

  announce(scheme: 'http' | 'udp'): string {
    return `${scheme}://${this.#host.address}:${this.port}/announce`;
  }

  /** Resolves with the line of this type. */
  said(type: string): Promise<JsonObject> {
    return this.until(`says ${type}`, () => {
      const found = this.#lines.find((line) => line['type'] === type);
      return found === undefined ? { pending: JSON.stringify(this.#lines) } : { found };
    });
  }

  async figures(): Promise<Figures> {
    return parseObject((await this.get('/stats.json')).toString()) as unknown as Figures;
  }

  /** Seeds and leeches of one torrent. */
  async counts(infoHash: string): Promise<{ complete: number; incomplete: number }> {
    const escaped = infoHash.replace(/../g, (hex) => `%${hex}`);
    const text = (await this.get(`/scrape?info_hash=${escaped}`)).toString('latin1');
    const number = (key: string): number =>
      Number(new RegExp(`${key.length}:${key}i(\\d+)e`).exec(text)?.[1] ?? NaN);
    return { complete: number('complete'), incomplete: number('incomplete') };
  }

  async get(path: string): Promise<Buffer> {
    this.#door ??= await this.#host.door(withoutBrackets(this.#host.address), this.port);
    return (await ask(this.#door, path, null)).body;
  }

  async until<T>(
    what: string,
    look: () => Look<T> | Promise<Look<T>>,
    millis = 60_000,
  ): Promise<T> {
    const lost = (): string | null => this.#program.lost();
    return waitUntil(`the tracker ${what}`, look, { millis, interval: 100, lost });
  }

  stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Ending> {
    return this.#program.stop(5000, signal);
  }
}
