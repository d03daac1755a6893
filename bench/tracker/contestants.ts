/**
 * The trackers of the bench, each started on loopback for the load's torrents, and why one cannot be.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadInfoHash } from '../../src/tracker/index.ts';
import { loopback } from '../../test/support/peers/host.ts';
import { opentracker, Opentracker } from '../../test/support/peers/opentracker.ts';
import { packageRoot } from '../../test/support/peers/package-root.ts';
import { Program } from '../../test/support/peers/program.ts';
import { waitUntil } from '../../test/support/peers/wait-until.ts';

export interface RunningTracker {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<unknown>;
}

export interface TrackerContestant {
  readonly name: 'swarmwright' | 'opentracker' | 'npm';
  missing(): string | null;
  start(folder: string, torrents: number): Promise<RunningTracker>;
}

const compiled = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const npmFolder = join(packageRoot, '.build/webtorrent/node_modules/bittorrent-tracker');

async function program(
  name: string,
  words: (port: number) => readonly string[],
  ready: RegExp,
): Promise<RunningTracker> {
  const port = await loopback.freePort();
  const running = new Program(loopback, name, process.execPath, words(port));
  await waitUntil(
    `${name} listens`,
    () => (ready.test(running.log) ? { found: true } : { pending: running.log }),
    { millis: 20_000, lost: () => running.lost() },
  );
  return { pid: running.pid, port, stop: () => running.stop() };
}

export const contestants: readonly TrackerContestant[] = [
  {
    name: 'swarmwright',
    missing: () => null,
    start: () => {
      const main = compiled('../../src/cli/main.js');
      const at = ['--host', '127.0.0.1', '--max-host-peers', '1000000'];
      const words = (port: number): string[] => [main, 'tracker', ...at, '--port', String(port)];
      return program('swarmwright', words, /udp:\/\//);
    },
  },
  {
    name: 'opentracker',
    missing: () => opentracker.missing(),
    start: async (folder, torrents) => {
      const hashes = Array.from({ length: torrents }, (_, i) =>
        Buffer.from(loadInfoHash(i)).toString('hex'),
      );
      const reserved = await Opentracker.reserve(loopback, join(folder, 'opentracker'));
      const tracker = await reserved.start(hashes);
      await tracker.listening(hashes[0]!);
      const { pid } = tracker;
      return {
        pid,
        port: Number(new URL(reserved.announce('http')).port),
        stop: () => tracker.stop(),
      };
    },
  },
  {
    name: 'npm',
    missing: () =>
      existsSync(npmFolder) ? null : 'bittorrent-tracker is not in .build/webtorrent',
    start: () => {
      const words = (port: number): string[] => [
        ...[compiled('./npm-child.js'), npmFolder, String(port)],
      ];
      return program('bittorrent-tracker', words, /listening/);
    },
  },
];
