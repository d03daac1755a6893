/**
 * A world without I/O: one virtual clock, one network, any number of hosts.
 *
 * Everything that happens in it follows from how it was made and from what is asked of it: the same calls give the
 * same events at the same instants, on any machine. The front door of the memory reactor.
 */
import type { Millis } from '../../core/index.ts';
import { VirtualClock } from './clock.ts';
import type { Faults } from './faults.ts';
import { Host } from './host.ts';
import type { HostOptions } from './host.ts';
import { Internet } from './network/internet.ts';
import type { Cut } from './network/internet.ts';

export interface WorldOptions {
  /** What goes wrong; null, the default: nothing. */
  readonly faults?: Faults | null;
  /** One-way delay between two hosts, by their numbers, in milliseconds. Default: 20. Never below 1. */
  readonly latency?: (from: number, to: number) => Millis;
}

export class MemoryWorld {
  readonly clock: VirtualClock = new VirtualClock();
  readonly #internet: Internet;
  readonly #hosts: Host[] = [];
  readonly #names = new Map<string, readonly string[]>();

  constructor(options: WorldOptions = {}) {
    this.#internet = new Internet({
      clock: this.clock,
      faults: options.faults ?? null,
      latency: options.latency ?? (() => 20),
    });
  }

  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  /** Milliseconds since the world began. */
  get now(): Millis {
    return this.clock.now / 1000;
  }

  /** Adds a host, which is off until it is booted. Its number is how many there were before. */
  addHost(options: HostOptions): Host {
    const host = new Host(this.#internet, this.#hosts.length, this.#names, options);
    this.#internet.add(host);
    this.#hosts.push(host);
    return host;
  }

  /** Gives a name its literal addresses. */
  setName(name: string, hosts: readonly string[]): void {
    this.#names.set(name.toLowerCase(), hosts);
  }

  /** Cuts the network until `heal(id)`; cuts add up. Connections over a cut stand still, dials time out. */
  cut(id: string, cut: Cut): void {
    this.#internet.cut(id, cut);
  }

  heal(id: string): void {
    this.#internet.heal(id);
  }

  /** Lets `time` milliseconds pass. Returns how many events happened. */
  advance(time: Millis): number {
    return this.clock.runUntil(this.clock.now + Math.round(time * 1000));
  }

  /** Lets everything happen until nothing waits, or `time` milliseconds have passed. */
  settle(time: Millis = Infinity): void {
    const end = time === Infinity ? Infinity : this.clock.now + Math.round(time * 1000);
    while (this.clock.step(end));
  }
}
