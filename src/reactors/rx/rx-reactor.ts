/**
 * The RxJS reactor: time from any scheduler, connections from any streams, and the rest from another reactor.
 *
 * Invariant: it adds no delay and no turn of its own. Over a reactor that keeps the law, whatever that one tells at an
 * instant is heard here at the same instant and in the same order; only a network that answers from inside a call is
 * made to wait (`Turns`).
 */
import type { SchedulerLike } from 'rxjs';
import type {
  Address,
  DatagramPort,
  DelayedCall,
  HttpFault,
  HttpReply,
  HttpRequest,
  ListenFault,
  ListeningPort,
  Millis,
  Protocol,
  Reactor,
  ReactorHTTP,
  ReactorResolver,
  ReactorStore,
  ReactorUDP,
  ResolveFault,
  Store,
  StoreFault,
  StoreFile,
} from '../../core/index.ts';
import { absentParts } from './absent.ts';
import type { RxNetwork } from './duplex.ts';
import { duplexesOf } from './duplexes-of.ts';
import { Hushed } from './hushed.ts';
import { schedulerOf } from './reactor-scheduler.ts';
import { RxTCP } from './rx-tcp.ts';
import { reactorTimeOf } from './scheduler-time.ts';
import type { StoppableTime } from './stoppable-time.ts';
import { Turns } from './turns.ts';

/** What an RxJS reactor is made of. */
export interface RxReactorParts {
  /** Time. */
  readonly scheduler: SchedulerLike;
  /** Connections: streams of your own, `duplexesOf(reactor)`, or a loopback. */
  readonly tcp: RxNetwork;
  /** These belong to whoever gave them: `stop` makes them silent, and does not stop them. */
  readonly udp?: ReactorUDP;
  readonly store?: ReactorStore;
  readonly http?: ReactorHTTP;
  readonly resolver?: ReactorResolver;
  /**
   * Has what is not given above; it is stopped with the reactor. Without it what is missing is answered by faults:
   * `unavailable`, `denied`, `refused`, `not-found`.
   */
  readonly base?: Reactor;
}

/** A `Reactor` made of Observables. Use `createRxReactor` or `rxReactorOver`. */
export class RxReactor implements Reactor {
  readonly #time: StoppableTime;
  readonly #turns: Turns;
  readonly #tcp: RxTCP;
  readonly #hushed = new Hushed();
  readonly #udp: ReactorUDP;
  readonly #store: ReactorStore;
  readonly #http: ReactorHTTP;
  readonly #resolver: ReactorResolver;
  readonly #base: Reactor | null;

  /** @internal */
  constructor(parts: RxReactorParts) {
    const { scheduler, tcp, udp, store, http, resolver, base } = parts;
    this.#time = reactorTimeOf(scheduler);
    this.#turns = new Turns(this.#time);
    this.#tcp = new RxTCP(tcp, this.#turns);
    this.#base = base ?? null;
    const hushed = this.#hushed;
    const rest = base ?? absentParts(this.#time);
    this.#udp = udp === undefined ? rest : hushed.udp(udp);
    this.#store = store === undefined ? rest : hushed.store(store);
    this.#http = http === undefined ? rest : hushed.http(http);
    this.#resolver = resolver === undefined ? rest : hushed.resolver(resolver);
  }

  now(): Millis {
    return this.#time.now();
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    return this.#time.callLater(delay, call);
  }

  connectTCP(address: Address, protocol: Protocol): void {
    this.#tcp.connectTCP(address, protocol);
  }

  listenTCP(
    address: Address,
    factory: (from: Address) => Protocol | null,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    this.#tcp.listenTCP(address, factory, ready);
  }

  listenUDP(
    address: Address,
    received: (from: Address, data: Uint8Array) => void,
    ready: (port: DatagramPort | null, fault: ListenFault | null) => void,
  ): void {
    this.#udp.listenUDP(address, received, ready);
  }

  openStore(
    files: readonly StoreFile[],
    extent: number,
    ready: (store: Store | null, fault: StoreFault | null) => void,
  ): void {
    this.#store.openStore(files, extent, ready);
  }

  request(
    request: HttpRequest,
    done: (reply: HttpReply | null, fault: HttpFault | null) => void,
  ): void {
    this.#http.request(request, done);
  }

  resolve(
    host: string,
    done: (hosts: readonly string[], fault: ResolveFault | null) => void,
  ): void {
    this.#resolver.resolve(host, done);
  }

  /** As the base tells; none where it cannot, or there is none. */
  localAddresses(): readonly string[] {
    return this.#base?.localAddresses?.() ?? [];
  }

  /** Cancels every delayed call, cuts every connection, and stops the base. Nothing fires afterwards. */
  stop(): void {
    this.#turns.stop();
    this.#tcp.stop();
    this.#time.stop();
    this.#hushed.stop();
    this.#base?.stop();
  }
}

/** Makes a reactor of a scheduler and a network of duplexes. */
export function createRxReactor(parts: RxReactorParts): RxReactor {
  return new RxReactor(parts);
}

/**
 * A reactor through RxJS over another one: its clock as a scheduler, its TCP as duplexes, the rest as it is. Events come
 * at the instants and in the order of the base, so that a simulated run is the same with and without it. `stop` stops
 * the base too.
 */
export function rxReactorOver(base: Reactor): RxReactor {
  return new RxReactor({ scheduler: schedulerOf(base), tcp: duplexesOf(base), base });
}
