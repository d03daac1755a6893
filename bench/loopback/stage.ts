/**
 * Where a bench runs: a folder of its own on one file system, the torrents made in it, the tasks of clients, and the meters.
 *
 * Invariant: `close` leaves nothing behind, also when the process exits by a signal; programs are stopped by who starts them.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type MadeTorrent, makeTorrent } from '../../test/support/make-torrent.ts';
import { loopback } from '../../test/support/peers/host.ts';
import type { PeerTask, RunningPeer } from '../../test/support/peers/peer.ts';
import { anonymous, cpuSeconds, residentMax } from './process-meter.ts';
import type { WarmMemory } from './warm-memory.ts';

const memoryLookMillis = 100;

/** What is raced with. */
export interface RaceTorrent extends MadeTorrent {
  readonly pieceLength: number;
}

/** What running one process has cost. */
export interface Cost {
  readonly cpuSeconds: number;
  /** Bytes; mapped files count too (libtorrent maps what it downloads). */
  readonly residentMax: number;
  /** Bytes; sampled every 100 ms. */
  readonly anonymousMax: number;
}

export class Stage {
  readonly folder: string;
  readonly memory: WarmMemory;
  readonly #remove: () => void;
  #tasks = 0;

  /** `root`: a folder on the file system to measure; `memory`: what races begin with. */
  constructor(root: string, memory: WarmMemory) {
    this.memory = memory;
    this.folder = mkdtempSync(join(root, 'swarmwright-bench-'));
    // opentracker goes on as nobody, and walks through here to its white list (else it ends with code 111).
    chmodSync(this.folder, 0o755);
    this.#remove = () => rmSync(this.folder, { recursive: true, force: true });
    process.once('exit', this.#remove);
  }

  close(): void {
    this.#remove();
    process.off('exit', this.#remove);
  }

  /** A torrent of one file of random bytes below `content/NAME`. */
  async torrent(
    name: string,
    bytes: number,
    pieceLength: number,
    announce: string | null,
  ): Promise<RaceTorrent> {
    const made = await makeTorrent(
      {
        seed: Math.floor(Math.random() * 0x1_0000_0000),
        name,
        pieceLength,
        announce,
        files: [{ path: ['content.bin'], length: bytes }],
      },
      this.origin(name),
      join(this.folder, `${name}.torrent`),
    );
    return { ...made, pieceLength };
  }

  /** Where the content of a torrent lies whole. */
  origin(name: string): string {
    return join(this.folder, 'origin', name);
  }

  /** A task in folders of its own; a seed serves the origin. */
  async task(torrent: MadeTorrent, role: 'seed' | 'leech'): Promise<PeerTask> {
    const name = `${role}-${++this.#tasks}`;
    const state = join(this.folder, 'state', name);
    const content =
      role === 'seed' ? this.origin(torrent.name) : join(this.folder, 'content', name);
    await mkdir(state, { recursive: true });
    await mkdir(content, { recursive: true });
    return { host: loopback, torrent, content, state, role };
  }

  /** Forgets what a leech has downloaded. */
  async clear(task: PeerTask): Promise<void> {
    if (task.role === 'leech') await rm(task.content, { recursive: true, force: true });
  }
}

/** Measures a process from now until `read`. */
export class Meter {
  readonly #pid: number;
  readonly #cpu: number;
  readonly #timer: NodeJS.Timeout;
  #anonymousMax = 0;

  constructor({ pid }: RunningPeer) {
    this.#pid = pid;
    this.#cpu = cpuSeconds(pid);
    this.#timer = setInterval(() => {
      this.#anonymousMax = Math.max(this.#anonymousMax, anonymous(pid));
    }, memoryLookMillis);
  }

  read(): Cost {
    this.stop();
    return {
      cpuSeconds: cpuSeconds(this.#pid) - this.#cpu,
      residentMax: residentMax(this.#pid),
      anonymousMax: Math.max(this.#anonymousMax, anonymous(this.#pid)),
    };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Waits for `moment`, or the end of one of the peers, or the end of our patience. */
export async function within(
  moment: Promise<unknown>,
  peers: readonly RunningPeer[],
  millis: number,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const told = (): string =>
    peers.map((peer) => `----- ${peer.name}\n${peer.log.slice(-2000)}`).join('\n');
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not over in ${millis / 1000} s:\n${told()}`)),
      millis,
    );
  });
  const gone = peers.map(async (peer) => {
    await peer.ended;
    throw new Error(`${peer.name} has ended:\n${told()}`);
  });
  for (const each of gone) each.catch(() => undefined); // they also end when they are stopped, long after the race
  try {
    await Promise.race([moment, late, ...gone]);
  } finally {
    clearTimeout(timer);
  }
}
