/**
 * Host names to addresses through the system's resolver, which knows the hosts file and the search path.
 *
 * A look-up cannot be called off: after its time limit, or after `stop`, a late answer is dropped, but the process
 * may live until the system gives up on it.
 */
import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import type { Millis, ReactorResolver, ResolveFault } from '../../core/index.ts';
import { codeOf } from './faults.ts';

type Done = (hosts: readonly string[], fault: ResolveFault | null) => void;

/** The capability `ReactorResolver` on `dns.lookup`. */
export class NodeResolver implements ReactorResolver {
  readonly #timeMax: Millis;
  readonly #lookup: typeof lookup;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(timeMax: Millis, look: typeof lookup = lookup) {
    this.#timeMax = timeMax;
    this.#lookup = look;
  }

  resolve(host: string, done: Done): void {
    let answered = false;
    const answer: Done = (hosts, fault) => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      if (answered || this.#stopped) return;
      answered = true;
      done(hosts, fault);
    };
    const timer = setTimeout(() => answer([], 'timed-out'), this.#timeMax);
    this.#timers.add(timer);
    const literal = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
    if (literal === '' || isIP(literal) !== 0) {
      setImmediate(() => (literal === '' ? answer([], 'not-found') : answer([literal], null)));
      return;
    }
    this.#lookup(literal, { all: true }, (error, addresses) => {
      if (error === null) answer([...new Set(addresses.map(({ address }) => address))], null);
      else answer([], codeOf(error) === 'ENOTFOUND' ? 'not-found' : 'failed');
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
