/**
 * TCP of the node reactor: dials and listens, and knows every socket it has made, so that `stop` leaves none.
 *
 * Invariant: a dial always ends in `connectionMade` or `connectionLost`, from a later turn, also when the address
 * makes no sense.
 */
import { isIP, isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import type {
  Address,
  ListenAddress,
  ListenFault,
  ListeningPort,
  Protocol,
  ReactorTCP,
} from '../../../core/index.ts';
import { detailOf } from '../faults.ts';
import { NodeListener } from './listener.ts';
import { NodeTransport } from './node-transport.ts';
import type { TransportHome } from './node-transport.ts';
import type { NodeLimits } from '../options.ts';
import { ReceiveBudget } from './receive-budget.ts';
import { ReceivingSockets } from './receiving-socket.ts';

/** The capability `ReactorTCP` on `node:net`. */
export class NodeTCP implements ReactorTCP, TransportHome {
  readonly limits: NodeLimits;
  readonly budget: ReceiveBudget;
  readonly #sockets: ReceivingSockets;
  readonly #locals: readonly string[];
  readonly #sent: (data: Uint8Array) => void;
  readonly #transports = new Set<NodeTransport>();
  readonly #listeners = new Set<NodeListener>();
  #stopped = false;

  /** `locals`: where dials leave from, by family; `sent` is told of bytes that a transport needs no more. */
  constructor(
    limits: NodeLimits,
    locals: readonly string[],
    sent: (data: Uint8Array) => void = () => undefined,
  ) {
    this.limits = limits;
    this.budget = new ReceiveBudget(limits.turnBytesMax);
    this.#sent = sent;
    this.#locals = locals;
    this.#sockets = new ReceivingSockets(limits.receiveBufferBytes, limits.writeBufferBytesMax);
  }

  connectTCP(address: Address, protocol: Protocol): void {
    if (this.#stopped) return;
    if (isIP(address.host) === 0) {
      this.#lose(protocol, 'the host is not a literal address');
      return;
    }
    const localAddress = this.#locals.find((host) => isIPv6(host) === isIPv6(address.host));
    const holder: { transport: NodeTransport | null } = { transport: null };
    const socket = this.#sockets.dial(() => holder.transport!);
    try {
      socket.connect({
        host: address.host,
        port: address.port,
        ...(localAddress === undefined ? {} : { localAddress }),
      });
    } catch (error) {
      socket.destroy();
      this.#lose(protocol, detailOf(error));
      return;
    }
    holder.transport = this.#adopt(socket, address, protocol);
    holder.transport.dialling();
  }

  listenTCP(
    address: ListenAddress,
    factory: (from: Address) => Protocol | null,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    if (this.#stopped) return;
    const accept = (accepted: Socket): void => this.#accept(accepted, factory);
    const listener = new NodeListener(address, this.limits.acceptRetryDelay, accept, (stopped) =>
      this.#listeners.delete(stopped),
    );
    this.#listeners.add(listener);
    listener.start(ready);
  }

  gone(transport: NodeTransport): void {
    this.#transports.delete(transport);
  }

  sent(batch: readonly Uint8Array[]): void {
    for (const data of batch) this.#sent(data);
  }

  /** Closes every socket; no protocol hears of it. */
  stop(): void {
    this.#stopped = true;
    for (const listener of this.#listeners) listener.stopListening();
    for (const transport of this.#transports) transport.stop();
  }

  #accept(accepted: Socket, factory: (from: Address) => Protocol | null): void {
    const { remoteAddress, remotePort } = accepted;
    // The remote may have left while it waited in the backlog.
    if (this.#stopped || remoteAddress === undefined || remotePort === undefined) {
      accepted.destroy();
      return;
    }
    const from = { host: plainHost(remoteAddress), port: remotePort };
    const protocol = factory(from);
    if (protocol === null) {
      accepted.resetAndDestroy();
      return;
    }
    const holder: { transport: NodeTransport | null } = { transport: null };
    const socket = this.#sockets.accept(accepted, () => holder.transport!);
    holder.transport = this.#adopt(socket, from, protocol);
    holder.transport.made();
    // A server that pauses on connect gave us a paused socket, if it could not be wrapped again.
    if (socket === accepted) holder.transport.resumeReading();
  }

  #adopt(socket: Socket, address: Address, protocol: Protocol): NodeTransport {
    const transport = new NodeTransport(socket, address, protocol, this);
    this.#transports.add(transport);
    return transport;
  }

  #lose(protocol: Protocol, detail: string): void {
    setImmediate(() => {
      if (!this.#stopped) protocol.connectionLost('unreachable', detail);
    });
  }
}

/** An IPv4 remote of a socket that listens on both families arrives in IPv6 clothes. */
function plainHost(host: string): string {
  return host.startsWith('::ffff:') && host.includes('.') ? host.slice(7) : host;
}
