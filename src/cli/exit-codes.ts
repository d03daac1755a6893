/**
 * How the program ends: one table for the code, the help text and the tests. Codes are stable; 1 to 6 mean what torf-cli
 * means by them, where it has a meaning.
 */
import type { ErrorCode } from '../client/index.ts';

export const EXIT: Readonly<{
  done: 0;
  unexpected: 1;
  usage: 2;
  listen: 3;
  read: 4;
  write: 5;
  verify: 6;
  badTorrent: 7;
  noSpace: 8;
  noPeers: 9;
  noTracker: 10;
  differs: 11;
  badTrace: 12;
  lawBroken: 13;
  badScenario: 14;
  unreached: 15;
  notReproduced: 16;
  noRedis: 17;
  interrupted: 130;
}> = {
  done: 0,
  unexpected: 1,
  usage: 2,
  listen: 3,
  read: 4,
  write: 5,
  verify: 6,
  badTorrent: 7,
  noSpace: 8,
  noPeers: 9,
  noTracker: 10,
  differs: 11,
  badTrace: 12,
  lawBroken: 13,
  badScenario: 14,
  unreached: 15,
  notReproduced: 16,
  noRedis: 17,
  interrupted: 130,
};

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Every code and what it means, for people. */
export const exitCodeRows: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, 'done; also a seed, or a complete download, that was stopped'],
  [EXIT.unexpected, 'something unexpected, most likely a bug'],
  [EXIT.usage, 'wrong arguments'],
  [EXIT.listen, 'the port is in use, or may not be opened'],
  [EXIT.read, 'a file or URL is missing or cannot be read'],
  [EXIT.write, 'the files cannot be written: no permission, or the device failed'],
  [EXIT.verify, 'the data does not match the torrent'],
  [EXIT.badTorrent, 'not a valid torrent'],
  [EXIT.noSpace, 'no space left'],
  [EXIT.noPeers, 'gave up (--timeout): no peers, or none that sends anything'],
  [EXIT.noTracker, 'gave up (--timeout): no tracker reachable, and no peers'],
  [EXIT.differs, 'a replay diverged from its trace, or two traces differ'],
  [EXIT.badTrace, 'not a trace, or one that this version cannot replay'],
  [EXIT.lawBroken, 'a simulated swarm broke a law, or the engine has a bug'],
  [EXIT.badScenario, 'not a valid scenario'],
  [EXIT.unreached, 'a sweep never met what it must'],
  [EXIT.notReproduced, 'a published result was not reproduced'],
  [EXIT.noRedis, 'no Redis answers (--queue, --store), or it refuses us'],
  [EXIT.interrupted, 'interrupted before it was complete (Ctrl-C, SIGTERM)'],
];

/** The table as `--help` shows it. */
export function exitCodeHelp(): string {
  const rows = exitCodeRows.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`);
  return `\nExit codes:\n${rows.join('\n')}`;
}

/** Which exit code an error of the library leads to, and what the person can do about it. */
export const ERROR_EXITS: Readonly<Record<ErrorCode, readonly [ExitCode, string]>> = {
  SWARMWRIGHT_BAD_OPTION: [EXIT.usage, 'see --help'],
  SWARMWRIGHT_BAD_TORRENT: [EXIT.badTorrent, 'get the torrent file again'],
  SWARMWRIGHT_DUPLICATE_TORRENT: [EXIT.usage, 'give each torrent once'],
  SWARMWRIGHT_FILE_MISSING: [EXIT.read, 'check the path'],
  SWARMWRIGHT_FILE_UNREADABLE: [EXIT.read, 'check the path and its permissions'],
  SWARMWRIGHT_FETCH_FAILED: [EXIT.read, 'check the URL, or download the torrent file yourself'],
  SWARMWRIGHT_UNRESOLVED: [EXIT.usage, 'check the host name'],
  SWARMWRIGHT_PORT_IN_USE: [EXIT.listen, 'choose another --port, or 0 for any free one'],
  SWARMWRIGHT_PORT_DENIED: [EXIT.listen, 'choose a --port above 1023, or 0 for any free one'],
  SWARMWRIGHT_PORT_UNAVAILABLE: [
    EXIT.listen,
    'check --host: it must be an address of this machine',
  ],
  SWARMWRIGHT_NO_SPACE: [
    EXIT.noSpace,
    'free some space and run the same command again: it goes on where it stopped',
  ],
  SWARMWRIGHT_NO_PERMISSION: [EXIT.write, 'choose another folder, or change its permissions'],
  SWARMWRIGHT_STORE_IO: [EXIT.write, 'check the disk, then run the same command again'],
  SWARMWRIGHT_STORE_MISSING: [EXIT.read, 'somebody moved the files: run the same command again'],
  SWARMWRIGHT_STORE_CLOSED: [EXIT.unexpected, 'run the same command again'],
  SWARMWRIGHT_TRACKER_FAILED: [EXIT.noTracker, 'check the network, or name a peer with --peer'],
  SWARMWRIGHT_TRACKER_WARNING: [EXIT.noTracker, 'ask the tracker'],
  SWARMWRIGHT_REMOVE_FAILED: [EXIT.write, 'delete the files yourself'],
  SWARMWRIGHT_MOVE_FAILED: [EXIT.write, 'choose another folder'],
  SWARMWRIGHT_RESUME_FAILED: [EXIT.write, 'choose another folder for --state, or --no-resume'],
  SWARMWRIGHT_RECORD_FAILED: [EXIT.write, 'choose another file for --record'],
  SWARMWRIGHT_TORRENT_REMOVED: [EXIT.unexpected, 'run the same command again'],
  SWARMWRIGHT_TORRENT_STOPPED: [EXIT.unexpected, 'run the same command again'],
  SWARMWRIGHT_CLIENT_CLOSED: [EXIT.unexpected, 'run the same command again'],
  SWARMWRIGHT_LINT: [EXIT.usage, 'change it, or allow it by name with --allow'],
  SWARMWRIGHT_FILE_CHANGED: [
    EXIT.read,
    'wait until nobody writes to it, and run the command again',
  ],
  SWARMWRIGHT_FILE_EXISTS: [
    EXIT.write,
    'choose another file with -o, or overwrite it with --force',
  ],
  SWARMWRIGHT_BUG: [EXIT.unexpected, 'please report it with the command that led here'],
};
