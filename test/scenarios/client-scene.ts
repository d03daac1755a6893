/**
 * The stage for whole clients: `createClient()` as an application has it, on the memory reactor, in one virtual time.
 *
 * A client tells in microtasks, so they all run between two events of the world: what an application does when it hears
 * something happens at the very instant of it. Each client has a host and a disk; all its contents may be on it.
 */
import { createClient } from '../../src/client/index.ts';
import type { Client, ClientOptions, Torrent } from '../../src/client/index.ts';
import type { Millis } from '../../src/core/index.ts';
import type { TorrentState } from '../../src/protocol/index.ts';
import { MemoryDisk, MemoryWorld } from '../../src/reactors/memory/index.ts';
import type { Disk, DiskLatency } from '../../src/reactors/memory/index.ts';
import { digest } from '../../src/sim/content.ts';
import { contentOf } from './content.ts';
import type { Content } from './content.ts';
import { Stranger } from './stranger.ts';
import { PORT } from './scene.ts';
import { Web } from './web.ts';

export interface ClientPlan {
  readonly options?: ClientOptions;
  /** Contents of which its disk has every byte. */
  readonly holds?: readonly Content[];
  readonly latency?: Partial<DiskLatency>;
  /** Bytes per second. */
  readonly up?: number;
  /** Further addresses of its machine. */
  readonly also?: readonly string[];
}

/** Contents of one size and the same bytes under different names; enough for a disk that serves all of them. */
export function namesakes(count: number, pieces: number, pieceLength: number): readonly Content[] {
  return Array.from({ length: count }, (_, i) =>
    contentOf({ files: [{ name: `content ${i}`, length: pieces * pieceLength }], pieceLength }),
  );
}

/** One client, and where it can be met. */
export interface Player {
  readonly client: Client;
  readonly disk: Disk;
  readonly peer: string;
}

export class ClientScene {
  readonly world: MemoryWorld = new MemoryWorld({ latency: () => 10 });
  /** Operations of disks and networks, by host and kind. */
  readonly #clients: Client[] = [];

  get now(): Millis {
    return this.world.now;
  }

  async client(plan: ClientPlan = {}): Promise<Player> {
    const { options = {}, holds = [], latency = {}, up = Infinity, also = [] } = plan;
    const host = `10.0.0.${this.world.hosts.length + 1}`;
    let disk!: Disk;
    const { bytes } = holds[0] ?? { bytes: new Uint8Array() };
    const truthBytes = (offset: number, length: number): Uint8Array =>
      bytes.subarray(offset, offset + length);
    const machine = this.world.addHost({
      host,
      also,
      up,
      disk: (time, number) => {
        disk = new MemoryDisk({
          time,
          host: number,
          faults: null,
          latency,
          bytesMax: Infinity,
          digest,
          truthBytes,
        });
        return disk;
      },
    });
    for (const { metainfo } of holds) disk.view(metainfo.files, metainfo.pieceLength).fill();
    const seedValue = this.world.hosts.length;
    const reactor = machine.boot();
    const made = createClient({ host, port: PORT, seedValue, reactor, ...options });
    await this.run(1);
    const client = await made;
    this.#clients.push(client);
    return { client, disk, peer: `${host}:${PORT}` };
  }

  stranger(content: Content): Stranger {
    const host = `10.1.0.${this.world.hosts.length + 1}`;
    return new Stranger(this.world.addHost({ host }), content);
  }

  web(host: string): Web {
    return new Web(this.world, host);
  }

  /** Lets time pass. Everybody's microtasks run after each event. */
  async run(time: Millis): Promise<void> {
    const end = this.world.clock.now + Math.round(time * 1000);
    await settled();
    while (this.world.clock.step(end)) await settled();
    this.world.advance((end - this.world.clock.now) / 1000);
  }

  /** Lets time pass until `done`, asked every tenth of a second, or for `most`. Returns whether it came to be. */
  async until(done: () => boolean, most: Millis): Promise<boolean> {
    const end = this.now + most;
    while (!done() && this.now < end) await this.run(100);
    return done();
  }

  /** Waits for something that takes virtual time. */
  async wait<T>(promise: Promise<T>, most: Millis = 60_000): Promise<T> {
    let over = false;
    const note = (): void => {
      over = true;
    };
    promise.then(note, note);
    await this.until(() => over, most);
    return promise;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await this.wait(client.close());
  }
}

/** Writes down every state that a torrent is told of, with the moment. */
export function statesOf(
  scene: ClientScene,
  torrent: Torrent,
): readonly { readonly at: Millis; readonly state: TorrentState }[] {
  const states: { at: Millis; state: TorrentState }[] = [];
  torrent.on('state', (state) => states.push({ at: scene.now, state }));
  return states;
}

/** Every microtask that is waiting, and those that they leave. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
