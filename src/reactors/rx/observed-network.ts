/**
 * A network that says when a turn is over. Everything else passes straight through.
 */
import type { Address, ConnectionId, Inputs, Network } from '../../core/index.ts';

/** @internal Use `rxDriver`. */
export class ObservedNetwork<M> implements Network<M> {
  readonly #inner: Network<M>;
  readonly #flushed: () => void;

  constructor(inner: Network<M>, flushed: () => void) {
    this.#inner = inner;
    this.#flushed = flushed;
  }

  start(inputs: Inputs<M>): void {
    this.#inner.start(inputs);
  }

  open(conn: ConnectionId, address: Address): void {
    this.#inner.open(conn, address);
  }

  send(conn: ConnectionId, message: M): void {
    this.#inner.send(conn, message);
  }

  pauseReading(conn: ConnectionId): void {
    this.#inner.pauseReading(conn);
  }

  resumeReading(conn: ConnectionId): void {
    this.#inner.resumeReading(conn);
  }

  close(conn: ConnectionId, flush: boolean): void {
    this.#inner.close(conn, flush);
  }

  flush(): void {
    this.#inner.flush();
    this.#flushed();
  }
}
