/**
 * Datagrams over the memory network: lost, doubled, late and out of order as the faults say, never otherwise.
 *
 * A datagram takes the uplink's time for its bytes and the latency. One to nobody, to a host that is cut off, or to one
 * behind a NAT that has not written to the sender, is lost without a word.
 */
import { copyOf } from '../../../core/index.ts';
import type { Address, DatagramPort, ListenFault, ReactorUDP } from '../../../core/index.ts';
import type { Due } from '../event-queue.ts';
import type { Internet, NetHost } from './internet.ts';
import { sourceFor } from './internet.ts';
import type { PortTable } from './port-table.ts';
import { bindingOf, freePort, isLocal } from './ports.ts';

/** The most that one datagram carries over IPv4. */
export const datagramBytesMax = 65_507;

/** A host with datagram ports. */
export interface DatagramHost extends NetHost {
  readonly datagramPorts: PortTable<BoundPort>;
}

interface BoundPort {
  readonly received: (from: Address, data: Uint8Array) => void;
  /** Who was written to from here, as `port host`. */
  readonly written: Set<string>;
}

class Datagram implements Due {
  readonly #internet: Internet;
  readonly #to: DatagramHost;
  readonly #address: Address;
  readonly #from: Address;
  readonly #data: Uint8Array;

  constructor(
    internet: Internet,
    to: DatagramHost,
    address: Address,
    from: Address,
    data: Uint8Array,
  ) {
    this.#internet = internet;
    this.#to = to;
    this.#address = address;
    this.#from = from;
    this.#data = data;
  }

  due(): void {
    const { host: at, port: number } = this.#address;
    const bound = this.#to.datagramPorts.hears(number, at);
    if (bound === undefined || !this.#to.alive || this.#to.frozen) return;
    const { host, port } = this.#from;
    if (!this.#to.reachable && !bound.written.has(`${port} ${host}`)) return;
    const sender = this.#internet.find(this.#to, host);
    if (sender !== undefined && !this.#internet.reaches(sender, this.#to)) return;
    this.#to.link.receiveExpress(this.#data.length);
    bound.received(this.#from, copyOf(this.#data));
  }
}

export class MemoryUDP implements ReactorUDP {
  readonly #internet: Internet;
  readonly #host: DatagramHost;
  #stopped = false;

  constructor(internet: Internet, host: DatagramHost) {
    this.#internet = internet;
    this.#host = host;
  }

  listenUDP(
    address: Address,
    received: (from: Address, data: Uint8Array) => void,
    ready: (port: DatagramPort | null, fault: ListenFault | null) => void,
  ): void {
    if (this.#stopped) return;
    const ports = this.#host.datagramPorts;
    // As with sockets, `::` is IPv6 alone: an IPv4 one may be open beside it.
    const at = bindingOf(this.#host, { ...address, v6Only: true });
    const number = address.port === 0 ? freePort((each) => ports.has(each)) : address.port;
    const bound: BoundPort = { received, written: new Set<string>() };
    let fault: ListenFault | null = null;
    if (!isLocal(this.#host, address)) {
      fault = { code: 'unavailable', detail: 'no such local address' };
    } else if (number === 0 || ports.has(number, at))
      fault = { code: 'in-use', detail: 'port in use' };
    if (fault === null) ports.set(number, bound, at);
    const tell = (): void => {
      if (this.#stopped) return;
      if (this.#host.frozen) {
        this.#host.defer({ due: tell }, 0, 0);
        return;
      }
      if (fault === null) ready(this.#port(number, at, bound), null);
      else ready(null, fault);
    };
    const { clock } = this.#internet;
    clock.at(clock.now, { due: tell }, 0, 0);
  }

  stop(): void {
    this.#stopped = true;
    this.#host.datagramPorts.clear();
  }

  #port(number: number, at: string, bound: BoundPort): DatagramPort {
    const { datagramPorts: ports, addresses, host } = this.#host;
    const own = addresses.includes(at);
    return {
      address: { host: own ? at : host, port: number },
      send: (to, data) => {
        if (ports.at(number, at) !== bound) return;
        const from = own ? at : sourceFor(this.#host, to.host);
        const otherFamily = from.includes(':') !== to.host.includes(':');
        if (addresses.length > 1 && otherFamily) return; // lost
        this.#send(bound, { host: from, port: number }, to, data);
      },
      stopListening: () => {
        if (ports.at(number, at) === bound) ports.delete(number, at);
      },
    };
  }

  #send(bound: BoundPort, from: Address, to: Address, data: Uint8Array): void {
    if (data.length > datagramBytesMax) return;
    const internet = this.#internet;
    const host = internet.find(this.#host, to.host) as DatagramHost | undefined;
    const left = this.#host.link.express(data.length);
    bound.written.add(`${to.port} ${to.host}`);
    if (host === undefined || !internet.reaches(this.#host, host)) return;
    const verdict = internet.faults?.datagram(this.#host.index, host.index, data.length) ?? null;
    if (verdict?.type === 'lost') return;
    const seenFrom = to.host === '127.0.0.1' ? { host: to.host, port: from.port } : from;
    const late = verdict?.type === 'late' ? Math.round(verdict.by * 1000) : 0;
    const time = left + internet.latency(this.#host, host) + late;
    const datagram = new Datagram(internet, host, to, seenFrom, copyOf(data));
    internet.clock.at(time, datagram, 0, 0);
    if (verdict?.type === 'twice') internet.clock.at(time, datagram, 0, 0);
  }
}
