/**
 * `swarmwright tracker`: runs a tracker until a signal, says what happens, and reads lists again on SIGHUP.
 *
 * URLs go to stdout, talk to stderr; with `--json` each event is one line of JSON on stdout. No passkey, peer or info-hash
 * is ever printed.
 */
import process from 'node:process';
import { networkInterfaces } from 'node:os';
import type { Tracker, TrackerErrorCode } from '../../tracker/index.ts';
import { createTracker } from '../../tracker/index.ts';
import { CommandError, complaintOf, usageError } from '../complaint.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { Interrupts } from '../interrupts.ts';
import { jsonLine } from '../output/json-report.ts';
import { printable } from '../output/printable.ts';
import type { Streams } from '../output/report.ts';

export interface TrackerWords {
  readonly port: number;
  readonly host: readonly string[];
  readonly http: boolean;
  readonly udp: boolean;
  readonly interval: number;
  readonly allow?: string;
  readonly deny?: string;
  readonly passkeys?: string;
  readonly ipFilter?: string;
  readonly maxTorrents?: number;
  readonly maxPeers?: number;
  readonly maxHostPeers?: number;
  readonly store?: string;
  readonly state?: string;
  readonly probe?: boolean;
  readonly stats: 'local' | 'all' | 'none';
  readonly trustProxy: readonly string[];
  readonly json?: boolean;
}

export async function tracker(words: TrackerWords, streams: Streams): Promise<ExitCode> {
  if (!words.http && !words.udp)
    throw usageError('--no-http and --no-udp leave nothing', 'drop one');
  if (words.store !== undefined && words.state !== undefined) {
    throw usageError('--state is for a tracker without --store', 'drop one');
  }
  const log = new TrackerLog(streams, words.json === true);
  const interrupts = new Interrupts(
    () => log.say('stopping', {}, 'stopping'),
    ['SIGINT', 'SIGTERM'],
  );
  try {
    const running = await open(words, log);
    const stop = new Promise<void>((resolve) => {
      if (interrupts.signal.aborted) resolve();
      interrupts.signal.addEventListener('abort', () => resolve());
    });
    const reload = (): void => void reloadLists(running, log);
    process.on('SIGHUP', reload);
    try {
      log.listening(running, words);
      await stop;
    } finally {
      process.off('SIGHUP', reload);
      const { announces, peers } = totals(running);
      await running.close();
      log.say('stopped', { announces, peers }, `stopped after ${announces} announces`);
    }
    return EXIT.done;
  } finally {
    interrupts.release();
  }
}

async function open(words: TrackerWords, log: TrackerLog): Promise<Tracker> {
  const { port, http, udp, stats, store, state } = words;
  const limits = {
    ...(words.maxTorrents === undefined ? {} : { torrentsMax: words.maxTorrents }),
    ...(words.maxPeers === undefined ? {} : { torrentPeersMax: words.maxPeers }),
    ...(words.maxHostPeers === undefined ? {} : { torrentHostPeersMax: words.maxHostPeers }),
  };
  const { allow, deny, passkeys, ipFilter } = words;
  try {
    return await createTracker({
      host: words.host.length > 0 ? words.host : everywhere(),
      port,
      http,
      udp,
      interval: words.interval * 1_000,
      lists: { allow, deny, passkeys, ipFilter },
      limits,
      ...(store === undefined ? {} : { store }),
      ...(state === undefined ? {} : { state }),
      probe: words.probe === true,
      statistics: stats,
      trustedProxies: words.trustProxy,
      onWarning: (message) => log.say('warning', { message }, `warning: ${message}`),
    });
  } catch (error) {
    throw trackerComplaint(error, port);
  }
}

/** All addresses; IPv6 only where this machine has it. */
function everywhere(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const hasV6 = addresses.some(({ family }) => family === 'IPv6');
  return hasV6 ? ['0.0.0.0', '::'] : ['0.0.0.0'];
}

async function reloadLists(running: Tracker, log: TrackerLog): Promise<void> {
  try {
    await running.reload();
    log.say('reloaded', {}, 'lists were read again');
  } catch (error) {
    const { message } = complaintOf(trackerComplaint(error, running.port));
    log.say('reload-failed', { message }, `lists stay as they were: ${message}`);
  }
}

const STORE: readonly [ExitCode, string] = [EXIT.noRedis, 'start Redis, or check --store'];
const TRACKER_EXITS: Readonly<Record<TrackerErrorCode, readonly [ExitCode, string]>> = {
  SWARMWRIGHT_BAD_OPTION: [EXIT.usage, 'see --help'],
  SWARMWRIGHT_BAD_LIST: [EXIT.read, 'correct the line, or begin it with #'],
  SWARMWRIGHT_LIST_UNREADABLE: [EXIT.read, 'check the path'],
  SWARMWRIGHT_STORE_PACKAGE: [EXIT.noRedis, 'npm install ioredis'],
  SWARMWRIGHT_STORE_UNREACHABLE: STORE,
  SWARMWRIGHT_STATE_UNWRITABLE: [EXIT.write, 'choose another folder for --state'],
};

function trackerComplaint(error: unknown, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (Object.hasOwn(TRACKER_EXITS, code)) {
    const [exit, advice] = TRACKER_EXITS[code as TrackerErrorCode];
    return new CommandError(exit, code, error.message, advice);
  }
  const listen = (what: string, advice: string): CommandError =>
    new CommandError(EXIT.listen, code, what, advice);
  if (code === 'EADDRINUSE') return listen(`port ${port} is in use`, 'choose another --port');
  if (code === 'EACCES')
    return listen(`port ${port} may not be opened`, 'choose a --port above 1023');
  if (code === 'EADDRNOTAVAIL') {
    return listen('--host is no address of this machine', 'choose one that is');
  }
  return error;
}

function totals(running: Tracker): { announces: number; peers: number } {
  const { http, udp, peers } = running.statistics;
  return { announces: http.announces + udp.announces, peers };
}

class TrackerLog {
  readonly #streams: Streams;
  readonly #json: boolean;

  constructor(streams: Streams, json: boolean) {
    this.#streams = streams;
    this.#json = json;
  }

  say(type: string, facts: object, line: string): void {
    if (this.#json) this.#streams.stdout.write(jsonLine({ type, ...facts }));
    else this.#streams.stderr.write(`${printable(line)}\n`);
  }

  /** URLs as data; a host that stands for all is shown as it is. */
  listening(running: Tracker, { http, udp, interval }: TrackerWords): void {
    const urls = running.hosts.flatMap((host) => {
      const authority = `${host.includes(':') ? `[${host}]` : host}:${running.port}`;
      return [
        ...(http ? [`http://${authority}/announce`] : []),
        ...(udp ? [`udp://${authority}/announce`] : []),
      ];
    });
    if (this.#json) {
      const { port } = running;
      this.#streams.stdout.write(jsonLine({ type: 'listening', port, urls, interval }));
      return;
    }
    this.#streams.stderr.write('tracking (Ctrl-C stops):\n');
    for (const url of urls) this.#streams.stdout.write(`${url}\n`);
  }
}
