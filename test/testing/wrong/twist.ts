/** Tools to make a right reactor wrong in one place. */
import type {
  Address,
  DatagramPort,
  DelayedCall,
  ListenFault,
  ListeningPort,
  LostReason,
  Protocol,
  Reactor,
  Sink,
  Store,
  StoreInput,
  StoreWork,
  Transport,
} from '../../../src/core/index.ts';

/** Makes a reactor wrong. */
export type Wrong = (right: Reactor) => Reactor;

/** Replaces some of a reactor's calls. */
export function twist(changes: (right: Reactor) => Partial<Reactor>): Wrong {
  return (right) => ({
    now: () => right.now(),
    callLater: (delay, call) => right.callLater(delay, call),
    connectTCP: (address, protocol) => right.connectTCP(address, protocol),
    listenTCP: (address, factory, ready) => right.listenTCP(address, factory, ready),
    listenUDP: (address, received, ready) => right.listenUDP(address, received, ready),
    openStore: (files, extent, ready) => right.openStore(files, extent, ready),
    request: (request, done) => right.request(request, done),
    resolve: (host, done) => right.resolve(host, done),
    stop: () => right.stop(),
    ...changes(right),
  });
}

/** Replaces some calls of delayed calls. */
export function twistCalls(changes: (right: DelayedCall) => Partial<DelayedCall>): Wrong {
  return twist((right) => ({
    callLater: (delay, call) => {
      const inner = right.callLater(delay, call);
      return {
        get active() {
          return changes(inner).active ?? inner.active;
        },
        reset: changes(inner).reset ?? ((later): void => inner.reset(later)),
        cancel: changes(inner).cancel ?? ((): void => inner.cancel()),
      };
    },
  }));
}

/** One wrong connection: what its protocol hears, and what its transport does. */
export interface WrongConnection {
  readonly protocol?: (user: Protocol, transport: () => Transport | null) => Partial<Protocol>;
  readonly transport?: (right: Transport, user: Protocol) => Partial<Transport>;
}

/** Replaces some call-backs and calls of every connection, dialled or accepted. */
export function twistTCP(wrong: WrongConnection): Wrong {
  const protocolOf = (user: Protocol): Protocol => {
    let transport: Transport | null = null;
    const changes = wrong.protocol?.(user, () => transport) ?? {};
    const made = changes.connectionMade ?? ((given): void => user.connectionMade(given));
    return {
      dataReceived: (data) => user.dataReceived(data),
      connectionLost: (reason: LostReason, detail) => user.connectionLost(reason, detail),
      pauseWriting: () => user.pauseWriting(),
      resumeWriting: () => user.resumeWriting(),
      ...changes,
      connectionMade: (right) => {
        transport = transportOf(right, user);
        made(transport);
      },
    };
  };
  const transportOf = (right: Transport, user: Protocol): Transport => ({
    address: right.address,
    write: (data) => right.write(data),
    flush: () => right.flush(),
    pauseReading: () => right.pauseReading(),
    resumeReading: () => right.resumeReading(),
    close: () => right.close(),
    abort: () => right.abort(),
    ...(wrong.transport?.(right, user) ?? {}),
  });
  return twist((right) => ({
    connectTCP: (address, protocol) => right.connectTCP(address, protocolOf(protocol)),
    listenTCP: (address, factory, ready) =>
      right.listenTCP(
        address,
        (from) => {
          const protocol = factory(from);
          return protocol === null ? null : protocolOf(protocol);
        },
        ready,
      ),
  }));
}

/** Replaces how every store takes its jobs. */
export function twistStore(
  submit: (right: Store, work: StoreWork, done: Sink<StoreInput>) => void,
): Wrong {
  return twist((right) => ({
    openStore: (files, extent, ready) =>
      right.openStore(files, extent, (store, fault) =>
        ready(
          store === null
            ? null
            : {
                submit: (work, done) => submit(store, work, done),
                flush: () => store.flush(),
              },
          fault,
        ),
      ),
  }));
}

/** Changes every answer of every store. */
export function twistAnswers(change: (answer: StoreInput, work: StoreWork) => StoreInput): Wrong {
  return twistStore((right, work, done) =>
    right.submit(work, { push: (answer) => done.push(change(answer, work)) }),
  );
}

/** Replaces every TCP port. */
export function twistPort(change: (port: ListeningPort) => Partial<ListeningPort>): Wrong {
  return twist((right) => ({
    listenTCP: (address, factory, ready) =>
      right.listenTCP(address, factory, (port, fault) =>
        ready(port === null ? null : { ...portOf(port), ...change(port) }, fault),
      ),
  }));
}

/** Replaces every UDP port. */
export function twistUDP(
  change: (port: DatagramPort, received: Received) => Partial<DatagramPort>,
): Wrong {
  return twist((right) => ({
    listenUDP: (address, received, ready) =>
      right.listenUDP(address, received, (port, fault) => {
        const send: DatagramPort['send'] = (to, data) => port?.send(to, data);
        const twisted = port === null ? null : { ...portOf(port), send, ...change(port, received) };
        ready(twisted, fault);
      }),
  }));
}

function portOf(port: ListeningPort): ListeningPort {
  return { address: port.address, stopListening: () => port.stopListening() };
}

/** Tells another fault for every port, TCP or UDP, that could not be opened. */
export function twistFault(from: ListenFault['code'], to: ListenFault['code']): Wrong {
  const change = (fault: ListenFault | null): ListenFault | null =>
    fault?.code === from ? { ...fault, code: to } : fault;
  return twist((right) => ({
    listenTCP: (address, factory, ready) =>
      right.listenTCP(address, factory, (port, fault) => ready(port, change(fault))),
    listenUDP: (address, received, ready) =>
      right.listenUDP(address, received, (port, fault) => ready(port, change(fault))),
  }));
}

/** What a port hears. */
export type Received = (from: Address, data: Uint8Array) => void;
