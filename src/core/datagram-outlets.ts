/**
 * The datagram ports of one driver: its own, and one for each local address that datagrams are to leave from.
 *
 * Invariant: one port per local address, opened when its first datagram is sent and kept until `stop`. What waits for a
 * port, and what becomes of it, is the outlet's business. Not told apart on arrival: a machine knows its answers.
 */
import { DatagramOutlet } from './datagram-outlet.ts';
import type { ReceivedDatagram } from './datagram-outlet.ts';
import type { DatagramEffect } from './effect.ts';
import type { Sink } from './machine.ts';
import type { ReactorUDP } from './reactor.ts';
import type { Address } from './types.ts';

interface OutletParts {
  /** Null: all are lost. */
  readonly udp: ReactorUDP | null;
  readonly udpAddress: Address;
  readonly canary?: boolean;
}

export class DatagramOutlets {
  readonly #parts: OutletParts;
  readonly #received: Sink<ReceivedDatagram>;
  /** By local address; '': the driver's own. */
  readonly #outlets = new Map<string, DatagramOutlet>();

  constructor(parts: OutletParts, received: Sink<ReceivedDatagram>) {
    this.#parts = parts;
    this.#received = received;
  }

  send(effect: DatagramEffect): void {
    const { local } = effect;
    const key = local?.host ?? '';
    let outlet = this.#outlets.get(key);
    if (outlet === undefined) {
      const { udp, udpAddress, canary = false } = this.#parts;
      outlet = new DatagramOutlet(udp, local ?? udpAddress, this.#received, canary);
      this.#outlets.set(key, outlet);
    }
    outlet.send(effect);
  }

  /** Closes every port. What is sent afterwards is lost: the driver does not ask for it. */
  stop(): void {
    for (const outlet of this.#outlets.values()) outlet.stop();
  }
}
