/**
 * Byte streams over the memory network: `ReactorTCP` of one host.
 *
 * What arrives at one instant is handed over in chunks of any size, down to one byte, as the stream `chop` draws them;
 * without one, in chunks of `chunkBytesMax`. The instant and the bytes do not depend on the chunks. Received bytes lie
 * in one buffer that is used again and again, as a real reactor's do, so that a kept view shows.
 */
import type {
  Address,
  ListenFault,
  ListeningPort,
  LostReason,
  Protocol,
  Random,
  ReactorTCP,
  Transport,
} from '../../core/index.ts';
import type { Settling } from './clock.ts';
import type { End, EndListener } from './end.ts';
import type { Flow } from './flow.ts';
import type { Internet, NetHost } from './internet.ts';
import { bindPort } from './ports.ts';

/** The largest `dataReceived`. */
export const chunkBytesMax = 65_536;

class MemoryTransport implements Transport, EndListener<Uint8Array>, Settling {
  readonly #tcp: MemoryTCP;
  readonly #protocol: Protocol;
  #end: End<Uint8Array> | null = null;
  #reading = true;
  #over = false;
  /** What had arrived when the user paused reading. */
  #rest: Uint8Array | null = null;
  #lostReason: LostReason | null = null;

  constructor(tcp: MemoryTCP, protocol: Protocol) {
    this.#tcp = tcp;
    this.#protocol = protocol;
  }

  // --- Transport

  get address(): Address {
    return this.#end?.address ?? { host: '', port: 0 };
  }

  write(data: Uint8Array): void {
    if (data.length > 0) this.#end?.write(data, data.length);
  }

  flush(): void {
    // Sent when the running event is over.
  }

  pauseReading(): void {
    this.#reading = false;
    this.#end?.pauseReading();
  }

  resumeReading(): void {
    if (this.#reading) return;
    this.#reading = true;
    if (this.#rest !== null) this.#tcp.internet.clock.unsettled(this);
    else this.#end?.resumeReading();
  }

  close(): void {
    this.#finish();
    this.#end?.close();
  }

  abort(): void {
    this.#finish();
    this.#end?.abort();
  }

  settle(): void {
    const rest = this.#rest;
    if (rest === null || !this.#reading) return;
    this.#rest = null;
    this.#receive(rest);
    if (!this.#isHolding()) {
      if (this.#lostReason !== null) this.#tell(this.#lostReason);
      else this.#end?.resumeReading();
    }
  }

  // --- EndListener

  opened(end: End<Uint8Array>): void {
    this.#end = end;
    this.#protocol.connectionMade(this);
  }

  arrived(flow: Flow<Uint8Array>, count: number): void {
    if (this.#over) {
      for (let i = 0; i < count; i++) flow.shift();
      return;
    }
    if (count === 1) {
      this.#receive(flow.shift());
      return;
    }
    const units: Uint8Array[] = [];
    let length = 0;
    for (let i = 0; i < count; i++) {
      const unit = flow.shift();
      units.push(unit);
      length += unit.length;
    }
    const whole = new Uint8Array(length);
    let at = 0;
    for (const unit of units) {
      whole.set(unit, at);
      at += unit.length;
    }
    this.#receive(whole);
  }

  lost(reason: LostReason): void {
    if (this.#rest !== null && !this.#over) this.#lostReason = reason;
    else this.#tell(reason);
  }

  pauseWriting(): void {
    this.#protocol.pauseWriting();
  }

  resumeWriting(): void {
    this.#protocol.resumeWriting();
  }

  // --- inside

  /** The field as it is now: the compiler does not know that our user may have changed it. */
  #isHolding(): boolean {
    return this.#rest !== null;
  }

  /** Our user wants no more data. */
  #finish(): void {
    this.#over = true;
    this.#rest = null;
  }

  #tell(reason: LostReason): void {
    this.#over = true;
    this.#rest = null;
    this.#tcp.transports.delete(this);
    this.#protocol.connectionLost(reason, null);
  }

  /** Hands over `data` in chunks, each in the borrowed buffer. */
  #receive(data: Uint8Array): void {
    const { scratch } = this.#tcp;
    let at = 0;
    while (at < data.length) {
      if (this.#over) return;
      if (!this.#reading) {
        const rest = new Uint8Array(data.length - at);
        rest.set(data.subarray(at));
        this.#rest = rest;
        return;
      }
      const length = Math.min(this.#tcp.chunk(), data.length - at);
      scratch.set(data.subarray(at, at + length));
      at += length;
      this.#protocol.dataReceived(scratch.subarray(0, length));
    }
  }
}

export class MemoryTCP implements ReactorTCP {
  readonly internet: Internet;
  /** Where received bytes lie while they are handed over. */
  readonly scratch: Uint8Array = new Uint8Array(chunkBytesMax);
  readonly transports: Set<MemoryTransport> = new Set<MemoryTransport>();
  readonly #host: NetHost;
  readonly #chop: Random | null;
  #stopped = false;

  constructor(internet: Internet, host: NetHost, chop: Random | null) {
    this.internet = internet;
    this.#host = host;
    this.#chop = chop;
  }

  connectTCP(address: Address, protocol: Protocol): void {
    if (this.#stopped) return;
    const transport = this.#newTransport(protocol);
    this.internet.connect(this.#host, address, transport);
  }

  listenTCP(
    address: Address,
    factory: (from: Address) => Protocol | null,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    if (this.#stopped) return;
    const accept = (from: Address): EndListener<Uint8Array> | null => {
      const protocol = factory(from);
      return protocol === null ? null : this.#newTransport(protocol);
    };
    bindPort(this.internet.clock, this.#host, address, accept, ready);
  }

  /** The length of the next chunk. */
  chunk(): number {
    const chop = this.#chop;
    if (chop === null) return chunkBytesMax;
    // Half of them tiny, so that every field of a message is cut somewhere; the others of all magnitudes.
    if (chop.below(2) === 0) return 1 + chop.below(16);
    return 1 + chop.below(1 << (5 + chop.below(12)));
  }

  stop(): void {
    this.#stopped = true;
  }

  #newTransport(protocol: Protocol): MemoryTransport {
    const transport = new MemoryTransport(this, protocol);
    this.transports.add(transport);
    return transport;
  }
}
