/**
 * A `Transport` that keeps what is written to it: the tests' end of a connection, after Twisted's.
 *
 * Bytes count as written to the network at `flush` or `close`, and are read only then, as a real transport does; so a
 * buffer that was changed after `write` shows.
 */
import type { Address, Transport } from '../../src/core/index.ts';

export class StringTransport implements Transport {
  readonly address: Address;
  /** What was handed over by `write`, one entry each, since the last flush. */
  readonly queued: Uint8Array[] = [];
  /** What reached the network. */
  readonly sent: number[] = [];
  writes = 0;
  flushes = 0;
  reading = true;
  ended: 'close' | 'abort' | null = null;

  constructor(address: Address = { host: '192.0.2.1', port: 6881 }) {
    this.address = address;
  }

  /** What reached the network, one character per byte. */
  get text(): string {
    return String.fromCharCode(...this.sent);
  }

  write(data: Uint8Array): void {
    this.writes += 1;
    this.queued.push(data);
  }

  flush(): void {
    this.flushes += 1;
    this.#send();
  }

  pauseReading(): void {
    this.reading = false;
  }

  resumeReading(): void {
    this.reading = true;
  }

  close(): void {
    if (this.ended === null) this.#send();
    this.ended ??= 'close';
  }

  abort(): void {
    this.queued.length = 0;
    this.ended ??= 'abort';
  }

  #send(): void {
    for (const data of this.queued) this.sent.push(...data);
    this.queued.length = 0;
  }
}
