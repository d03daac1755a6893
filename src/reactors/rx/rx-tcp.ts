/**
 * `ReactorTCP` over a network of duplexes: dials, ports, and every transport made here, so that `stop` leaves none.
 *
 * Invariant: a dial ends in `connectionMade` or `connectionLost`, whatever its stream does; a port reports once.
 */
import type { Observable } from 'rxjs';
import type {
  Address,
  ListenFault,
  ListeningPort,
  Protocol,
  ReactorTCP,
} from '../../core/index.ts';
import { listenFaultOf, lossOf } from './duplex.ts';
import type { Loss, RxCall, RxDuplex, RxNetwork, RxPort } from './duplex.ts';
import { Ear } from './ear.ts';
import { RxTransport } from './rx-transport.ts';
import type { TransportHome } from './rx-transport.ts';
import type { Turns } from './turns.ts';

type Factory = (from: Address) => Protocol | null;
type Ready = (port: ListeningPort | null, fault: ListenFault | null) => void;

const nobody: Loss = { reason: 'refused', detail: null };
const ignore = (): void => undefined;

export class RxTCP implements ReactorTCP, TransportHome {
  readonly turns: Turns;
  readonly #network: RxNetwork;
  readonly #transports = new Set<RxTransport>();
  /** Dials under way, open ports, and calls that were taken. */
  readonly #ears = new Set<{ unsubscribe(): void }>();

  constructor(network: RxNetwork, turns: Turns) {
    this.#network = network;
    this.turns = turns;
  }

  connectTCP(address: Address, protocol: Protocol): void {
    if (this.turns.stopped) return;
    const lose = (loss: Loss): void =>
      this.#tell(() => protocol.connectionLost(loss.reason, loss.detail));
    this.#await(
      () => this.#network.dial(address),
      (duplex) => this.#adopt(duplex, protocol),
      (error) => lose(error === nobody ? nobody : lossOf(error, 'unreachable')),
    );
  }

  listenTCP(address: Address, factory: Factory, ready: Ready): void {
    if (this.turns.stopped) return;
    let reported = false;
    const ear = new Ear<RxPort>(
      (port) => {
        if (reported) return;
        reported = true;
        this.#open(port, ear, factory, ready);
      },
      (error) => {
        this.#ears.delete(ear);
        if (!reported) this.#tell(() => ready(null, listenFaultOf(error)));
        reported = true;
      },
      () => {
        this.#ears.delete(ear);
        const fault = listenFaultOf('the network gave no port');
        if (!reported) this.#tell(() => ready(null, fault));
        reported = true;
      },
    );
    this.#subscribe(() => this.#network.listen(address), ear);
  }

  gone(transport: RxTransport): void {
    this.#transports.delete(transport);
  }

  /** Closes every port and cuts every connection; no protocol hears of it. */
  stop(): void {
    for (const ear of [...this.#ears]) ear.unsubscribe();
    this.#ears.clear();
    for (const transport of [...this.#transports]) transport.stop();
    this.#transports.clear();
  }

  #open(port: RxPort, ear: Ear<RxPort>, factory: Factory, ready: Ready): void {
    const calls = new Ear<RxCall>((call) => this.#called(call, factory), ignore, ignore);
    ear.add(calls);
    const stopListening = (): void => {
      this.#ears.delete(ear);
      this.turns.enter();
      ear.unsubscribe();
      this.turns.leave();
    };
    this.#tell(
      () => ready({ address: port.address, stopListening }, null),
      () => port.calls$.subscribe(calls),
    );
  }

  /** A call must be answered while it is told. Where the user may not be asked now, it is taken, and asked later. */
  #called(call: RxCall, factory: Factory): void {
    const { turns } = this;
    if (turns.begin()) {
      try {
        const protocol = factory(call.from);
        if (protocol !== null)
          this.#take(call, (duplex) => this.#adopt(duplex, protocol), protocol);
      } finally {
        turns.end();
      }
      return;
    }
    const protocol = new LateProtocol(() => factory(call.from));
    turns.later(() => protocol.ask());
    this.#take(call, (duplex) => this.#adopt(duplex, protocol), protocol);
  }

  #take(call: RxCall, made: (duplex: RxDuplex) => void, protocol: Protocol): void {
    this.#await(
      () => call.duplex$,
      made,
      (error) => {
        const loss = error === nobody ? nobody : lossOf(error, 'reset');
        this.#tell(() => protocol.connectionLost(loss.reason, loss.detail));
      },
    );
  }

  #adopt(duplex: RxDuplex, protocol: Protocol): void {
    const transport = new RxTransport(duplex, protocol, this);
    this.#transports.add(transport);
    transport.start();
  }

  /** The first value of a stream, or why there is none; `nobody` where it just ended. */
  #await<T>(
    stream: () => Observable<T>,
    made: (value: T) => void,
    failed: (error: unknown) => void,
  ): void {
    const ear = new Ear<T>(
      (value) => {
        this.#ears.delete(ear);
        ear.unsubscribe();
        made(value);
      },
      (error) => {
        this.#ears.delete(ear);
        failed(error);
      },
      () => {
        this.#ears.delete(ear);
        failed(nobody);
      },
    );
    this.#subscribe(stream, ear);
  }

  #subscribe<T>(stream: () => Observable<T>, ear: Ear<T>): void {
    this.#ears.add(ear);
    this.turns.enter();
    try {
      stream().subscribe(ear);
    } catch (error) {
      ear.error(error);
    } finally {
      this.turns.leave();
    }
  }

  /** Calls the user now or when it is allowed; `first` is done at once, and what it brings is told after. */
  #tell(tell: () => void, first: () => void = ignore): void {
    const { turns } = this;
    if (!turns.begin()) {
      turns.later(tell);
      first();
      return;
    }
    try {
      first();
      tell();
    } finally {
      turns.end();
    }
  }
}

/** Stands for the protocol of a call about which the user could not be asked at once. */
class LateProtocol implements Protocol {
  readonly #ask: () => Protocol | null;
  #protocol: Protocol | null = null;

  constructor(ask: () => Protocol | null) {
    this.#ask = ask;
  }

  ask(): void {
    this.#protocol = this.#ask();
  }

  connectionMade(transport: Parameters<Protocol['connectionMade']>[0]): void {
    if (this.#protocol === null) transport.abort();
    else this.#protocol.connectionMade(transport);
  }

  dataReceived(data: Uint8Array): void {
    this.#protocol?.dataReceived(data);
  }

  connectionLost(...how: Parameters<Protocol['connectionLost']>): void {
    this.#protocol?.connectionLost(...how);
  }

  pauseWriting(): void {
    this.#protocol?.pauseWriting();
  }

  resumeWriting(): void {
    this.#protocol?.resumeWriting();
  }
}
