/**
 * A client that is driven by JSON lines: a small script of ours beside this file runs the real library and says what happens.
 *
 * It says `adding`, `listening`, `checked` (with `seeding`), `connected` (a dial succeeded), `complete` and `error`, and obeys
 * `{"dial": [host, port]}` and `{"scrape": true}`; the end of its input or SIGTERM ends it. Owns: the reading of these lines.
 */
import type { PeerTask, RunningPeer } from './peer.ts';
import { type JsonObject, parseObject } from './post-json.ts';
import { type Ending, Program } from './program.ts';
import { type Look, waitUntil } from './wait-until.ts';

export class LinePeer implements RunningPeer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Resolves at the moment the client says that it is complete; it has no bound of its own. */
  readonly completed: Promise<void>;
  readonly #role: 'seed' | 'leech';
  readonly #program: Program;
  readonly #events = new Map<unknown, JsonObject>();
  readonly #onComplete: () => void;
  readonly #moments = new Map<unknown, number>();
  #onConnected: () => void = () => undefined;

  constructor(
    name: string,
    task: PeerTask,
    port: number,
    command: string,
    args: readonly string[],
  ) {
    this.name = name;
    this.address = task.host.address;
    this.port = port;
    this.#role = task.role;
    let onComplete = (): void => undefined;
    this.completed = new Promise((resolve) => {
      onComplete = resolve;
    });
    this.#onComplete = onComplete;
    const hear = (line: string): void => this.#hear(line);
    this.#program = new Program(task.host, name, command, args, { onLine: hear });
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

  /** Tells it to connect to a peer. */
  dial(address: string, port: number): void {
    this.#program.write(JSON.stringify({ dial: [address, port] }));
  }

  /** Tells it to scrape the torrent's trackers. */
  scrape(): void {
    this.#program.write(JSON.stringify({ scrape: true }));
  }

  /** Resolves at the moment its next dial succeeds. */
  connected(): Promise<void> {
    return new Promise((resolve) => {
      this.#onConnected = resolve;
    });
  }

  /** When it first said so, on this process' clock; NaN: not yet. */
  moment(event: string): number {
    return this.#moments.get(event) ?? NaN;
  }

  async listening(): Promise<void> {
    await this.#wait('is ready', 30_000, () => {
      const checked = this.#events.get('checked');
      if (!this.#events.has('listening') || checked === undefined) return this.#pending();
      if (this.#role === 'seed' && checked['seeding'] !== true) return this.#pending();
      return { found: true };
    });
  }

  async complete(millis: number): Promise<void> {
    await this.#wait('has everything', millis, () =>
      this.#events.has('complete') ? { found: true } : this.#pending(),
    );
  }

  async stop(): Promise<Ending> {
    return this.#program.stop(5000);
  }

  #hear(line: string): void {
    const event = parseObject(line);
    this.#events.set(event['type'], event);
    if (!this.#moments.has(event['type'])) this.#moments.set(event['type'], performance.now());
    if (event['type'] === 'complete') this.#onComplete();
    if (event['type'] === 'connected') this.#onConnected();
  }

  #pending(): { pending: string } {
    return { pending: JSON.stringify([...this.#events.values()]) };
  }

  async #wait(what: string, millis: number, look: () => Look<true>): Promise<void> {
    const lost = (): string | null => this.#program.lost();
    await waitUntil(`${this.name} ${what}`, look, { millis, lost });
  }
}
