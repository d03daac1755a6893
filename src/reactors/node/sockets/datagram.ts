/**
 * UDP of the node reactor.
 *
 * A datagram may be lost anyway, so a send that fails is counted and forgotten; nothing a remote or a wrong address
 * does reaches the machine as an error. The unsent queue is bounded: beyond `datagramQueueBytesMax` datagrams drop.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import type { Address, DatagramPort, ListenFault, ReactorUDP } from '../../../core/index.ts';
import { listenFaultOf } from '../faults.ts';
import type { NodeLimits } from '../options.ts';
import { plainBytes } from '../plain-bytes.ts';

type Ready = (port: DatagramPort | null, fault: ListenFault | null) => void;

/** Literal addresses need no resolver; answering at once spares a turn for each datagram. */
const lookup = ((host: string, _options: unknown, done: (e: null, a: string, f: number) => void) =>
  done(null, host, isIP(host))) as never;

/** One bound UDP socket. */
export class NodeDatagramPort implements DatagramPort {
  /** Datagrams that could not be handed to the network. */
  sendFaults = 0;
  readonly #socket: Socket;
  readonly #family: 4 | 6;
  readonly #queueBytesMax: number;
  readonly #stoppedListening: (port: NodeDatagramPort) => void;
  #address: Address;
  #stopped = false;

  constructor(address: Address, queueBytesMax: number, stopped: (port: NodeDatagramPort) => void) {
    this.#address = address;
    this.#family = isIPv6(address.host) ? 6 : 4;
    this.#queueBytesMax = queueBytesMax;
    this.#stoppedListening = stopped;
    this.#socket = createSocket({
      type: this.#family === 6 ? 'udp6' : 'udp4',
      ipv6Only: this.#family === 6, // an IPv4 port of the same number may be open beside it
      lookup,
    });
  }

  get address(): Address {
    return this.#address;
  }

  /** Binds and reports once, from a later turn. */
  start(received: (from: Address, data: Uint8Array) => void, ready: Ready): void {
    const socket = this.#socket;
    let bound = false;
    const failed = (error: unknown): void => {
      if (bound) this.sendFaults++;
      if (bound || this.#stopped) return;
      this.stopListening();
      ready(null, listenFaultOf(error));
    };
    socket.on('error', failed);
    socket.on('message', (data, from) => {
      if (!this.#stopped) received({ host: from.address, port: from.port }, plainBytes(data));
    });
    socket.on('listening', () => {
      if (this.#stopped) return;
      bound = true;
      const { address: host, port } = socket.address();
      this.#address = { host, port };
      ready(this, null);
    });
    if (this.#address.port < 0 || this.#address.port > 65_535) {
      setImmediate(failed, new RangeError('no such port')); // Node would take it modulo 2^16
      return;
    }
    // With a literal address `bind` tells its end, good or bad, before it returns: nobody may hear of it inside.
    setImmediate(() => {
      if (this.#stopped) return;
      try {
        socket.bind(this.#address.port, this.#address.host);
      } catch (error) {
        failed(error);
      }
    });
  }

  send(to: Address, data: Uint8Array): void {
    if (this.#stopped) return;
    const queued = this.#socket.getSendQueueSize();
    if (isIP(to.host) !== this.#family || queued + data.length > this.#queueBytesMax) {
      this.sendFaults++;
      return;
    }
    try {
      this.#socket.send(data, to.port, to.host, (error) => {
        if (error !== null) this.sendFaults++;
      });
    } catch {
      this.sendFaults++; // a port out of range
    }
  }

  stopListening(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#socket.close();
    this.#stoppedListening(this);
  }
}

/** The capability `ReactorUDP` on `node:dgram`. */
export class NodeUDP implements ReactorUDP {
  readonly #limits: NodeLimits;
  readonly #ports = new Set<NodeDatagramPort>();
  #stopped = false;

  constructor(limits: NodeLimits) {
    this.#limits = limits;
  }

  listenUDP(
    address: Address,
    received: (from: Address, data: Uint8Array) => void,
    ready: Ready,
  ): void {
    if (this.#stopped) return;
    const port = new NodeDatagramPort(address, this.#limits.datagramQueueBytesMax, (stopped) =>
      this.#ports.delete(stopped),
    );
    this.#ports.add(port);
    port.start(received, ready);
  }

  stop(): void {
    this.#stopped = true;
    for (const port of this.#ports) port.stopListening();
  }
}
