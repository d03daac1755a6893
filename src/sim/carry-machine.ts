/**
 * Puts a machine on a host: the driver, and the network that its scenario's fidelity asks for.
 */
import { Driver, WireNetwork } from '../core/index.ts';
import type { Codec, Machine, Network, Reactor, Sink } from '../core/index.ts';
import type {
  Command,
  PeerMessage,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../protocol/index.ts';
import type { MemoryReactor } from '../reactors/memory/index.ts';
import type { Fidelity } from './scenario.ts';

/** The port that every simulated peer accepts at. */
export const peerPort = 6881;

export interface CarryOptions {
  readonly fidelity: Fidelity;
  readonly codec: Codec<PeerMessage>;
  readonly events: Sink<SessionEvent>;
  readonly onBug: (error: unknown) => void;
  /** Wraps the reactor that carries the machine. Default: the memory reactor itself. */
  readonly carrier?: Reactor;
}

/** A machine at work. */
export interface Carried {
  readonly driver: Driver<PeerMessage, Command, SessionEvent>;
  /** Closes the port, and aborts every connection. */
  readonly stopNetwork: () => void;
}

/** Starts to carry `machine` on the host of `reactor`, and to accept connections there. */
export function carryMachine(
  machine: Machine<SessionInput, SessionEffect>,
  reactor: MemoryReactor,
  options: CarryOptions,
): Carried {
  const { fidelity, codec, events, onBug, carrier = reactor } = options;
  const { host } = reactor.host;
  const canary = fidelity === 'bytes';
  const network = canary
    ? new WireNetwork(carrier, codec, { canary })
    : reactor.messages((message: PeerMessage) => codec.sizeOf(message));
  const parts = {
    network: network as Network<PeerMessage>,
    time: carrier,
    udp: carrier,
    udpAddress: { host, port: 0 },
    store: carrier,
    http: carrier,
    resolver: carrier,
    canary,
  };
  const driver = new Driver<PeerMessage, Command, SessionEvent>(machine, parts, events, { onBug });
  network.listen({ host, port: peerPort }, () => undefined);
  return { driver, stopNetwork: () => network.stop() };
}
