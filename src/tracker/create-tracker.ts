/**
 * A tracker on real sockets around the pure one of `protocol/tracker/server`: announce and scrape over HTTP and UDP on one
 * port, IPv4 and IPv6, rules from files, statistics, a store in memory or in Redis, state that outlives the process.
 *
 * Time is the monotonic clock, peers' addresses are the sockets'. After `close` no handle is left open.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Millis } from '../core/index.ts';
import { createRandom } from '../core/index.ts';
import type { PeerStore, TrackerRules } from '../protocol/index.ts';
import { ConnectionIds, HttpFront, openToAll, parseInfoHashList } from '../protocol/index.ts';
import { Reachability, TrackerCore, UdpFront } from '../protocol/index.ts';
import { dialOnce } from './dial-once.ts';
import { Doors } from './doors.ts';
import { openStore } from './open-store.ts';
import type { TrackerOptions } from './options.ts';
import { hostsOf, proxiesOf } from './options.ts';
import { ReachProber } from './reach-prober.ts';
import { readRules } from './rule-files.ts';
import type { TrackerStatistics } from './statistics.ts';
import { statisticsOf } from './statistics.ts';
import { optionError } from './tracker-error.ts';
import { TrackerSite } from './tracker-site.ts';

export interface Tracker {
  /** The first address, and all of them. */
  readonly host: string;
  readonly hosts: readonly string[];
  readonly port: number;
  /** The HTTP announce URL of the first address. */
  readonly url: string;
  /** The UDP announce URL, or null without UDP. */
  readonly udpUrl: string | null;
  /** Torrents with peers. */
  readonly torrents: number;
  readonly statistics: TrackerStatistics;
  /** Reads the lists again. Rejects with file and line where one is wrong; the old ones stay in force then. */
  reload(): Promise<void>;
  /** Stops listening, lets answers go out, saves what is to be saved. May be called twice. */
  close(): Promise<void>;
}

/** How often the silent are forgotten while nobody asks. */
const SWEEP_MILLIS: Millis = 5_000;

/**
 * Starts a tracker.
 *
 * @throws the listener's error, with its `code` (`EADDRINUSE`, `EACCES`, ...); `TypeError` with code
 * `SWARMWRIGHT_BAD_OPTION` for a white-list entry that is no info-hash, or a host that is no literal address; an `Error`
 * with a code of `TrackerErrorCode` for a list or a store.
 */
export async function createTracker(options: TrackerOptions = {}): Promise<Tracker> {
  const hosts = hostsOf(options);
  const proxies = proxiesOf(options);
  const interval = options.interval ?? 30 * 60_000;
  const rules = await rulesOf(options);
  const random = createRandom(randomInt(2 ** 32));
  const limits = { silenceMax: 2 * interval, ...options.limits };
  const opened = await openStore({
    store: options.store ?? 'memory',
    limits,
    select: options.select,
    random: random.fork('store'),
    state: options.state,
    onWarning: options.onWarning ?? ((): void => undefined),
  });
  const { store } = opened;
  const jitter = options.jitter ?? 0.1;
  const core = new TrackerCore(store, { interval, jitter }, random);
  core.rules = rules;
  const { probe = false } = options;
  if (probe !== false) core.reachability = new Reachability(probe === true ? {} : probe);
  const startedAt = performance.now();
  let doors: Doors | null = null;
  const statistics = (): TrackerStatistics =>
    statisticsOf(core, performance.now() - startedAt, doors?.connections ?? 0);
  const visible = options.statistics ?? 'local';
  const site = new TrackerSite(new HttpFront(core), proxies, visible, statistics);
  const front = new UdpFront(core, new ConnectionIds(options.secret ?? randomBytes(16)));
  try {
    doors = await Doors.open({
      hosts,
      port: options.port ?? 0,
      site: options.http === false ? null : site,
      front: options.udp === false ? null : front,
    });
  } catch (error) {
    await opened.close();
    throw error;
  }
  const prober =
    core.reachability === null ? null : new ReachProber(core.reachability, dialOnce, systemTime);
  const sweeping = setInterval(() => sweep(store), SWEEP_MILLIS);
  const { port } = doors;
  const authority = `${isIPv6(hosts[0]!) ? `[${hosts[0]!}]` : hosts[0]!}:${port}`;
  let closed: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    clearInterval(sweeping);
    prober?.stop();
    await doors.close();
    await opened.close();
  };
  return {
    host: hosts[0]!,
    hosts,
    port,
    url: `http://${authority}/announce`,
    udpUrl: options.udp === false ? null : `udp://${authority}/announce`,
    get torrents(): number {
      return store.size.torrents;
    },
    get statistics(): TrackerStatistics {
      return statistics();
    },
    async reload(): Promise<void> {
      core.rules = await rulesOf(options);
    },
    close: () => (closed ??= close()),
  };
}

const systemTime = {
  now: (): Millis => performance.now(),
  callLater: (delay: Millis, call: () => void): { cancel(): void } => {
    const timer = setTimeout(call, delay);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A little at a time, until nobody is left whose time has come. */
function sweep(store: PeerStore): void {
  if (store.sweep(performance.now())) setImmediate(sweep, store);
}

async function rulesOf(options: TrackerOptions): Promise<TrackerRules> {
  const { lists, whitelist } = options;
  const rules = lists === undefined ? openToAll : await readRules(lists);
  if (whitelist === undefined) return rules;
  if (lists?.allow !== undefined) throw optionError('tracker: whitelist or lists.allow, not both');
  const { entries, bad } = parseInfoHashList(whitelist.join('\n'));
  if (bad.length > 0) throw optionError('tracker: a white-list entry is 40 hexadecimal digits');
  return { ...rules, allowed: entries };
}
