/**
 * Who can reach whom: hosts by address, ports that listen, and the way between two hosts.
 *
 * Owns the forming of connections and what cuts them off. A dial takes one round trip, meets a port or a refusal, and
 * times out where nobody answers. The core of the network has no limits; see `AccessLink` for what bounds a host.
 * Does not know what the connections carry.
 */
import { assert } from '../../../core/index.ts';
import type { Address, LostReason, Millis } from '../../../core/index.ts';
import type { VirtualClock } from '../clock.ts';
import { End } from './end.ts';
import type { EndHost, EndListener } from './end.ts';
import type { Due, Micros } from '../event-queue.ts';
import type { Faults } from '../faults.ts';
import type { FlowWorld } from './flow.ts';
import type { PortTable } from './port-table.ts';

/** How long a dial waits for an answer. */
export const dialTimeMax: Millis = 10_000;
/** The least latency: an effect never comes at the instant of its cause. */
export const latencyMin: Millis = 1;

/** A port that accepts. Returns the user of the new end, or null to refuse. */
export type Accept<U> = (from: Address) => EndListener<U> | null;

/** A host, as the network sees it. */
export interface NetHost extends EndHost {
  readonly host: string;
  /** All its literal addresses, `host` first. */
  readonly addresses: readonly string[];
  /** Can be dialled; false behind a NAT. */
  readonly reachable: boolean;
  readonly alive: boolean;
  readonly ports: PortTable<Accept<never>>;
  /** A local port for a dial. */
  newPort(): number;
}

export interface InternetOptions {
  readonly clock: VirtualClock;
  readonly faults: Faults | null;
  /** One-way delay between two hosts, by their numbers, in milliseconds; below `latencyMin` it is that. */
  readonly latency: (from: number, to: number) => Millis;
}

/** A cut through the network. */
export interface Cut {
  /** The group of each host, by its number; -1 or absent: it is in none, and hears everybody. */
  readonly groups: readonly number[];
  /** Only what group 0 says to the others is lost. */
  readonly oneWay: boolean;
}

const SYN = 0;
const TIMED_OUT = 1;

/** A dial under way: the packet that asks, and what becomes of it. */
class Dial<U> implements Due {
  readonly #internet: Internet;
  readonly #from: NetHost;
  readonly #address: Address;
  readonly #end: End<U>;

  constructor(internet: Internet, from: NetHost, address: Address, end: End<U>) {
    this.#internet = internet;
    this.#from = from;
    this.#address = address;
    this.#end = end;
  }

  due(kind: number): void {
    if (this.#end.over) return;
    if (kind === TIMED_OUT) this.#end.failAt(this.#internet.clock.now, 'timed-out');
    else this.#internet.answer(this.#from, this.#address, this.#end);
  }
}

export class Internet implements FlowWorld {
  readonly clock: VirtualClock;
  readonly faults: Faults | null;
  readonly #latency: (from: number, to: number) => Millis;
  readonly #hosts = new Map<string, NetHost>();
  readonly #all: NetHost[] = [];
  readonly #cuts = new Map<string, Cut>();

  constructor(options: InternetOptions) {
    this.clock = options.clock;
    this.faults = options.faults;
    this.#latency = options.latency;
  }

  add(host: NetHost): void {
    for (const address of host.addresses) {
      assert(!this.#hosts.has(address), 'internet: an address was given twice');
      this.#hosts.set(address, host);
    }
    this.#all.push(host);
  }

  /** The host at a literal address, seen from `from`: the loopback names are the host itself. */
  find(from: NetHost, host: string): NetHost | undefined {
    if (host === '127.0.0.1' || host === '::1') return from;
    return this.#hosts.get(host);
  }

  /** One-way delay in microseconds, without what the links of both add. */
  latency(from: NetHost, to: NetHost): Micros {
    const delay = from === to ? latencyMin : this.#latency(from.index, to.index);
    return Math.round(Math.max(delay, latencyMin) * 1000);
  }

  /** Whether packets from `a` reach `b` now. */
  reaches(a: NetHost, b: NetHost): boolean {
    if (this.#cuts.size === 0 || a === b) return true;
    for (const { groups, oneWay } of this.#cuts.values()) {
      const from = groups[a.index] ?? -1;
      const to = groups[b.index] ?? -1;
      if (from !== to && from >= 0 && to >= 0 && (!oneWay || from === 0)) return false;
    }
    return true;
  }

  /** Cuts the network until `heal(id)`. Cuts add up. */
  cut(id: string, cut: Cut): void {
    this.#cuts.set(id, cut);
    this.#gateCuts();
  }

  heal(id: string): void {
    if (this.#cuts.delete(id)) this.#gateCuts();
  }

  connect<U>(from: NetHost, address: Address, listener: EndListener<U>): End<U> {
    const end = new End<U>(from, this, { host: address.host, port: address.port }, listener);
    const { clock } = this;
    const to = this.find(from, address.host);
    const fault = to === undefined ? null : (this.faults?.connect(from.index, to.index) ?? null);
    if (to !== undefined && fault !== 'timed-out' && this.#answers(from, to)) {
      const way = this.latency(from, to);
      if (fault === null) clock.at(clock.now + way, new Dial(this, from, address, end), SYN, 0);
      else end.failAt(clock.now + 2 * way, fault);
      return end;
    }
    clock.at(clock.now + dialTimeMax * 1000, new Dial(this, from, address, end), TIMED_OUT, 0);
    return end;
  }

  /** A dial has reached its host. */
  answer<U>(from: NetHost, address: Address, end: End<U>): void {
    const { clock } = this;
    const to = this.find(from, address.host);
    if (to?.alive !== true) {
      clock.at(clock.now + dialTimeMax * 1000, new Dial(this, from, address, end), TIMED_OUT, 0);
      return;
    }
    const way = this.latency(from, to);
    const accept = to.ports.hears(address.port, address.host) as Accept<U> | undefined;
    const seenAs: Address = { host: sourceFor(from, address.host), port: from.newPort() };
    const listener = accept?.(seenAs) ?? null;
    if (listener === null) {
      const reason: LostReason = accept === undefined ? 'refused' : 'reset';
      end.failAt(clock.now + way, reason);
      return;
    }
    const accepted = new End<U>(to, this, seenAs, listener);
    End.join(end, accepted, way);
    end.cutOff(!this.reaches(to, from));
    accepted.cutOff(!this.reaches(from, to));
    if (from.frozen) end.gate(true);
    if (to.frozen) accepted.gate(true);
    end.openAt(clock.now + way);
    accepted.openAt(clock.now);
  }

  #answers(from: NetHost, to: NetHost): boolean {
    const both = this.reaches(from, to) && this.reaches(to, from);
    return to.alive && (to.reachable || to === from) && both;
  }

  /** Holds back what no longer gets through, and lets go what does again. */
  #gateCuts(): void {
    for (const host of this.#all) {
      for (const end of host.ends) {
        const other = end.other?.host as NetHost | undefined;
        if (other !== undefined) end.cutOff(!this.reaches(other, host));
      }
    }
  }
}

/** Under which of its addresses a host is seen at `to`: its first of that family, or its first one. */
export function sourceFor(from: NetHost, to: string): string {
  const v6 = to.includes(':');
  return from.addresses.find((address) => address.includes(':') === v6) ?? from.host;
}
