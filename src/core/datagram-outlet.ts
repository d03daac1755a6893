/**
 * One datagram port of a driver, opened when the first datagram is to be sent and kept until `stop`.
 *
 * Invariant: at most `queuedDatagramsMax` datagrams wait while the port opens; more are dropped, as networks do. A
 * port that cannot be opened loses what waited; the next datagram tries again. A number that is taken is replaced by any
 * that is free: trackers answer wherever they were asked from. What to do about a lost datagram is
 * the machine's business. In canary mode received bytes are overwritten when their turn is over.
 */
import type { Sink } from './machine.ts';
import type { DatagramEffect } from './effect.ts';
import type { DatagramPort, ReactorUDP } from './reactor.ts';
import type { Address } from './types.ts';

/** Most datagrams that wait for the port to open. */
export const queuedDatagramsMax = 64;

type State = 'unopened' | 'opening' | 'open' | 'stopped';

export interface ReceivedDatagram {
  readonly type: 'datagram';
  readonly address: Address;
  readonly data: Uint8Array;
}

export class DatagramOutlet {
  readonly #udp: ReactorUDP | null;
  readonly #address: Address;
  readonly #received: Sink<ReceivedDatagram>;
  readonly #canary: boolean;
  readonly #queue: DatagramEffect[] = [];
  #state: State = 'unopened';
  #port: DatagramPort | null = null;

  /** `udp` null: there are no datagrams here, and all are lost. */
  constructor(
    udp: ReactorUDP | null,
    address: Address,
    received: Sink<ReceivedDatagram>,
    canary: boolean,
  ) {
    this.#udp = udp;
    this.#address = address;
    this.#received = received;
    this.#canary = canary;
  }

  send(effect: DatagramEffect): void {
    if (this.#port !== null) {
      this.#port.send(effect.address, effect.data);
      return;
    }
    if (this.#udp === null || this.#state === 'stopped') return;
    if (this.#queue.length < queuedDatagramsMax) this.#queue.push(effect);
    if (this.#state === 'unopened') this.#open(this.#udp, this.#address);
  }

  stop(): void {
    this.#state = 'stopped';
    this.#queue.length = 0;
    this.#port?.stopListening();
    this.#port = null;
  }

  #open(udp: ReactorUDP, address: Address): void {
    this.#state = 'opening';
    udp.listenUDP(
      address,
      (from, data) => {
        this.#received.push({ type: 'datagram', address: from, data });
        if (this.#canary) data.fill(0xdb);
      },
      (port, fault) => {
        if (this.#state === 'stopped') {
          port?.stopListening();
          return;
        }
        if (fault?.code === 'in-use' && address.port !== 0) {
          this.#open(udp, { host: address.host, port: 0 });
          return;
        }
        this.#state = port === null ? 'unopened' : 'open';
        this.#port = port;
        if (port !== null) for (const { address, data } of this.#queue) port.send(address, data);
        this.#queue.length = 0;
      },
    );
  }
}
