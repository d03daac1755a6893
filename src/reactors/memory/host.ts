/**
 * One machine of the memory network: an address, a link, a clock, a disk, and whatever runs on it.
 *
 * A host lives through several lives: `boot` gives a reactor, a crash ends it, and another `boot` gives the next one,
 * with the same disk. Invariant: what belongs to a life (connections, ports, delayed calls) ends with it, and nothing
 * of it reports to a later one.
 */
import { assert } from '../../core/index.ts';
import type { Millis, Random, ReactorTime } from '../../core/index.ts';
import { AccessLink } from './network/access-link.ts';
import type { VirtualClock } from './clock.ts';
import type { Disk } from './disk/disk.ts';
import type { End } from './network/end.ts';
import type { Due } from './event-queue.ts';
import { HostTime } from './host-time.ts';
import type { WebServer } from './network/http.ts';
import type { Accept, Internet } from './network/internet.ts';
import { MemoryReactor } from './memory-reactor.ts';
import { PortTable } from './network/port-table.ts';
import type { ReactorHost } from './reactor-host.ts';
import type { DatagramHost } from './network/udp.ts';

export interface HostOptions {
  /** A literal address, its own. */
  readonly host: string;
  /** Further ones, of either family. */
  readonly also?: readonly string[];
  /** Bytes per second; by default there is no limit. */
  readonly up?: number;
  readonly down?: number;
  /** Can be dialled. Default: true. */
  readonly reachable?: boolean;
  /** Its disk; made once, and kept over crashes. Default: none, stores cannot be opened. */
  readonly disk?: (time: ReactorTime, host: number, clock: VirtualClock) => Disk;
  /** Draws how received bytes are cut into chunks; null: whole. */
  readonly chop?: Random | null;
}

export class Host implements ReactorHost {
  readonly host: string;
  readonly addresses: readonly string[];
  readonly index: number;
  readonly link: AccessLink;
  readonly time: HostTime;
  /** Null: it has none, and no store can be opened. */
  readonly disk: Disk | null;
  readonly ends: Set<End<never>> = new Set<End<never>>();
  readonly ports: PortTable<Accept<never>> = new PortTable<Accept<never>>();
  readonly datagramPorts: DatagramHost['datagramPorts'] = new PortTable();
  readonly servers: Map<number, WebServer> = new Map<number, WebServer>();
  reachable: boolean;
  readonly #internet: Internet;
  readonly #names: ReadonlyMap<string, readonly string[]>;
  readonly #chop: Random | null;
  #reactor: MemoryReactor | null = null;
  #lastPort = 32_767;

  /** @internal Use `MemoryWorld.addHost`. */
  constructor(
    internet: Internet,
    index: number,
    names: ReadonlyMap<string, readonly string[]>,
    options: HostOptions,
  ) {
    this.#internet = internet;
    this.#names = names;
    this.index = index;
    this.host = options.host;
    this.addresses = [options.host, ...(options.also ?? [])];
    this.reachable = options.reachable ?? true;
    this.link = new AccessLink(internet.clock, options.up ?? Infinity, options.down ?? Infinity);
    this.time = new HostTime(internet.clock, index, internet.faults);
    this.disk = options.disk?.(this.time, index, internet.clock) ?? null;
    this.#chop = options.chop ?? null;
  }

  /** Something runs on it. */
  get alive(): boolean {
    return this.#reactor !== null;
  }

  get frozen(): boolean {
    return this.time.frozen;
  }

  /** Starts it, and gives the reactor of this life. */
  boot(): MemoryReactor {
    assert(this.#reactor === null, 'host: booted twice');
    this.time.restart();
    const reactor = new MemoryReactor(this.#internet, this, this.#names, this.#chop, () =>
      this.#end(),
    );
    this.#reactor = reactor;
    return reactor;
  }

  /** The process dies: the system resets its connections. */
  kill(): void {
    this.#reactor?.stop();
  }

  /** The power fails: nobody hears a word. */
  powerOff(): void {
    for (const end of [...this.ends]) end.vanish();
    this.#reactor?.stop();
  }

  /** It does nothing until `thaw`: receives nothing, and no delayed call fires. */
  freeze(): void {
    if (this.frozen) return;
    this.time.freeze();
    for (const end of this.ends) end.gate(true);
  }

  thaw(): void {
    if (!this.frozen) return;
    this.time.thaw();
    for (const end of this.ends) end.gate(false);
  }

  /** Its clock jumps ahead. */
  jump(by: Millis): void {
    this.time.jump(by);
  }

  defer(target: Due, kind: number, arg: number): void {
    this.time.defer(target, kind, arg);
  }

  newPort(): number {
    this.#lastPort = this.#lastPort >= 49_151 ? 32_768 : this.#lastPort + 1;
    return this.#lastPort;
  }

  #end(): void {
    for (const end of [...this.ends]) end.drop();
    this.ports.clear();
    this.datagramPorts.clear();
    this.disk?.crash('process');
    this.time.stop();
    this.#reactor = null;
  }
}
