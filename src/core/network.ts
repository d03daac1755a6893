/**
 * A network that speaks messages instead of bytes: what a driver needs to carry a machine's connections.
 * `WireNetwork` is one over any reactor's TCP; a simulation may hand the objects over directly.
 */
import type { Input } from './input.ts';
import type { Sink } from './machine.ts';
import type { Address, ConnectionId } from './types.ts';

/** Where a network reports: the driver. */
export interface Inputs<M, C = never> extends Sink<Input<M, C>> {
  /** Steps all inputs that `feed` pushes, then performs their effects once. */
  batch(feed: () => void): void;
}

export interface Network<M> {
  start(inputs: Inputs<M>): void;
  open(conn: ConnectionId, address: Address): void;
  send(conn: ConnectionId, message: M): void;
  pauseReading(conn: ConnectionId): void;
  resumeReading(conn: ConnectionId): void;
  /** Ends a connection; nothing more is reported of it. */
  close(conn: ConnectionId, flush: boolean): void;
  /** The turn is over: hand to the wire what was queued. */
  flush(): void;
}
