/**
 * Any reactor's TCP as Observables: sockets of Node, or the memory network.
 *
 * Invariant: one call in, one call out, in the same stack and the same order. Nothing is queued, copied or put off here,
 * so a reactor over these duplexes is called at the very instant at which the reactor below would have called its user.
 * While nobody hears a duplex's `incoming$`, its reading is paused.
 */
import { Observable } from 'rxjs';
import type { Observer, Subscriber } from 'rxjs';
import type {
  Address,
  ListeningPort,
  LostReason,
  Protocol,
  ReactorTCP,
  Transport,
} from '../../core/index.ts';
import type { DuplexSignal, Loss, RxCall, RxDuplex, RxNetwork, RxPort } from './duplex.ts';
import { Unicast } from './unicast.ts';

/** A connection of the reactor below. */
class TcpDuplex implements Protocol, RxDuplex {
  address: Address;
  readonly outgoing: Observer<Uint8Array>;
  readonly signals: Pick<Observer<DuplexSignal>, 'next'>;
  /** Whom to give the duplex to; null once that is done. */
  #waiting: Subscriber<RxDuplex> | null;
  #transport: Transport | null = null;
  /** Reading is paused because nobody hears. */
  #unheard = false;
  readonly #bytes = new Unicast<Uint8Array>(
    () => this.#hear(),
    () => this.#leave(),
  );
  readonly #full = new Unicast<boolean>();
  // Fields, so that an application can spread a duplex and replace one of its streams.
  readonly incoming$: Observable<Uint8Array> = this.#bytes.stream$;
  readonly full$: Observable<boolean> = this.#full.stream$;

  constructor(address: Address, waiting: Subscriber<RxDuplex>) {
    this.address = address;
    this.#waiting = waiting;
    this.outgoing = {
      next: (bytes) => this.#transport?.write(bytes),
      complete: () => this.#transport?.close(),
      error: () => this.#transport?.abort(),
    };
    this.signals = { next: (signal) => this.#signal(signal) };
  }

  connectionMade(transport: Transport): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#transport = transport;
    this.address = transport.address;
    if (waiting === null || waiting.closed) {
      transport.abort();
      return;
    }
    waiting.next(this);
    waiting.complete();
    if (!this.#bytes.taken && !this.#bytes.ended) this.#leave();
  }

  dataReceived(data: Uint8Array): void {
    this.#bytes.next(data);
  }

  connectionLost(reason: LostReason, detail: string | null): void {
    const loss: Loss = { reason, detail };
    this.#transport = null;
    this.#full.complete();
    this.#waiting?.error(loss);
    this.#waiting = null;
    if (reason === 'closed' && detail === null) this.#bytes.complete();
    else this.#bytes.error(loss);
  }

  pauseWriting(): void {
    this.#full.next(true);
  }

  resumeWriting(): void {
    this.#full.next(false);
  }

  #hear(): void {
    if (!this.#unheard) return;
    this.#unheard = false;
    this.#transport?.resumeReading();
  }

  #leave(): void {
    this.#unheard = true;
    this.#transport?.pauseReading();
  }

  #signal(signal: DuplexSignal): void {
    switch (signal) {
      case 'flush':
        this.#transport?.flush();
        return;
      case 'pause-reading':
        this.#transport?.pauseReading();
        return;
      case 'resume-reading':
        if (!this.#unheard) this.#transport?.resumeReading();
    }
  }
}

/** A call that comes in below: taken by whoever subscribes while it is told. */
class TcpCall implements RxCall {
  readonly from: Address;
  readonly duplex$: Observable<RxDuplex>;
  taken: TcpDuplex | null = null;
  #over = false;

  constructor(from: Address) {
    this.from = from;
    this.duplex$ = new Observable((subscriber) => {
      if (this.#over || this.taken !== null) {
        const detail = 'the call was taken or refused already';
        subscriber.error({ reason: 'refused', detail } satisfies Loss);
      } else this.taken = new TcpDuplex(from, subscriber);
    });
  }

  /** The protocol for the connection; null: refused. */
  answer(): Protocol | null {
    this.#over = true;
    return this.taken;
  }
}

/**
 * The network of `tcp` for `createRxReactor`, or for any use of its own: `duplexesOf(reactor).dial(address)` is a
 * connection that begins when it is subscribed to.
 */
export function duplexesOf(tcp: ReactorTCP): RxNetwork {
  return {
    dial: (address) =>
      new Observable((subscriber) => {
        tcp.connectTCP(address, new TcpDuplex(address, subscriber));
      }),
    listen: (address) => new Observable((subscriber) => listenBelow(tcp, address, subscriber)),
  };
}

function listenBelow(
  tcp: ReactorTCP,
  address: Address,
  subscriber: Subscriber<RxPort>,
): () => void {
  const calls = new Unicast<RxCall>();
  const holder: { port: ListeningPort | null } = { port: null };
  const accept = (from: Address): Protocol | null => {
    if (subscriber.closed) return null;
    const call = new TcpCall(from);
    calls.next(call);
    return call.answer();
  };
  tcp.listenTCP(address, accept, (port, fault) => {
    if (port === null) subscriber.error(fault);
    else if (subscriber.closed) port.stopListening();
    else {
      holder.port = port;
      subscriber.next({ address: port.address, calls$: calls.stream$ });
    }
  });
  return () => {
    holder.port?.stopListening();
    holder.port = null;
  };
}
