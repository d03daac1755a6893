/**
 * The clients of the bench behind one face: how each is started, dials, and tells the moment at which it is complete.
 *
 * How each tells: ours by its JSON line, libtorrent and webtorrent by theirs, aria2 by running the hook that it offers for it
 * (a file appears, inotify tells); transmission is asked ten times a second, since it is slow enough for that.
 */
import { watch } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aria2, Aria2Peer } from '../../test/support/peers/aria2.ts';
import { libtorrent, LibtorrentPeer } from '../../test/support/peers/libtorrent.ts';
import type { PeerTask, Requirement, RunningPeer } from '../../test/support/peers/peer.ts';
import { swarmwright, SwarmwrightPeer } from '../../test/support/peers/swarmwright.ts';
import { transmission } from '../../test/support/peers/transmission.ts';
import { webtorrent, WebtorrentPeer } from '../../test/support/peers/webtorrent.ts';

/** A client under the clock. `completed` has no bound of its own. */
export interface Runner {
  readonly peer: RunningPeer;
  readonly completed: Promise<void>;
  /** Milliseconds from the begin of the check of its content until it was ready, of a seed that is ready. */
  readonly checkMillis: () => number;
}

/** What one run asks besides the task. */
export interface StartWish {
  /** A seed for it to connect to; null: it is dialled, or asks its tracker. */
  readonly dials: RunningPeer | null;
  /** Whether the torrent's tracker is to be asked. */
  readonly tracker: boolean;
}

export interface Contestant {
  readonly name: string;
  readonly requirement: Requirement;
  /** It can be told whom to dial. */
  readonly dials: boolean;
  /** Too slow with one peer for `--quick`. */
  readonly slow: boolean;
  /** Races on all grounds; else on the first one only, since it needs more time than all others together. */
  readonly everywhere: boolean;
  start(task: PeerTask, wish: StartWish): Promise<Runner>;
}

export const ours = 'swarmwright';

/** Started into our process: writes how long turns were held, when it ends. */
const loopMonitor = fileURLToPath(new URL('./loop-monitor.js', import.meta.url));

/** Ours first: the ratio is ours to the best of the others. */
export const contestants: readonly Contestant[] = [
  {
    name: ours,
    requirement: swarmwright,
    dials: true,
    slow: false,
    everywhere: true,
    start: startOurs,
  },
  {
    name: 'libtorrent',
    requirement: libtorrent,
    dials: true,
    slow: false,
    everywhere: true,
    start: startLibtorrent,
  },
  {
    name: 'aria2',
    requirement: aria2,
    dials: false,
    slow: false,
    everywhere: true,
    start: startAria2,
  },
  {
    name: 'webtorrent',
    requirement: webtorrent,
    dials: true,
    slow: false,
    everywhere: false,
    start: startWebtorrent,
  },
  {
    name: 'transmission',
    requirement: transmission,
    dials: false,
    slow: true,
    everywhere: false,
    start: startTransmission,
  },
];

/** `--profile FOLDER` of the bench: where our processes leave what they did with their time. */
function profileWords(): string[] {
  const folder = process.env['SWARMWRIGHT_PROFILE_FOLDER'];
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', folder];
}

async function startOurs(task: PeerTask, { dials, tracker }: StartWish): Promise<Runner> {
  const more = tracker ? [] : ['--no-tracker'];
  if (dials !== null) more.push('--peer', `${dials.address}:${dials.port}`);
  // Nothing that an earlier run left may spare this one its work.
  more.push('--no-resume');
  const nodeWords = ['--import', loopMonitor, ...profileWords()];
  const peer = await SwarmwrightPeer.start(task, { keepSeeding: true, more, nodeWords });
  return {
    peer,
    completed: peer.completed,
    checkMillis: () => peer.moment('complete') - peer.moment('checking'),
  };
}

async function startLibtorrent(task: PeerTask, { dials }: StartWish): Promise<Runner> {
  const preset = task.role === 'seed' ? 'high_performance_seed' : 'default';
  const peer = await LibtorrentPeer.start(task, preset);
  if (dials !== null) void peer.listening().then(() => peer.dial(dials.address, dials.port));
  return {
    peer,
    completed: peer.completed,
    checkMillis: () => peer.moment('checked') - peer.moment('adding'),
  };
}

async function startWebtorrent(task: PeerTask, { dials }: StartWish): Promise<Runner> {
  const peer = await WebtorrentPeer.start(task);
  if (dials !== null) void peer.listening().then(() => peer.dial(dials.address, dials.port));
  return {
    peer,
    completed: peer.completed,
    checkMillis: () => peer.moment('checked') - peer.moment('adding'),
  };
}

async function startAria2(task: PeerTask): Promise<Runner> {
  const hook = join(task.state, 'complete.sh');
  await writeFile(hook, `#!/bin/sh\n: > '${join(task.state, 'complete')}'\n`, { mode: 0o755 });
  const watcher = watch(task.state);
  const completed = new Promise<void>((resolve) => {
    watcher.on('change', (_, name) => {
      if (name !== 'complete') return;
      watcher.close();
      resolve();
    });
  });
  watcher.unref();
  const start = performance.now();
  const peer = await Aria2Peer.start(task, [`--on-bt-download-complete=${hook}`]);
  return { peer, completed, checkMillis: () => performance.now() - start };
}

async function startTransmission(task: PeerTask): Promise<Runner> {
  const start = performance.now();
  const peer = await transmission.start(task);
  const completed = task.role === 'seed' ? Promise.resolve() : peer.complete(3_600_000);
  completed.catch(() => undefined); // a run that fails has said so in another way
  return { peer, completed, checkMillis: () => performance.now() - start };
}
