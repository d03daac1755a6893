/**
 * A `Network` that the test plays by hand: it records what the driver asks and lets the test report what it likes.
 */
import type { Address, ConnectionId, Inputs, Network } from '../../src/core/index.ts';

export class ScriptedNetwork<M> implements Network<M> {
  /** What was asked, in order, such as `open 0`, `send 1 "hello"`, `abort 1`, `flush`. */
  readonly log: string[] = [];
  /** Called for each entry of the log; a test may report from in here or throw. */
  onCall: ((entry: string) => void) | null = null;
  #inputs: Inputs<M> | null = null;

  /** Where to report. */
  get inputs(): Inputs<M> {
    if (this.#inputs === null) throw new Error('scripted network: not started');
    return this.#inputs;
  }

  start(inputs: Inputs<M>): void {
    this.#inputs = inputs;
  }

  open(conn: ConnectionId, address: Address): void {
    this.#note(`open ${conn} ${address.host}:${address.port}`);
  }

  send(conn: ConnectionId, message: M): void {
    this.#note(`send ${conn} ${JSON.stringify(message)}`);
  }

  pauseReading(conn: ConnectionId): void {
    this.#note(`pause ${conn}`);
  }

  resumeReading(conn: ConnectionId): void {
    this.#note(`resume ${conn}`);
  }

  close(conn: ConnectionId, flush: boolean): void {
    this.#note(`${flush ? 'close' : 'abort'} ${conn}`);
  }

  flush(): void {
    this.#note('flush');
  }

  /** The log without its flushes, emptied. */
  take(): string[] {
    const taken = this.log.filter((entry) => entry !== 'flush');
    this.log.length = 0;
    return taken;
  }

  #note(entry: string): void {
    this.log.push(entry);
    this.onCall?.(entry);
  }
}
