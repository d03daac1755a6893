/**
 * The machine of a client: session, wire, stores and driver, put together over one reactor.
 *
 * Decides nothing: every part is made from the client's options, or drawn where they say nothing. Starts no I/O.
 */
import { defaultBehaviors } from '../behaviors/index.ts';
import { Driver, WireNetwork, createRandom } from '../core/index.ts';
import { PeerCodec, Session } from '../protocol/index.ts';
import type { Command, PeerMessage, SessionEvent } from '../protocol/index.ts';
import type { ClientParts } from './client-parts.ts';
import { drawPeerId, drawSeedValue } from './entropy.ts';
import type { CodedError } from './errors.ts';
import { EventRelay } from './events/event-relay.ts';
import { parseListen } from './words/listen-words.ts';
import { chosenBehaviors, peerIdBytes, sessionConfigOf } from './options.ts';
import type { ClientOptions } from './options.ts';
import { RoutingStore } from './data/routing-store.ts';
import { VERSION } from './version.ts';

/** Who hears what the machine tells. */
export interface MachineEars {
  hear(event: SessionEvent): void;
  warn(warning: CodedError): void;
  /** Something was thrown inside: the machine has stopped. */
  broken(error: unknown): void;
}

export interface ClientMachine {
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** From which everything random follows. */
  readonly seedValue: number;
  readonly session: Session;
  readonly network: WireNetwork<PeerMessage>;
  readonly stores: RoutingStore;
  readonly driver: Driver<PeerMessage, Command, SessionEvent>;
}

export function assembleMachine(
  options: ClientOptions,
  parts: ClientParts,
  ears: MachineEars,
): ClientMachine {
  const { reactor, canary } = parts;
  const peerId = options.peerId === undefined ? drawPeerId() : peerIdBytes(options.peerId);
  const seedValue = options.seedValue ?? drawSeedValue();
  const behaviors = { ...defaultBehaviors, ...chosenBehaviors(options) };
  const clientName = options.clientName ?? `Swarmwright ${VERSION}`;
  const random = createRandom(seedValue);
  const config = sessionConfigOf(options);
  const session = new Session({ config, behaviors, random, peerId, clientName });
  const header = { seedValue, peerId, clientName, config: session.config, behaviors };
  const machine =
    parts.recording?.wrap(session, header, (warning) => ears.warn(warning)) ?? session;
  const stores = new RoutingStore(parts.storeAt);
  const network = new WireNetwork(reactor, new PeerCodec({ canary }), { canary });
  const driverParts = {
    ...{ time: reactor, udp: reactor, http: reactor, resolver: reactor },
    network,
    udpAddress: { host: options.host ?? firstNamed(options) ?? '0.0.0.0', port: 0 },
    store: stores,
    canary,
  };
  const relay = new EventRelay<SessionEvent>((event) => ears.hear(event));
  const driver = new Driver(machine, driverParts, relay, {
    onBug: (error) => ears.broken(error),
  });
  return { peerId, seedValue, session, network, stores, driver };
}

/** Where datagrams leave from that belong to no listening address: the first one, if any is named. */
function firstNamed({ listen }: ClientOptions): string | undefined {
  const [first] = typeof listen === 'object' ? listen : [];
  return first === undefined ? undefined : parseListen(first, 0)?.host;
}
