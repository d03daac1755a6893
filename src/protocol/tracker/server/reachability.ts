/**
 * Which peers can be reached where they say they are: what is to be tried, what came of it, and who is not told to others.
 *
 * Invariants: nobody is tried but at the address that the announce came from, at the port that it named, and that not below
 * `portMin`: a tracker must not become a hand that knocks at strangers' doors. Every number is bounded, by host too, and what
 * is over a bound is not tried and not judged. One failure is tried again after `againAfter`, and only the second is a verdict: a client
 * may still be opening its port. Whoever carries this out asks `next` and answers `ended`; it holds no socket and no clock.
 */
import type { Millis } from '../../../core/index.ts';
import { copyOf } from '../../../core/bytes.ts';
import { byteText } from '../../bencode/byte-text.ts';
import { HostCounts } from './host-counts.ts';

export interface ReachabilityLimits {
  /** Tries under way. */
  readonly underWayMax: number;
  /** Endpoints that wait for theirs, and as many for their second; who comes when all are taken is tried at its next announce. */
  readonly waitingMax: number;
  /** Endpoints that are known; the one that was judged longest ago makes room. */
  readonly knownMax: number;
  /** Endpoints that are known at one IPv4 address or in one IPv6 /64. */
  readonly hostKnownMax: number;
  /** The least port that is tried. */
  readonly portMin: number;
  /** For one try, in milliseconds. */
  readonly timeMax: Millis;
  /** After a first failure, in milliseconds. */
  readonly againAfter: Millis;
  /** How long it is believed that a peer can be reached, in milliseconds; nothing is remembered for longer. */
  readonly reachedAge: Millis;
  /** How long it is believed that it cannot, in milliseconds; it is tried again at its next announce then. */
  readonly unreachedAge: Millis;
}

export const reachabilityLimitsDefault: ReachabilityLimits = {
  underWayMax: 64,
  waitingMax: 10_000,
  knownMax: 1_000_000,
  hostKnownMax: 32,
  portMin: 1024,
  timeMax: 5_000,
  againAfter: 30_000,
  reachedAge: 6 * 3_600_000,
  unreachedAge: 25 * 60_000,
};

/** `unknown`: the try says nothing about the peer, since it failed for a reason of ours. */
export type ReachOutcome = 'reached' | 'unreached' | 'unknown';

/** A peer to be tried. */
export interface Endpoint {
  /** 4 or 16 bytes. */
  readonly ip: Uint8Array;
  readonly port: number;
}

interface Known extends Endpoint {
  readonly key: number | string;
  /** `waiting`: for a try, of either kind; `trying`: it is under way. */
  phase: 'waiting' | 'trying' | 'again' | 'judged';
  /** Failures since it was reached last. */
  failures: number;
  /** When it was judged, or is to be tried again. */
  at: Millis;
}

const FAILURES_MAX = 2;

export class Reachability {
  readonly limits: ReachabilityLimits;
  /** In the order of their verdicts, the oldest first. */
  readonly #known = new Map<number | string, Known>();
  readonly #hosts = new HostCounts();
  readonly #waiting = new Line();
  /** In the order of their time. */
  readonly #again = new Line();
  #underWay = 0;
  /** What was done, for statistics: numbers that only grow. */
  readonly counters: Record<'reached' | 'unreached' | 'unknown' | 'untried' | 'withheld', number> =
    {
      reached: 0,
      unreached: 0,
      unknown: 0,
      untried: 0,
      withheld: 0,
    };

  constructor(limits: Partial<ReachabilityLimits> = {}) {
    this.limits = { ...reachabilityLimitsDefault, ...limits };
  }

  /** Endpoints that are known. */
  get size(): number {
    return this.#known.size;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** An announce of this endpoint was answered. `ip` is borrowed, and must be where the announce came from. */
  announced(ip: Uint8Array, port: number, now: Millis): void {
    if (port < this.limits.portMin) return;
    this.#expire(now);
    const key = keyOf(ip, port);
    const known = this.#known.get(key);
    if (known === undefined) {
      if (this.#hosts.of(ip) >= this.limits.hostKnownMax) {
        this.counters.untried++;
        return;
      }
      const made: Known = { key, ip: copyOf(ip), port, phase: 'waiting', failures: 0, at: now };
      if (this.#wait(made)) this.#remember(made);
      return;
    }
    const { reachedAge, unreachedAge } = this.limits;
    const age = known.failures === 0 ? reachedAge : unreachedAge;
    if (known.phase !== 'judged' || now - known.at < age) return;
    if (this.#wait(known)) known.phase = 'waiting';
  }

  /** Who is to be tried now; null: nobody, or enough are. Each must come back by `ended`. */
  next(now: Millis): Endpoint | null {
    if (this.#underWay >= this.limits.underWayMax) return null;
    for (;;) {
      const again = this.#again.head;
      const isDue = again !== null && again.at <= now;
      const known = (isDue ? this.#again : this.#waiting).take();
      if (known === null) return null;
      // It may have been forgotten meanwhile.
      if (this.#known.get(known.key) !== known) continue;
      known.phase = 'trying';
      this.#underWay++;
      return known;
    }
  }

  /** What came of a try that `next` gave. */
  ended(endpoint: Endpoint, outcome: ReachOutcome, now: Millis): void {
    this.#underWay--;
    this.counters[outcome]++;
    const known = this.#known.get(keyOf(endpoint.ip, endpoint.port));
    if (known !== endpoint || known.phase !== 'trying') return;
    if (outcome === 'unknown') {
      this.#forget(known);
      return;
    }
    known.failures = outcome === 'reached' ? 0 : Math.min(known.failures + 1, FAILURES_MAX);
    const isFirst = known.failures > 0 && known.failures < FAILURES_MAX;
    if (isFirst && this.#again.length >= this.limits.waitingMax) {
      this.counters.untried++;
      this.#forget(known);
      return;
    }
    known.phase = isFirst ? 'again' : 'judged';
    known.at = isFirst ? now + this.limits.againAfter : now;
    if (isFirst) this.#again.push(known);
    // The newest verdict stands last.
    this.#known.delete(known.key);
    this.#known.set(known.key, known);
  }

  /** Whether others are not to be told of the compact endpoint at `at`. */
  isUnreached(endpoints: Uint8Array, at: number, stride: 6 | 18): boolean {
    const end = at + stride - 2;
    const port = (endpoints[end]! << 8) | endpoints[end + 1]!;
    const known = this.#known.get(keyOf(endpoints.subarray(at, end), port));
    return known !== undefined && known.failures >= FAILURES_MAX;
  }

  #wait(known: Known): boolean {
    if (this.#waiting.length >= this.limits.waitingMax) {
      this.counters.untried++;
      return false;
    }
    this.#waiting.push(known);
    return true;
  }

  /** Verdicts that are too old for any use; two for each that comes, so that it costs little and keeps pace. */
  #expire(now: Millis): void {
    for (let i = 0; i < 2; i++) {
      const [oldest] = this.#known.values();
      const isOld = oldest?.phase === 'judged' && now - oldest.at >= this.limits.reachedAge;
      if (!isOld) return;
      this.#forget(oldest);
    }
  }

  #remember(known: Known): void {
    this.#known.set(known.key, known);
    this.#hosts.add(known.ip);
    if (this.#known.size <= this.limits.knownMax) return;
    const [oldest] = this.#known.values();
    this.#forget(oldest!);
  }

  #forget(known: Known): void {
    this.#known.delete(known.key);
    this.#hosts.remove(known.ip);
  }
}

/** First come, first served; taking one costs the same however many wait. */
class Line {
  #items: Known[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  get head(): Known | null {
    return this.#items[this.#first] ?? null;
  }

  push(known: Known): void {
    this.#items.push(known);
  }

  take(): Known | null {
    const { head } = this;
    if (head === null) return null;
    this.#first++;
    if (this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return head;
  }
}

/** IPv4 and port are one number below 2^48; IPv6 is text. */
function keyOf(ip: Uint8Array, port: number): number | string {
  if (ip.length !== 4) return `${byteText(ip)}${port}`;
  return (((ip[0]! << 24) | (ip[1]! << 16) | (ip[2]! << 8) | ip[3]!) >>> 0) * 65_536 + port;
}
