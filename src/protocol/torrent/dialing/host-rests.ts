/**
 * At most one dial per `hostDialEvery` to a host that somebody else has named, whatever the port (S-33).
 *
 * A tracker can name any host under thousands of ports, and everybody who asks it would help to flood that host. A host
 * that has shaken hands with us is a peer's and is not held back; neither are hosts that the user names, nor our own
 * machine. Session-wide. Invariant: at most `HOSTS_MAX` hosts of each kind are remembered, the oldest forgotten first.
 */
import type { Millis } from '../../../core/index.ts';
import { isLoopbackHost } from './dialable.ts';

const HOSTS_MAX = 4096;

export class HostRests {
  readonly #every: Millis;
  readonly #dialledAt = new Map<string, Millis>();
  readonly #proven = new Set<string>();

  constructor(every: Millis) {
    this.#every = every;
  }

  /** When the host may be dialled; -Infinity: at any time. */
  readyAt(host: string): Millis {
    if (this.#proven.has(host) || isLoopbackHost(host)) return -Infinity;
    return (this.#dialledAt.get(host) ?? -Infinity) + this.#every;
  }

  dialled(host: string, now: Millis): void {
    this.#dialledAt.delete(host);
    this.#dialledAt.set(host, now);
    if (this.#dialledAt.size > HOSTS_MAX) {
      this.#dialledAt.delete(this.#dialledAt.keys().next().value!);
    }
  }

  /** Somebody there shook hands for a torrent of ours. */
  proven(host: string): void {
    if (this.#proven.size >= HOSTS_MAX && !this.#proven.has(host)) {
      this.#proven.delete(this.#proven.keys().next().value!);
    }
    this.#proven.add(host);
  }
}
