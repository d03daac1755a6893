/**
 * The reactor on Node: the sum of its capabilities, each of which stands on its own in a file beside this one.
 *
 * Invariant: `stop` reaches every capability; after it nothing is called back and no handle is left, so a process
 * that did nothing else ends by itself. (Only a look-up of a name that the system has not given up on may delay it.)
 */
import { isIP } from 'node:net';
import type { NodeLimits, NodeReactorOptions } from './options.ts';
import type {
  Address,
  DatagramPort,
  DelayedCall,
  HttpFault,
  HttpReply,
  HttpRequest,
  ListenAddress,
  ListenFault,
  ListeningPort,
  Millis,
  Protocol,
  Reactor,
  ReactorStore,
  ResolveFault,
  Store,
  StoreFault,
  StoreFile,
} from '../../core/index.ts';
import { NodeUDP } from './sockets/datagram.ts';
import { FileStores, SharedStores } from './files/file-stores.ts';
import { NodeHTTP } from './http/http-client.ts';
import { defaultIsGlobal, defaultLookup } from './http/http-exchange.ts';
import { defaultNodeLimits } from './options.ts';
import { addressesOfMachine } from './local-addresses.ts';
import { NodeResolver } from './resolver.ts';
import { NodeTCP } from './sockets/tcp.ts';
import { NodeTime } from './time.ts';

/** A `Reactor` on Node, with stores under any number of root folders. */
export class NodeReactor implements Reactor {
  /** The bounds in force. */
  readonly limits: NodeLimits;
  readonly #time = new NodeTime();
  readonly #tcp: NodeTCP;
  readonly #udp: NodeUDP;
  readonly #http: NodeHTTP;
  readonly #resolver: NodeResolver;
  readonly #stores: SharedStores;
  readonly #root: string;

  constructor(options: NodeReactorOptions) {
    const { localAddress, userAgent = null, denies = () => false } = options;
    const locals = typeof localAddress === 'string' ? [localAddress] : (localAddress ?? []);
    const mixed = new Set(locals.map((host) => isIP(host))).size > 1;
    this.limits = { ...defaultNodeLimits, ...options.limits };
    this.#stores = new SharedStores(this.limits, this.#time);
    this.#tcp = new NodeTCP(this.limits, locals, (data) => this.#stores.sent(data));
    this.#udp = new NodeUDP(this.limits);
    this.#http = new NodeHTTP({
      localAddress: mixed ? null : (locals[0] ?? null),
      userAgent,
      redirectsMax: this.limits.redirectsMax,
      isGlobal: defaultIsGlobal,
      denies,
      lookup: defaultLookup,
    });
    this.#resolver = new NodeResolver(this.limits.resolveTimeMax);
    this.#root = options.root ?? '.';
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
    address: ListenAddress,
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
    this.#stores.open(this.#root, files, extent, ready);
  }

  /** Stores under another folder; they share descriptors, memory and threads with all others of this reactor. */
  fileStores(root: string): ReactorStore {
    return new FileStores(root, this.#stores);
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

  localAddresses(): readonly string[] {
    return addressesOfMachine();
  }

  stop(): void {
    this.#time.stop();
    this.#tcp.stop();
    this.#udp.stop();
    this.#http.stop();
    this.#resolver.stop();
    this.#stores.stop();
  }
}

/** Makes a reactor on Node's sockets, files and timers. */
export function createNodeReactor(options: NodeReactorOptions = {}): NodeReactor {
  return new NodeReactor(options);
}
