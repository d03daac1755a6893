/**
 * What a reactor can do, capability by capability, with Twisted's names. A reactor is their sum; a program may
 * mix them (a memory network with real files).
 *
 * The law of reactors:
 * - bytes that it hands out are plain `Uint8Array`s, whatever the host calls its own;
 * - a reactor never calls a protocol, or any other call-back, from inside a call to it;
 *   (stores, HTTP and resolvers may answer a malformed call at once: the driver is safe against it);
 * - `connectionLost` comes exactly once, and last; a dial that fails reports only that;
 * - `pauseWriting` and `resumeWriting` alternate; back-pressure reaches the writer;
 * - `close` flushes, `abort` does not; after either the protocol hears `connectionLost` and nothing else;
 * - equal deadlines fire in the order in which they were set; a cancelled call never fires;
 * - after `stop` nothing fires and no handle is left open.
 */
import type { StoreEffect } from './effect.ts';
import type { StoreInput } from './input.ts';
import type { Millis, Sink } from './machine.ts';
import type {
  Address,
  HttpFault,
  HttpReply,
  HttpRequest,
  LostReason,
  ResolveFault,
  StoreFault,
  StoreFile,
} from './types.ts';

export interface DelayedCall {
  readonly active: boolean;
  /** Fires `delay` from now instead. */
  reset(delay: Millis): void;
  cancel(): void;
}

export interface ReactorTime {
  /** Monotonic; the origin is arbitrary. */
  now(): Millis;
  callLater(delay: Millis, call: () => void): DelayedCall;
}

/** One end of a byte stream, as the reactor sees its user. */
export interface Protocol {
  connectionMade(transport: Transport): void;
  /** The bytes are borrowed: the reactor reuses the buffer when the call returns. */
  dataReceived(data: Uint8Array): void;
  connectionLost(reason: LostReason, detail: string | null): void;
  pauseWriting(): void;
  resumeWriting(): void;
}

/** One end of a byte stream, as its user sees the reactor. */
export interface Transport {
  /** The remote end. */
  readonly address: Address;
  /** Queues bytes until `flush`. The transport may keep a reference until they are sent: do not write to them. */
  write(data: Uint8Array): void;
  /** Hands everything queued to the network at once. */
  flush(): void;
  pauseReading(): void;
  resumeReading(): void;
  close(): void;
  abort(): void;
}

export interface ListeningPort {
  readonly address: Address;
  stopListening(): void;
}

/** Why a port could not be opened; `detail` is for people. */
export interface ListenFault {
  readonly code: 'in-use' | 'denied' | 'unavailable';
  readonly detail: string;
}

/** Where to listen. */
export interface ListenAddress extends Address {
  /** `::` stands for IPv6 alone, so that IPv4 may listen beside it. Default: false, for both where the system has both. */
  readonly v6Only?: boolean;
}

export interface ReactorTCP {
  connectTCP(address: Address, protocol: Protocol): void;
  /** Port 0 chooses a free one. `factory` returns null to refuse a connection. */
  listenTCP(
    address: ListenAddress,
    factory: (from: Address) => Protocol | null,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void;
}

export interface DatagramPort {
  readonly address: Address;
  send(to: Address, data: Uint8Array): void;
  stopListening(): void;
}

export interface ReactorUDP {
  /** `received` borrows its bytes, as `dataReceived` does. */
  listenUDP(
    address: Address,
    received: (from: Address, data: Uint8Array) => void,
    ready: (port: DatagramPort | null, fault: ListenFault | null) => void,
  ): void;
}

/** A store effect that goes to an open store. */
export type StoreWork = Exclude<StoreEffect, { type: 'store-open' }>;

/**
 * One byte-addressed array over many files: the mirror of a machine, effects in and inputs out.
 * Jobs that touch the same range are performed in the order of submission; others may overtake.
 */
export interface Store {
  /** Takes what it needs of `work.data` before it returns. Answers once through `done`. */
  submit(work: StoreWork, done: Sink<StoreInput>): void;
  /** The turn is over: start what was held back to be merged. */
  flush(): void;
}

export interface ReactorStore {
  openStore(
    files: readonly StoreFile[],
    extent: number,
    ready: (store: Store | null, fault: StoreFault | null) => void,
  ): void;
}

export interface ReactorHTTP {
  request(
    request: HttpRequest,
    done: (reply: HttpReply | null, fault: HttpFault | null) => void,
  ): void;
}

export interface ReactorResolver {
  resolve(host: string, done: (hosts: readonly string[], fault: ResolveFault | null) => void): void;
}

/** Which addresses a machine has: not every reactor can tell. */
export interface ReactorAddresses {
  /** Literal addresses under which other machines may know this one: no loopback, no link-local ones. */
  localAddresses(): readonly string[];
}

export interface Reactor
  extends
    ReactorTime,
    ReactorTCP,
    ReactorUDP,
    ReactorStore,
    ReactorHTTP,
    ReactorResolver,
    Partial<ReactorAddresses> {
  stop(): void;
}
