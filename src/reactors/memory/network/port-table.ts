/**
 * The open ports of one host: by number, and by the address that they are open at.
 *
 * Invariant: two ports of one number never cover one address. `ANY` covers all, `0.0.0.0` and `::` a family, every other
 * address itself alone. Whether the host has that address is asked elsewhere.
 */
import { assert } from '../../../core/index.ts';

/** Every address of the host. */
export const ANY = '';

interface Bound<T> {
  readonly at: string;
  readonly value: T;
}

export class PortTable<T> {
  readonly #ports = new Map<number, Bound<T>[]>();

  get size(): number {
    let size = 0;
    for (const bound of this.#ports.values()) size += bound.length;
    return size;
  }

  /** Whether a port of this number is open that covers one of the addresses of `at`. */
  has(port: number, at: string = ANY): boolean {
    return this.#ports.get(port)?.some((bound) => overlaps(bound.at, at)) ?? false;
  }

  /** The one that is open for `at`. */
  at(port: number, at: string): T | undefined {
    return this.#ports.get(port)?.find((bound) => bound.at === at)?.value;
  }

  /** The one that hears what comes to `host`, a literal address. */
  hears(port: number, host: string): T | undefined {
    return this.#ports.get(port)?.find((bound) => overlaps(bound.at, host))?.value;
  }

  set(port: number, value: T, at: string = ANY): void {
    assert(!this.has(port, at), 'ports: opened twice');
    const bound = this.#ports.get(port) ?? [];
    this.#ports.set(port, [...bound, { at, value }]);
  }

  delete(port: number, at: string): void {
    const rest = (this.#ports.get(port) ?? []).filter((bound) => bound.at !== at);
    if (rest.length > 0) this.#ports.set(port, rest);
    else this.#ports.delete(port);
  }

  clear(): void {
    this.#ports.clear();
  }
}

function overlaps(a: string, b: string): boolean {
  return a === b || covers(a, b) || covers(b, a);
}

function covers(at: string, host: string): boolean {
  if (at === ANY) return true;
  if (at === '0.0.0.0') return host !== ANY && !host.includes(':');
  return at === '::' && host.includes(':');
}
