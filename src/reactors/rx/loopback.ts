/**
 * A network inside one process, on any scheduler: hosts that dial each other, with a latency and a window.
 *
 * For tests, examples and machines that live in one process; with a virtual scheduler no time passes. It has no
 * bandwidth and loses nothing: the lab's memory reactor models those. Invariant: what is due at the same instant
 * happens in the order in which it was caused.
 */
import { Observable } from 'rxjs';
import type { SchedulerLike, Subscriber } from 'rxjs';
import type { Address, ListenFault, Millis, ReactorTime } from '../../core/index.ts';
import type { Loss, RxCall, RxDuplex, RxNetwork, RxPort } from './duplex.ts';
import { LoopbackEnd } from './loopback-end.ts';
import type { LoopbackWire } from './loopback-end.ts';
import { reactorTimeOf } from './scheduler-time.ts';
import { Unicast } from './unicast.ts';

export interface LoopbackOptions {
  readonly scheduler: SchedulerLike;
  /** One way. Default: 1 millisecond. */
  readonly latency?: Millis;
  /** Unread bytes at which a writer is told to wait. Default: 1 MiB. */
  readonly windowBytes?: number;
}

/** Dials come from these, below those that port 0 chooses from. */
const firstDialPort = 32_768;
const firstFreePort = 49_152;
const lastPort = 65_535;

/** One host's open ports. */
class LoopbackHost implements RxNetwork {
  readonly #name: string;
  readonly #hosts: ReadonlyMap<string, LoopbackHost>;
  readonly #wire: LoopbackWire;
  readonly #ports = new Map<number, Unicast<RxCall>>();
  #nextPort = firstFreePort;
  #dialPort = firstDialPort;

  constructor(name: string, hosts: ReadonlyMap<string, LoopbackHost>, wire: LoopbackWire) {
    this.#name = name;
    this.#hosts = hosts;
    this.#wire = wire;
  }

  dial(address: Address): Observable<RxDuplex> {
    return new Observable((subscriber) => {
      const { time, latency } = this.#wire;
      const arrives = time.callLater(latency, () => this.#arrive(address, subscriber));
      return () => arrives.cancel();
    });
  }

  listen(address: Address): Observable<RxPort> {
    return new Observable((subscriber) => {
      const holder: { port: number | null } = { port: null };
      const opens = this.#wire.time.callLater(0, () => {
        const found = this.#claim(address);
        if (typeof found !== 'number') {
          subscriber.error(found);
          return;
        }
        holder.port = found;
        const calls = new Unicast<RxCall>();
        this.#ports.set(found, calls);
        subscriber.next({ address: { host: address.host, port: found }, calls$: calls.stream$ });
      });
      return () => {
        opens.cancel();
        if (holder.port !== null) this.#ports.delete(holder.port);
      };
    });
  }

  /** The dial of one of ours reaches its target. */
  #arrive(address: Address, subscriber: Subscriber<RxDuplex>): void {
    const target = this.#hosts.get(address.host);
    const calls = target === undefined ? undefined : target.#ports.get(address.port);
    if (calls === undefined) {
      const reason = target === undefined ? 'unreachable' : 'refused';
      subscriber.error({ reason, detail: null } satisfies Loss);
      return;
    }
    this.#dialPort = this.#dialPort >= firstFreePort - 1 ? firstDialPort : this.#dialPort + 1;
    const from = { host: this.#name, port: this.#dialPort };
    const [near, far] = LoopbackEnd.pair(from, address, this.#wire);
    const taken: { by: Subscriber<RxDuplex> | null } = { by: null };
    calls.next({ from, duplex$: new Observable((taker) => void (taken.by ??= taker)) });
    if (taken.by === null) {
      subscriber.error({ reason: 'refused', detail: null } satisfies Loss);
      return;
    }
    const made = this.#wire.time.callLater(this.#wire.latency, () => give(near, subscriber));
    subscriber.add(() => {
      // Given up while the answer was on its way.
      if (!made.active) return;
      made.cancel();
      near.outgoing.error(null);
    });
    give(far, taken.by);
  }

  #claim({ host, port }: Address): number | ListenFault {
    if (host !== this.#name && host !== '0.0.0.0' && host !== '::') {
      return { code: 'unavailable', detail: `${host} is not an address of this host` };
    }
    if (!Number.isInteger(port) || port < 0 || port > lastPort) {
      return { code: 'unavailable', detail: `${port} is not a port` };
    }
    if (this.#ports.has(port)) return { code: 'in-use', detail: `port ${port} is in use` };
    return port === 0 ? this.#freePort() : port;
  }

  #freePort(): number {
    do {
      this.#nextPort = this.#nextPort >= lastPort ? firstFreePort : this.#nextPort + 1;
    } while (this.#ports.has(this.#nextPort));
    return this.#nextPort;
  }
}

function give(duplex: RxDuplex, subscriber: Subscriber<RxDuplex>): void {
  subscriber.next(duplex);
  subscriber.complete();
}

/** Hosts that can reach each other. */
export class RxLoopback {
  readonly #hosts = new Map<string, LoopbackHost>();
  readonly #wire: LoopbackWire;

  constructor(options: LoopbackOptions) {
    const { scheduler, latency = 1, windowBytes = 1024 * 1024 } = options;
    const time: ReactorTime = reactorTimeOf(scheduler);
    this.#wire = { time, latency, windowBytes };
  }

  /** The network as the host with this literal address sees it; made when it is first asked for. */
  networkOf(host: string): RxNetwork {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const made = new LoopbackHost(host, this.#hosts, this.#wire);
    this.#hosts.set(host, made);
    return made;
  }
}
