/**
 * The rounds of the loopback bench: the seed, one leech at a time, the clock, and the check of every result.
 *
 * Invariant: whatever happens, all programs are stopped and everything on tmpfs is removed, also at a signal. A leech with a
 * wrong byte, or none after its time, fails the whole bench: there is no figure for a broken download.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { differences } from '../../test/support/compare-files.ts';
import { type MadeTorrent, makeTorrent } from '../../test/support/make-torrent.ts';
import { loopback } from '../../test/support/peers/host.ts';
import { libtorrent, LibtorrentPeer } from '../../test/support/peers/libtorrent.ts';
import type { PeerTask, RunningPeer } from '../../test/support/peers/peer.ts';
import { type LeechKind, leechKinds } from './leeches.ts';
import { anonymous, cpuSeconds, residentMax } from './process-meter.ts';
import { type LoopbackResult, type LoopbackRun, summarise } from './report.ts';

/** What to run. */
export interface LoopbackPlan {
  readonly bytes: number;
  readonly pieceLength: number;
  readonly rounds: number;
  /** Hears what is going on, line by line. */
  readonly told: (line: string) => void;
}

/** Memory that the files live in. */
const tmpfs = '/dev/shm';
/** A leech slower than this has failed. */
const bytesPerSecondMin = 4 * 1024 * 1024;
const memoryLookMillis = 100;

export async function runLoopback(plan: LoopbackPlan): Promise<LoopbackResult> {
  for (const requirement of [libtorrent, ...leechKinds.map((kind) => kind.requirement)]) {
    const reason = requirement.missing();
    if (reason !== null) {
      throw new Error(
        `${requirement.name} is missing (${reason}); to get it: ${requirement.install}`,
      );
    }
  }
  const folder = mkdtempSync(join(tmpfs, 'swarmwright-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await runIn(folder, plan);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

async function runIn(folder: string, plan: LoopbackPlan): Promise<LoopbackResult> {
  const torrent = await makeTorrent(
    {
      seed: Math.floor(Math.random() * 0x1_0000_0000),
      name: 'bench',
      pieceLength: plan.pieceLength,
      announce: null,
      files: [{ path: ['content.bin'], length: plan.bytes }],
    },
    join(folder, 'seed'),
    join(folder, 'bench.torrent'),
  );
  const task = await taskIn(folder, 'seed', torrent, 'seed');
  const seed = await LibtorrentPeer.start(task, 'high_performance_seed');
  try {
    await seed.listening();
    const runs: LoopbackRun[] = [];
    // Round 0 touches the memory for the first time, which is slow on some machines, and is not counted.
    for (let round = 0; round <= plan.rounds; round++) {
      for (let turn = 0; turn < leechKinds.length; turn++) {
        const kind = leechKinds[(round + turn) % leechKinds.length]!;
        const run = await runOne(folder, torrent, seed, kind, round);
        const title = round === 0 ? 'warm-up  ' : `round ${round}/${plan.rounds}`;
        plan.told(`${title}  ${kind.name.padEnd(12)} ${run.seconds.toFixed(2)} s`);
        if (round > 0) runs.push(run);
      }
    }
    return summarise({ bytes: plan.bytes, pieceLength: plan.pieceLength, runs });
  } finally {
    await seed.stop();
  }
}

async function runOne(
  folder: string,
  torrent: MadeTorrent,
  seed: LibtorrentPeer,
  kind: LeechKind,
  round: number,
): Promise<LoopbackRun> {
  const name = `${kind.name}-${round}`;
  const task = await taskIn(folder, name, torrent, 'leech');
  const { peer, completed } = await kind.start(task);
  let anonymousMax = 0;
  const look = setInterval(() => {
    anonymousMax = Math.max(anonymousMax, anonymous(peer.pid));
  }, memoryLookMillis);
  try {
    await peer.listening();
    const before = { leech: cpuSeconds(peer.pid), seed: cpuSeconds(seed.pid) };
    const connected = seed.connected();
    seed.dial(peer.address, peer.port);
    await connected; // libtorrent dials at its next tick, up to half a second later
    const start = performance.now();
    await within(completed, peer, (torrent.length / bytesPerSecondMin) * 1000);
    const seconds = (performance.now() - start) / 1000;
    const run = {
      client: kind.name,
      round,
      seconds,
      leechCpuSeconds: cpuSeconds(peer.pid) - before.leech,
      seedCpuSeconds: cpuSeconds(seed.pid) - before.seed,
      residentMax: residentMax(peer.pid),
      anonymousMax,
    };
    await peer.stop();
    const found = await differences(torrent, task.content);
    if (found.length > 0) throw new Error(`${kind.name} has other bytes: ${found.join('; ')}`);
    return run;
  } finally {
    clearInterval(look);
    await peer.stop();
    await rm(task.content, { recursive: true, force: true });
  }
}

async function taskIn(
  folder: string,
  name: string,
  torrent: MadeTorrent,
  role: 'seed' | 'leech',
): Promise<PeerTask> {
  const state = join(folder, `${name}-state`);
  const content = join(folder, name);
  await mkdir(state, { recursive: true });
  await mkdir(content, { recursive: true });
  return { host: loopback, torrent, content, state, role };
}

/** Waits for the completion, or the end of the leech, or the end of our patience. */
async function within(completed: Promise<void>, peer: RunningPeer, millis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const failed = (why: string): Error =>
    new Error(`${peer.name} ${why}:\n${peer.log.slice(-3000)}`);
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failed(`is not complete after ${millis / 1000} s`)), millis);
  });
  const gone = peer.ended.then(() => {
    throw failed('has ended');
  });
  gone.catch(() => undefined); // it also ends when it is stopped, long after the race
  try {
    await Promise.race([completed, late, gone]);
  } finally {
    clearTimeout(timer);
  }
}
