/** What a tracker can be told, checked and completed. */
import type { Millis } from '../core/index.ts';
import type { PeerSelection, ReachabilityLimits, TrackerLimits } from '../protocol/index.ts';
import { canonicalIp } from '../protocol/index.ts';
import type { TrackerLists } from './rule-files.ts';
import { optionError } from './tracker-error.ts';
import type { StatisticsFor } from './tracker-site.ts';

export interface TrackerOptions {
  /** Literal addresses to listen at, IPv4 or IPv6; one port for all. `127.0.0.1` if not given. */
  readonly host?: string | readonly string[];
  /** 0 (if not given): a free one. */
  readonly port?: number;
  /** HTTP. True if not given. */
  readonly http?: boolean;
  /** UDP on the same port. True if not given. */
  readonly udp?: boolean;
  /** Milliseconds between announces that peers are asked for. 30 minutes if not given. */
  readonly interval?: Millis;
  /** Up to this share is added to each interval by chance. 0.1 if not given. */
  readonly jitter?: number;
  /** Info-hashes (40 hexadecimal digits) that are tracked; all if not given. Not together with `lists.allow`. */
  readonly whitelist?: readonly string[];
  /** Files that `reload()` reads again. */
  readonly lists?: TrackerLists;
  readonly limits?: Partial<TrackerLimits>;
  /** Who is told to whom; `anybody` if not given. */
  readonly select?: PeerSelection;
  /**
   * Dial back each peer that announces, and tell others of none that cannot be reached: true, or with bounds of one's own.
   * False if not given.
   */
  readonly probe?: boolean | Partial<ReachabilityLimits>;
  /** `memory` if not given, or `redis://…` (package `ioredis`). */
  readonly store?: string;
  /** A folder in which the peers of a memory store outlive the process; none if not given. */
  readonly state?: string;
  /** Who may see `/stats.json` and `/metrics`. `local` if not given. */
  readonly statistics?: StatisticsFor;
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** 16 bytes or more that trackers behind one UDP address share; made by chance if not given. */
  readonly secret?: Uint8Array;
  /** Told what cannot be an exception: the state could not be saved, the store is lost or back. */
  readonly onWarning?: (message: string) => void;
}

/** The addresses, canonical. @throws TypeError */
export function hostsOf(options: TrackerOptions): readonly string[] {
  const given = options.host ?? '127.0.0.1';
  const hosts = typeof given === 'string' ? [given] : given;
  if (hosts.length === 0) throw optionError('tracker: no address to listen at');
  return hosts.map((host) => {
    const canonical = canonicalIp(host);
    if (canonical === null) throw optionError('tracker: host must be a literal address');
    return canonical;
  });
}

/** The addresses of proxies, canonical. @throws TypeError */
export function proxiesOf(options: TrackerOptions): readonly string[] {
  return (options.trustedProxies ?? []).map((proxy) => {
    const canonical = canonicalIp(proxy);
    if (canonical === null) throw optionError('tracker: a proxy must be a literal address');
    return canonical;
  });
}
