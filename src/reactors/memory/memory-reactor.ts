/**
 * The reactor of one life of one host: all capabilities, in memory and on virtual time. See `core/reactor.ts` for the
 * laws. After `stop` nothing fires and nothing is left open; the host may be booted again.
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
  Random,
  Reactor,
  ResolveFault,
  Store,
  StoreFault,
  StoreFile,
} from '../../core/index.ts';
import { MemoryHTTP } from './network/http.ts';
import type { Internet } from './network/internet.ts';
import { MessageNetwork } from './network/message-network.ts';
import { MemoryResolver } from './network/names.ts';
import type { ReactorHost } from './reactor-host.ts';
import { MemoryTCP } from './network/tcp.ts';
import { MemoryUDP } from './network/udp.ts';

export class MemoryReactor implements Reactor {
  readonly host: ReactorHost;
  readonly #internet: Internet;
  readonly #tcp: MemoryTCP;
  readonly #udp: MemoryUDP;
  readonly #http: MemoryHTTP;
  readonly #resolver: MemoryResolver;
  readonly #messages: MessageNetwork<never>[] = [];
  readonly #ended: () => void;
  #stopped = false;

  /** @internal Use `Host.boot`. */
  constructor(
    internet: Internet,
    host: ReactorHost,
    names: ReadonlyMap<string, readonly string[]>,
    chop: Random | null,
    ended: () => void,
  ) {
    this.host = host;
    this.#internet = internet;
    this.#ended = ended;
    this.#tcp = new MemoryTCP(internet, host, chop);
    this.#udp = new MemoryUDP(internet, host);
    this.#http = new MemoryHTTP(internet, host, names);
    this.#resolver = new MemoryResolver(internet, host, names);
  }

  /** A network of message objects over this host's links, in place of TCP and a codec. */
  messages<M>(sizeOf: (message: M) => number): MessageNetwork<M> {
    const network = new MessageNetwork<M>(this.#internet, this.host, sizeOf);
    this.#messages.push(network as unknown as MessageNetwork<never>);
    return network;
  }

  now(): Millis {
    return this.host.time.now();
  }

  callLater(delay: Millis, call: () => void): DelayedCall {
    return this.host.time.callLater(delay, call);
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

  localAddresses(): readonly string[] {
    return this.host.addresses;
  }

  openStore(
    files: readonly StoreFile[],
    extent: number,
    ready: (store: Store | null, fault: StoreFault | null) => void,
  ): void {
    if (this.#stopped) return;
    const { disk, time } = this.host;
    if (disk !== null) disk.openStore(files, extent, ready);
    else time.callLater(0, () => ready(null, 'denied'));
  }

  request(
    request: HttpRequest,
    done: (reply: HttpReply | null, fault: HttpFault | null) => void,
  ): void {
    if (!this.#stopped) this.#http.request(request, done);
  }

  resolve(
    host: string,
    done: (hosts: readonly string[], fault: ResolveFault | null) => void,
  ): void {
    if (!this.#stopped) this.#resolver.resolve(host, done);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#tcp.stop();
    this.#udp.stop();
    this.#http.stop();
    this.#resolver.stop();
    for (const network of this.#messages) network.stop();
    this.#ended();
  }
}
