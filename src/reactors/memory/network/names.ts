/**
 * Names in memory: a table that the world keeps. A literal address is its own answer.
 */
import type { Millis, ReactorResolver, ResolveFault } from '../../../core/index.ts';
import type { Internet, NetHost } from './internet.ts';

/** How long a resolver takes. */
export const resolveTime: Millis = 20;

export class MemoryResolver implements ReactorResolver {
  readonly #internet: Internet;
  readonly #host: NetHost;
  readonly #names: ReadonlyMap<string, readonly string[]>;
  #stopped = false;

  constructor(internet: Internet, host: NetHost, names: ReadonlyMap<string, readonly string[]>) {
    this.#internet = internet;
    this.#host = host;
    this.#names = names;
  }

  resolve(
    host: string,
    done: (hosts: readonly string[], fault: ResolveFault | null) => void,
  ): void {
    const fault = this.#internet.faults?.resolve(this.#host.index, host) ?? null;
    const literal = /^\d+\.\d+\.\d+\.\d+$|:/.test(host);
    const hosts = literal ? [host] : (this.#names.get(host.toLowerCase()) ?? []);
    const { clock } = this.#internet;
    const tell = (): void => {
      if (this.#stopped) return;
      if (this.#host.frozen) {
        this.#host.defer({ due: tell }, 0, 0);
        return;
      }
      if (fault !== null) done([], fault);
      else if (hosts.length === 0) done([], 'not-found');
      else done(hosts, null);
    };
    clock.at(clock.now + resolveTime * 1000, { due: tell }, 0, 0);
  }

  stop(): void {
    this.#stopped = true;
  }
}
