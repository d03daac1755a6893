/**
 * One listening TCP port.
 *
 * When the process runs out of descriptors the kernel keeps reporting the connection that cannot be accepted, as
 * fast as the loop can turn. So the port then rests: it stops listening and comes back on the same port after a
 * pause, as often as needed (F-24).
 */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type {
  Address,
  ListenAddress,
  ListenFault,
  ListeningPort,
  Millis,
} from '../../../core/index.ts';
import { listenFaultOf } from '../faults.ts';

type Ready = (port: ListeningPort | null, fault: ListenFault | null) => void;

/** A `ListeningPort` on `net.Server`. */
export class NodeListener implements ListeningPort {
  #address: Address;
  readonly #v6Only: boolean;
  readonly #retryDelay: Millis;
  readonly #accept: (socket: Socket) => void;
  readonly #stoppedListening: (listener: NodeListener) => void;
  #server: Server | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ready: Ready | null = null;
  #stopped = false;

  constructor(
    address: ListenAddress,
    retryDelay: Millis,
    accept: (socket: Socket) => void,
    stopped: (listener: NodeListener) => void,
  ) {
    this.#address = address;
    this.#v6Only = address.v6Only === true && address.host.includes(':');
    this.#retryDelay = retryDelay;
    this.#accept = accept;
    this.#stoppedListening = stopped;
  }

  get address(): Address {
    return this.#address;
  }

  /** Opens the port and reports once, from a later turn. */
  start(ready: Ready): void {
    this.#ready = ready;
    this.#listen();
  }

  stopListening(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#ready = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#server?.close();
    this.#stoppedListening(this);
  }

  #listen(): void {
    this.#timer = null;
    const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, this.#accept);
    this.#server = server;
    server.on('error', (error) => this.#failed(server, error));
    server.on('listening', () => this.#listening(server));
    try {
      const { host, port } = this.#address;
      server.listen({ host, port, ipv6Only: this.#v6Only });
    } catch (error) {
      setImmediate(() => this.#failed(server, error));
    }
  }

  #listening(server: Server): void {
    const bound = server.address();
    if (this.#stopped || bound === null || typeof bound === 'string') return;
    this.#address = { host: bound.address, port: bound.port };
    const ready = this.#ready;
    this.#ready = null;
    ready?.(this, null);
  }

  #failed(server: Server, error: unknown): void {
    if (this.#stopped || server !== this.#server) return;
    const ready = this.#ready;
    if (ready === null) {
      this.#rest();
      return;
    }
    this.stopListening();
    ready(null, listenFaultOf(error));
  }

  #rest(): void {
    this.#server?.close();
    this.#server = null;
    this.#timer = setTimeout(() => this.#listen(), this.#retryDelay);
  }
}
