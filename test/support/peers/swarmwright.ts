/**
 * Driver of our own command line client, as a person runs it: a process, `--json` lines on its standard output.
 *
 * Owns: the words of the command line and the reading of its events. It uses nothing of the library from inside, so that
 * what is proved is what is shipped.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerKind, PeerTask, RunningPeer } from './peer.ts';
import { type JsonObject, parseObject } from './post-json.ts';
import { type Ending, Program } from './program.ts';
import { type Look, waitUntil } from './wait-until.ts';

/** The compiled command line program, beside these compiled tests. */
const main = fileURLToPath(new URL('../../../src/cli/main.js', import.meta.url));

/** What differs from run to run. */
export interface SwarmwrightOptions {
  /** A leech goes on as a seed until it is stopped. */
  readonly keepSeeding: boolean;
  /** More words at the end of the command line. */
  readonly more: readonly string[];
  /** Words for Node itself. */
  readonly nodeWords?: readonly string[];
}

export const swarmwright: PeerKind = {
  name: 'swarmwright',
  install: 'npm run build',
  skipsEmptyFiles: false,
  missing: () => (existsSync(main) ? null : 'src/cli/main.ts has not been compiled'),
  start: (task) => SwarmwrightPeer.start(task, { keepSeeding: true, more: [] }),
};

export class SwarmwrightPeer implements RunningPeer {
  readonly name: string = 'swarmwright';
  readonly address: string;
  readonly port: number;
  readonly #task: PeerTask;
  readonly #program: Program;
  readonly #events = new Map<unknown, JsonObject>();
  readonly #onComplete: () => void;
  #notJson: string | null = null;
  /** Resolves at the moment the client says that it is complete; it has no bound of its own. */
  readonly completed: Promise<void>;

  readonly #moments = new Map<unknown, number>();

  private constructor(task: PeerTask, port: number, words: readonly string[]) {
    this.#task = task;
    this.address = task.host.address;
    this.port = port;
    let onComplete = (): void => undefined;
    this.completed = new Promise((resolve) => {
      onComplete = resolve;
    });
    this.#onComplete = onComplete;
    const hear = (line: string): void => this.#hear(line);
    this.#program = new Program(task.host, this.name, process.execPath, words, {
      onLine: hear,
    });
  }

  static async start(task: PeerTask, options: SwarmwrightOptions): Promise<SwarmwrightPeer> {
    await mkdir(task.content, { recursive: true });
    const port = await task.host.freePort();
    const at = ['--port', String(port), '--host', task.host.address, '--json', ...options.more];
    const words =
      task.role === 'seed'
        ? ['seed', task.torrent.file, join(task.content, task.torrent.name), ...at]
        : ['download', task.magnet ?? task.torrent.file, '-o', task.content, ...at];
    if (task.role === 'leech' && options.keepSeeding) words.push('--seed');
    return new SwarmwrightPeer(task, port, [...(options.nodeWords ?? []), main, ...words]);
  }

  /** When it first said so, on this process' clock: the type of an event, or the name of a state; NaN: not yet. */
  moment(event: string): number {
    return this.#moments.get(event) ?? NaN;
  }

  /** The last line of this type that it wrote; undefined: none. */
  said(type: string): JsonObject | undefined {
    return this.#events.get(type);
  }

  get pid(): number {
    return this.#program.pid;
  }

  get log(): string {
    return this.#program.log;
  }

  get ended(): Promise<Ending> {
    return this.#program.ended;
  }

  async listening(): Promise<void> {
    await this.#wait('is ready', 30_000, () => {
      if (this.#notJson !== null) throw new Error(`not a JSON line: ${this.#notJson}`);
      if (this.#events.has('complete')) return { found: true };
      const checked = this.#events.get('state')?.['state'] === 'active';
      const ready = this.#task.role === 'leech' && checked && this.#events.has('listening');
      return ready ? { found: true } : this.#pending();
    });
  }

  async complete(millis: number): Promise<void> {
    await this.#wait('has everything', millis, () =>
      this.#events.has('complete') ? { found: true } : this.#pending(),
    );
  }

  /** Ends it. It has 3 s, as promised to its user, and a little for a busy machine. */
  async stop(): Promise<Ending> {
    return this.#program.stop(6000, 'SIGTERM');
  }

  #hear(line: string): void {
    try {
      const event = parseObject(line);
      this.#events.set(event['type'], event);
      const name = event['type'] === 'state' ? event['state'] : event['type'];
      if (!this.#moments.has(name)) this.#moments.set(name, performance.now());
      if (event['type'] === 'complete') this.#onComplete();
    } catch {
      this.#notJson ??= line;
    }
  }

  #pending(): { pending: string } {
    return { pending: JSON.stringify([...this.#events.values()]) };
  }

  async #wait(what: string, millis: number, look: () => Look<true>): Promise<void> {
    const lost = (): string | null => (this.#events.has('complete') ? null : this.#program.lost());
    await waitUntil(`swarmwright ${what}`, look, { millis, lost });
  }
}
