/**
 * Driver of libtorrent (python3-libtorrent, by the distribution's own python3) through `libtorrent-peer.py`.
 *
 * What it needs: DHT, local discovery, uTP and encryption off; `auto_managed` and `paused` cleared; no `seed_mode`, so that
 * content is really checked. It can be told to dial, and is the one client that can dial the others for a bench.
 */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';
import type { PeerKind, PeerTask, RunningPeer } from './peer.ts';
import { type JsonObject, parseObject } from './post-json.ts';
import { type Ending, Program } from './program.ts';
import { type Look, waitUntil } from './wait-until.ts';

/** Settings to start from: libtorrent's own names. */
export type LibtorrentPreset = 'default' | 'high_performance_seed';

/** Not the PATH's python: the module is installed for the distribution's. */
const python = '/usr/bin/python3';
const script = join(packageRoot, 'test/support/peers/libtorrent-peer.py');

export const libtorrent: PeerKind = {
  name: 'libtorrent',
  install: 'apt-get install python3-libtorrent',
  skipsEmptyFiles: false,
  missing: () => {
    const probe = spawnSync(python, ['-c', 'import libtorrent'], { timeout: 20_000 });
    return probe.status === 0 ? null : `${python} cannot import libtorrent`;
  },
  start: (task) => LibtorrentPeer.start(task, 'default'),
};

export class LibtorrentPeer implements RunningPeer {
  readonly name: string = 'libtorrent';
  readonly address: string;
  readonly port: number;
  readonly #role: 'seed' | 'leech';
  readonly #program: Program;
  readonly #events = new Map<unknown, JsonObject>();
  readonly #onComplete: () => void;
  #onConnected: () => void = () => undefined;
  /** Resolves at the moment the client says that it is complete; it has no bound of its own. */
  readonly completed: Promise<void>;

  private constructor(task: PeerTask, port: number, preset: LibtorrentPreset) {
    this.address = task.host.address;
    this.port = port;
    this.#role = task.role;
    let onComplete = (): void => undefined;
    this.completed = new Promise((resolve) => {
      onComplete = resolve;
    });
    this.#onComplete = onComplete;
    const { address } = this;
    const job = { address, port, preset, torrent: task.torrent.file, content: task.content };
    const args = [script, JSON.stringify(job)];
    const hear = (line: string): void => this.#hear(line);
    this.#program = new Program(task.host, this.name, python, args, { onLine: hear });
  }

  static async start(task: PeerTask, preset: LibtorrentPreset): Promise<LibtorrentPeer> {
    await mkdir(task.content, { recursive: true });
    return new LibtorrentPeer(task, await task.host.freePort(), preset);
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

  /** Resolves at the moment its next dial succeeds. */
  connected(): Promise<void> {
    return new Promise((resolve) => {
      this.#onConnected = resolve;
    });
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
    if (event['type'] === 'complete') this.#onComplete();
    if (event['type'] === 'connected') this.#onConnected();
  }

  #pending(): { pending: string } {
    return { pending: JSON.stringify([...this.#events.values()]) };
  }

  async #wait(what: string, millis: number, look: () => Look<true>): Promise<void> {
    const lost = (): string | null => this.#program.lost();
    await waitUntil(`libtorrent ${what}`, look, { millis, lost });
  }
}
