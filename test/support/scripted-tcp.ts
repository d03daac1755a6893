/**
 * A `ReactorTCP` that the test plays by hand: it says which dial succeeds, who comes in, and what arrives.
 */
import type {
  Address,
  ListenFault,
  ListeningPort,
  Protocol,
  ReactorTCP,
} from '../../src/core/index.ts';
import { StringTransport } from './string-transport.ts';

/** One end of a scripted connection. */
export interface ScriptedLink {
  readonly protocol: Protocol;
  readonly transport: StringTransport;
}

export class ScriptedTCP implements ReactorTCP {
  readonly dials: { readonly address: Address; readonly protocol: Protocol }[] = [];
  /** Ports that are listened on. */
  readonly listening: Address[] = [];
  #factory: ((from: Address) => Protocol | null) | null = null;
  #ready: (() => void)[] = [];
  /** What the next `listenTCP` is answered with instead of a port. */
  refusal: ListenFault | null = null;

  connectTCP(address: Address, protocol: Protocol): void {
    this.dials.push({ address, protocol });
  }

  listenTCP(
    address: Address,
    factory: (from: Address) => Protocol | null,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    const fault = this.refusal;
    this.#ready.push(() => {
      if (fault !== null) {
        ready(null, fault);
        return;
      }
      this.#factory = factory;
      this.listening.push(address);
      const stopListening = (): void => {
        this.listening.splice(this.listening.indexOf(address), 1);
      };
      ready({ address, stopListening }, null);
    });
  }

  /** Answers the `listenTCP` calls so far. */
  settle(): void {
    for (const ready of this.#ready.splice(0)) ready();
  }

  /** The dial with this number succeeds. */
  connect(dial: number): ScriptedLink {
    const { address, protocol } = this.dials[dial]!;
    const transport = new StringTransport(address);
    protocol.connectionMade(transport);
    return { protocol, transport };
  }

  /** A remote comes in; null when it is refused. */
  accept(from: Address = { host: '198.51.100.7', port: 50_000 }): ScriptedLink | null {
    const protocol = this.#factory?.(from) ?? null;
    if (protocol === null) return null;
    const transport = new StringTransport(from);
    protocol.connectionMade(transport);
    return { protocol, transport };
  }
}
