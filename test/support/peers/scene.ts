/**
 * One interop test's stage: a temporary folder, a tracker, a torrent, and whatever programs the test starts.
 *
 * Invariant: `close()` stops every program, removes every namespace and the folder, in that order, and each step is done
 * even when another fails. `report()` gives the logs of all programs for a failure.
 */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awkwardFiles, type MadeTorrent, makeTorrent } from '../make-torrent.ts';
import { type Host, loopback } from './host.ts';
import { Lan } from './lan.ts';
import { Opentracker } from './opentracker.ts';
import type { PeerTask } from './peer.ts';

/** What a scene stops and quotes. */
interface Actor {
  readonly name: string;
  readonly log: string;
  stop(): Promise<unknown>;
}

/** Where the programs of a test run: all on 127.0.0.1, or each on a host of a network of the test's own. */
export type Place = 'loopback' | 'lan';

/** What the scene's torrent is like. */
export interface SceneTorrent {
  readonly scheme: 'http' | 'udp';
  readonly seed: number;
  readonly pieceLength: number;
  /** The leech gets a magnet link, and no torrent file. Default: false. */
  readonly magnet?: boolean;
}

export class Scene {
  readonly folder: string;
  readonly #lan: Lan | null;
  readonly #actors: Actor[] = [];
  readonly #forget: () => void;

  private constructor(folder: string, place: Place) {
    this.folder = folder;
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    process.once('exit', remove);
    this.#forget = () => process.off('exit', remove);
    this.#lan = place === 'lan' ? new Lan(folder) : null;
  }

  static async open(place: Place): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), 'swarmwright-interop-'));
    await chmod(folder, 0o755); // the tracker's unprivileged user walks through it
    return new Scene(folder, place);
  }

  /** A host to run one client on. */
  host(name: string): Host {
    return this.#lan?.host(name) ?? loopback;
  }

  /** Starts a tracker, and makes a torrent that names it and lies ready below `content('origin')`. */
  async stage(wish: SceneTorrent): Promise<{ tracker: Opentracker; torrent: MadeTorrent }> {
    const reserved = await Opentracker.reserve(this.host('tracker'), join(this.folder, 'tracker'));
    const torrent = await makeTorrent(
      {
        seed: wish.seed,
        name: 'interop torrent',
        pieceLength: wish.pieceLength,
        announce: reserved.announce(wish.scheme),
        files: awkwardFiles(wish.pieceLength),
      },
      this.content('origin'),
      join(this.folder, 'test.torrent'),
    );
    const tracker = await reserved.start([torrent.infoHash]);
    this.add(tracker);
    await tracker.listening(torrent.infoHash);
    return { tracker, torrent };
  }

  /** The folder that a client of this name downloads into. */
  content(name: string): string {
    return join(this.folder, 'content', name);
  }

  /** The task for a client; a seed serves the origin's content. */
  async task(name: string, torrent: MadeTorrent, role: 'seed' | 'leech'): Promise<PeerTask> {
    const content = this.content(role === 'seed' ? 'origin' : name);
    const state = join(this.folder, 'state', name);
    await mkdir(content, { recursive: true });
    await mkdir(state, { recursive: true });
    return { host: this.host(name), torrent, content, state, role };
  }

  /** Makes the scene responsible for stopping it. */
  add<T extends Actor>(actor: T): T {
    this.#actors.push(actor);
    return actor;
  }

  /** The last output of every program. */
  report(): string {
    return this.#actors.map((actor) => `----- ${actor.name}\n${actor.log.slice(-6000)}`).join('\n');
  }

  async close(): Promise<void> {
    const faults: unknown[] = [];
    const attempt = async (work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        faults.push(error);
      }
    };
    await Promise.all(this.#actors.splice(0).map((actor) => attempt(() => actor.stop())));
    await attempt(() => this.#lan?.close() ?? Promise.resolve());
    await attempt(() => rm(this.folder, { recursive: true, force: true }));
    this.#forget();
    if (faults.length > 0) throw new AggregateError(faults, 'the scene could not be cleared');
  }
}
