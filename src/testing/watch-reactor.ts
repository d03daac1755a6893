/**
 * A reactor under watch: passes everything on, and notes every call-back that the law forbids at that moment.
 *
 * The scenarios of the suite run on watched reactors, so each of them holds the general laws on the paths that it walks.
 * It adds nothing and mends nothing, but does not pass on what is unlawful after an end. Also for use around a reactor
 * in an integration test of one's own.
 */
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
  ResolveFault,
  Store,
  StoreFault,
  StoreFile,
} from '../core/index.ts';
import type { LawName } from './law-name.ts';
import { isPlain } from './watch.ts';
import type { Watch } from './watch.ts';
import { WatchedCall } from './watched-call.ts';
import type { WatchedHome } from './watched-call.ts';
import { WatchedProtocol } from './watched-protocol.ts';
import { WatchedStore } from './watched-store.ts';

class WatchedReactor implements Reactor, WatchedHome {
  readonly watch: Watch;
  readonly #inner: Reactor;
  #now: Millis = -Infinity;
  #stopped = false;

  constructor(inner: Reactor, watch: Watch) {
    this.#inner = inner;
    this.watch = watch;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  now(): Millis {
    const now = this.#inner.now();
    this.watch.expect(now >= this.#now, 'time: now never goes back', `${this.#now}, then ${now}`);
    this.#now = now;
    return now;
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    return new WatchedCall(this.#inner, this, delay, call);
  }

  connectTCP(address: Address, protocol: Protocol): void {
    const watched = new WatchedProtocol(protocol, this);
    this.watch.call(() => this.#inner.connectTCP(address, watched));
  }

  listenTCP(
    address: Address,
    factory: (from: Address) => Protocol | null,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    const told = this.#once('tcp: listenTCP reports once, from a later turn');
    let listening = true;
    const asked = (from: Address): Protocol | null => {
      const law = 'tcp: stopListening refuses later dials, and keeps what was accepted';
      this.watch.expect(listening, law, 'a connection was offered to a stopped port');
      if (!listening || !this.#mayCall('tcp: never calls back from inside a call')) return null;
      const protocol = factory(from);
      return protocol === null ? null : new WatchedProtocol(protocol, this);
    };
    const reported = (port: ListeningPort | null, fault: ListenFault | null): void => {
      if (!told(port, fault)) return;
      ready(port === null ? null : this.#port(port, () => (listening = false)), fault);
    };
    this.watch.call(() => this.#inner.listenTCP(address, asked, reported));
  }

  listenUDP(
    address: Address,
    received: (from: Address, data: Uint8Array) => void,
    ready: (port: DatagramPort | null, fault: ListenFault | null) => void,
  ): void {
    const told = this.#once('udp: listenUDP reports once, from a later turn');
    let listening = true;
    const heard = (from: Address, data: Uint8Array): void => {
      const silent = 'udp: a stopped port hears and sends nothing';
      this.watch.expect(listening, silent, 'a stopped port received');
      const plain = 'udp: received bytes are plain, and may be overwritten';
      this.watch.expect(isPlain(data), plain, 'they are of a class of the host');
      const may = this.#mayCall('udp: never calls back from inside a call');
      if (listening && may) received(from, data);
    };
    const reported = (port: DatagramPort | null, fault: ListenFault | null): void => {
      if (!told(port, fault)) return;
      if (port === null) ready(null, fault);
      else {
        const stop = this.#port(port, () => (listening = false));
        const send = (to: Address, data: Uint8Array): void =>
          this.watch.call(() => port.send(to, data));
        ready({ address: port.address, stopListening: () => stop.stopListening(), send }, null);
      }
    };
    this.watch.call(() => this.#inner.listenUDP(address, heard, reported));
  }

  openStore(
    files: readonly StoreFile[],
    extent: number,
    ready: (store: Store | null, fault: StoreFault | null) => void,
  ): void {
    const told = this.#once('store: answers come from a later turn', true);
    this.watch.call(() =>
      this.#inner.openStore(files, extent, (store, fault) => {
        if (told(store, fault)) ready(store === null ? null : new WatchedStore(store, this), fault);
      }),
    );
  }

  request(
    request: HttpRequest,
    done: (reply: HttpReply | null, fault: HttpFault | null) => void,
  ): void {
    const told = this.#once('http: a request is answered once, from a later turn', true);
    this.watch.call(() =>
      this.#inner.request(request, (reply, fault) => {
        if (!told(reply, fault)) return;
        const law = 'http: gives the status and the body';
        this.watch.expect(reply === null || isPlain(reply.body), law, 'a body of the host’s class');
        done(reply, fault);
      }),
    );
  }

  resolve(
    host: string,
    done: (hosts: readonly string[], fault: ResolveFault | null) => void,
  ): void {
    const told = this.#once('resolver: a name is answered once, from a later turn', true);
    this.watch.call(() =>
      this.#inner.resolve(host, (hosts, fault) => {
        if (told(hosts.length === 0 ? null : hosts, fault)) done(hosts, fault);
      }),
    );
  }

  stop(): void {
    this.#stopped = true;
    this.watch.call(() => this.#inner.stop());
  }

  /**
   * Judges the answer to one question: it comes once, from a later turn, and has either its result or a fault.
   * `refusesAtOnce`: a malformed question may be refused from inside the call.
   */
  #once(
    law: LawName,
    refusesAtOnce = false,
  ): (result: object | null, fault: object | string | null) => boolean {
    let answered = false;
    return (result, fault) => {
      if (!this.#mayCall(law, refusesAtOnce && fault !== null)) return false;
      this.watch.expect((result === null) === (fault !== null), law, 'a result and a fault');
      if (answered) this.watch.breach(law, 'answered twice');
      const first = !answered;
      answered = true;
      return first;
    };
  }

  /** Whether the reactor may call anybody now; `law` is the one that it breaks from inside a call. */
  #mayCall(law: LawName, alsoInside = false): boolean {
    this.watch.expect(!this.#stopped, 'reactor: after stop nothing fires', `${law} (after stop)`);
    this.watch.expect(alsoInside || !this.watch.insideCall, law, 'called back from inside a call');
    return !this.#stopped;
  }

  #port(port: ListeningPort, stopped: () => void): ListeningPort {
    return {
      address: port.address,
      stopListening: () => {
        stopped();
        this.watch.call(() => port.stopListening());
      },
    };
  }
}

/** The same reactor, judged by `watch` at every call. */
export function watchReactor(reactor: Reactor, watch: Watch): Reactor {
  return new WatchedReactor(reactor, watch);
}
