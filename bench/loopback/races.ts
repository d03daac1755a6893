/**
 * The races of the loopback bench: one client, once, under the clock.
 *
 * - `leech`: from the connection of one fast libtorrent seed to the leech's own word that it has everything.
 * - `seed`: from the first request of one leech that throws everything away to the last byte.
 * - `pair`: seed and leech of the same kind.
 * - `swarm`: one seed and eight leeches of the same kind, which know each other through a tracker, from the seed's start on.
 * - `recheck`: from the begin of the check of content that is whole to the client's word that it is.
 *
 * Start of the processes is outside the clock, and memory is made equally good for all before (see `warm-memory.ts`). Every downloaded byte is compared afterwards: there is no figure for a
 * broken download. Invariant: whatever happens, every program that was started is stopped.
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differences } from '../../test/support/compare-files.ts';
import type { MadeTorrent } from '../../test/support/make-torrent.ts';
import { loopback } from '../../test/support/peers/host.ts';
import { LibtorrentPeer } from '../../test/support/peers/libtorrent.ts';
import { Opentracker } from '../../test/support/peers/opentracker.ts';
import type { PeerTask, RunningPeer } from '../../test/support/peers/peer.ts';
import { ours, type Contestant, type Runner } from './contestants.ts';
import { type Cost, Meter, type RaceTorrent, type Stage, within } from './stage.ts';

export type RaceName = 'leech' | 'seed' | 'pair' | 'swarm' | 'recheck';

/** One client, once. */
export interface Run extends Cost {
  readonly seconds: number;
  /** CPU of the other end, or of everybody else together. */
  readonly otherCpuSeconds: number;
  /** Ours only: milliseconds that a timer came late, 99th percentile and most. */
  readonly loopDelay: { readonly p99: number; readonly max: number } | null;
}

/** Slower than this has failed. */
const bytesPerSecondMin = 4 * 1024 * 1024;
const swarmLeeches = 8;
const discardDepth = 500;
const discardLeech = fileURLToPath(new URL('./discard-leech.js', import.meta.url));

type Race = (stage: Stage, torrent: RaceTorrent, contestant: Contestant) => Promise<Run>;

export const races: Readonly<Record<RaceName, Race>> = {
  leech: leechRace,
  seed: seedRace,
  pair: pairRace,
  swarm: swarmRace,
  recheck: recheckRace,
};

/** Everything that a race has started, stopped in its end. */
class Field {
  readonly #stage: Stage;
  readonly #started: RunningPeer[] = [];
  readonly #tasks: PeerTask[] = [];
  readonly #loopFile: string;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#loopFile = join(stage.folder, 'loop.json');
    process.env['SWARMWRIGHT_LOOP_FILE'] = '';
  }

  async start(
    contestant: Contestant,
    torrent: MadeTorrent,
    role: 'seed' | 'leech',
    wish: {
      readonly dials?: RunningPeer;
      readonly tracker?: boolean;
      readonly watched?: boolean;
    } = {},
  ): Promise<Runner & { readonly task: PeerTask }> {
    const task = await this.#stage.task(torrent, role);
    this.#tasks.push(task);
    process.env['SWARMWRIGHT_LOOP_FILE'] = wish.watched === true ? this.#loopFile : '';
    const { dials = null, tracker = false } = wish;
    const runner = await contestant.start(task, { dials, tracker });
    this.#started.push(runner.peer);
    return { ...runner, task };
  }

  add<T extends RunningPeer>(peer: T): T {
    this.#started.push(peer);
    return peer;
  }

  /** Ends the watched process, which then tells its delays. */
  async delays(runner: Runner, contestant: Contestant): Promise<Run['loopDelay']> {
    await runner.peer.stop();
    if (contestant.name !== ours) return null;
    return JSON.parse(readFileSync(this.#loopFile, 'utf8')) as Run['loopDelay'];
  }

  async clear(): Promise<void> {
    await Promise.all(this.#started.map((peer) => peer.stop()));
    for (const task of this.#tasks) await this.#stage.clear(task);
    rmSync(this.#loopFile, { force: true });
  }
}

/** `fills`: bytes that the race will write. It calls `warm` right before its clock starts. */
async function inField(
  stage: Stage,
  fills: number,
  race: (field: Field, warm: () => Promise<void>) => Promise<Run>,
): Promise<Run> {
  const field = new Field(stage);
  try {
    return await race(field, () => stage.memory.letGo(fills));
  } finally {
    await field.clear();
    await stage.memory.hold(fills);
  }
}

function patience(torrent: MadeTorrent): number {
  return (torrent.length / bytesPerSecondMin) * 1000;
}

async function compare(
  torrent: MadeTorrent,
  runner: { task: PeerTask; peer: RunningPeer },
): Promise<void> {
  const found = await differences(torrent, runner.task.content);
  if (found.length > 0) throw new Error(`${runner.peer.name} has other bytes: ${found.join('; ')}`);
}

function leechRace(stage: Stage, torrent: RaceTorrent, contestant: Contestant): Promise<Run> {
  return inField(stage, torrent.length, async (field, warm) => {
    const task = await stage.task(torrent, 'seed');
    const seed = field.add(await LibtorrentPeer.start(task, 'high_performance_seed'));
    await seed.listening();
    const leech = await field.start(contestant, torrent, 'leech', { watched: true });
    await leech.peer.listening();
    await warm();
    const meters = [new Meter(leech.peer), new Meter(seed)] as const;
    const connected = seed.connected();
    seed.dial(leech.peer.address, leech.peer.port);
    await connected; // libtorrent dials at its next tick, up to half a second later
    const start = performance.now();
    await within(leech.completed, [leech.peer, seed], patience(torrent));
    const seconds = (performance.now() - start) / 1000;
    const [cost, other] = [meters[0].read(), meters[1].read()];
    const loopDelay = await field.delays(leech, contestant);
    await compare(torrent, leech);
    return { seconds, ...cost, otherCpuSeconds: other.cpuSeconds, loopDelay };
  });
}

function seedRace(stage: Stage, torrent: RaceTorrent, contestant: Contestant): Promise<Run> {
  return inField(stage, 0, async (field, warm) => {
    const seed = await field.start(contestant, torrent, 'seed', { watched: true });
    await seed.peer.listening();
    await warm();
    const meter = new Meter(seed.peer);
    const { pieceLength, length, infoHash } = torrent;
    const { address: host, port } = seed.peer;
    const job = { host, port, infoHash, pieceLength, length, depth: discardDepth };
    const result = askProgram(discardLeech, job);
    await within(result, [seed.peer], patience(torrent));
    const { seconds, cpuSeconds: otherCpuSeconds } = await result;
    const cost = meter.read();
    const loopDelay = await field.delays(seed, contestant);
    return { seconds, ...cost, otherCpuSeconds, loopDelay };
  });
}

function pairRace(stage: Stage, torrent: RaceTorrent, contestant: Contestant): Promise<Run> {
  return inField(stage, torrent.length, async (field, warm) => {
    const seed = await field.start(contestant, torrent, 'seed');
    await seed.peer.listening();
    const wish = { dials: seed.peer, watched: true };
    await warm();
    const start = performance.now();
    const leech = await field.start(contestant, torrent, 'leech', wish);
    const meters = [new Meter(leech.peer), new Meter(seed.peer)] as const;
    await within(leech.completed, [leech.peer, seed.peer], patience(torrent));
    // Here the start of the leech is inside the clock, as it dials by itself when it is ready.
    const seconds = (performance.now() - start) / 1000;
    const [cost, other] = [meters[0].read(), meters[1].read()];
    const loopDelay = await field.delays(leech, contestant);
    await compare(torrent, leech);
    return { seconds, ...cost, otherCpuSeconds: other.cpuSeconds, loopDelay };
  });
}

function swarmRace(stage: Stage, torrent: RaceTorrent, contestant: Contestant): Promise<Run> {
  return inField(stage, swarmLeeches * torrent.length, async (field, warm) => {
    const leeches: (Runner & { readonly task: PeerTask })[] = [];
    for (let i = 0; i < swarmLeeches; i++) {
      const wish = { tracker: true, watched: i === 0 };
      leeches.push(await field.start(contestant, torrent, 'leech', wish));
    }
    await Promise.all(leeches.map(({ peer }) => peer.listening()));
    await warm();
    const seed = await field.start(contestant, torrent, 'seed', { tracker: true });
    await seed.peer.listening();
    const start = performance.now();
    const peers = [...leeches.map(({ peer }) => peer), seed.peer];
    const meters = peers.map((peer) => new Meter(peer));
    const all = Promise.all(leeches.map(({ completed }) => completed));
    await within(all, peers, swarmLeeches * patience(torrent));
    const seconds = (performance.now() - start) / 1000;
    const costs = meters.map((meter) => meter.read());
    const loopDelay = await field.delays(leeches[0]!, contestant);
    for (const leech of leeches) await compare(torrent, leech);
    const cpu = costs.reduce((sum, cost) => sum + cost.cpuSeconds, 0);
    const most = (name: 'residentMax' | 'anonymousMax'): number =>
      Math.max(...costs.map((cost) => cost[name]));
    return {
      seconds,
      cpuSeconds: cpu,
      residentMax: most('residentMax'),
      anonymousMax: most('anonymousMax'),
      otherCpuSeconds: 0,
      loopDelay,
    };
  });
}

function recheckRace(stage: Stage, torrent: RaceTorrent, contestant: Contestant): Promise<Run> {
  return inField(stage, 0, async (field, warm) => {
    await warm();
    const seed = await field.start(contestant, torrent, 'seed', { watched: true });
    const meter = new Meter(seed.peer);
    await within(seed.peer.listening(), [seed.peer], patience(torrent));
    const seconds = seed.checkMillis() / 1000;
    const cost = meter.read();
    const loopDelay = await field.delays(seed, contestant);
    return { seconds, ...cost, otherCpuSeconds: 0, loopDelay };
  });
}

/** Runs one of our programs with a JSON argument, and reads the line that it prints. */
export function askProgram(
  program: string,
  job: Readonly<Record<string, unknown>>,
): Promise<{ readonly seconds: number; readonly cpuSeconds: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, JSON.stringify(job)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let complaint = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
    child.once('error', reject);
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('close', (code) => {
      process.off('exit', kill);
      if (code === 0) resolve(JSON.parse(out) as { seconds: number; cpuSeconds: number });
      else reject(new Error(`${program}: code ${code}\n${complaint.slice(-2000)}`));
    });
  });
}

/** A tracker for the torrents of the swarms. */
export async function trackerOn(
  stage: Stage,
): Promise<{ announce: string; serve: (infoHash: string) => Promise<Opentracker> }> {
  const reserved = await Opentracker.reserve(loopback, join(stage.folder, 'tracker'));
  return {
    announce: reserved.announce('http'),
    serve: async (infoHash) => {
      const tracker = await reserved.start([infoHash]);
      await tracker.listening(infoHash);
      return tracker;
    },
  };
}
