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
} from '../../../core/index.ts';
import type { Settling } from '../clock.ts';
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
  /** Written, and not flushed. */
  readonly #queued: Uint8Array[] = [];
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
    if (data.length > 0 && !this.#over) this.#queued.push(data);
  }

  flush(): void {
    const end = this.#end;
    if (end === null || this.#queued.length === 0) return;
    for (const data of this.#queued) end.write(data, data.length);
    this.#queued.length = 0;
    end.flush();
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
    this.flush();
    this.#finish();
    this.#end?.close();
  }

  abort(): void {
    this.#finish();
    this.#end?.abort();
  }

  settle(): void {
    if (this.#tcp.stopped) return;
    const rest = this.#rest;
    if (rest !== null) {
      if (!this.#reading) return;
      this.#rest = null;
      this.#receive(rest);
      if (this.#isHolding()) return;
    }
    if (this.#lostReason !== null) this.#tell(this.#lostReason);
    else this.#end?.resumeReading();
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
    this.#queued.length = 0;
    // The end has told its loss already, and will not tell it again.
    if (this.#lostReason !== null) this.#tcp.internet.clock.unsettled(this);
  }

  #tell(reason: LostReason): void {
    this.#over = true;
    this.#rest = null;
    this.#queued.length = 0;
    this.#lostReason = null;
    this.#protocol.connectionLost(reason, null);
  }

  /** Hands over `data` in chunks, each in the borrowed buffer. */
  #receive(data: Uint8Array): void {
    const { scratch } = this.#tcp;
    let at = 0;
    while (at < data.length) {
      if (this.#over || this.#tcp.stopped) return;
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
  get scratch(): Uint8Array {
    return (this.#scratch ??= new Uint8Array(chunkBytesMax));
  }
  readonly #host: NetHost;
  readonly #chop: Random | null;
  #stopped = false;
  /** Made when first bytes come: most hosts of a large swarm never see any. */
  #scratch: Uint8Array | null = null;

  constructor(internet: Internet, host: NetHost, chop: Random | null) {
    this.internet = internet;
    this.#host = host;
    this.#chop = chop;
  }

  connectTCP(address: Address, protocol: Protocol): void {
    if (this.#stopped) return;
    this.internet.connect(this.#host, address, new MemoryTransport(this, protocol));
  }

  listenTCP(
    address: Address,
    factory: (from: Address) => Protocol | null,
    ready: (port: ListeningPort | null, fault: ListenFault | null) => void,
  ): void {
    if (this.#stopped) return;
    const accept = (from: Address): EndListener<Uint8Array> | null => {
      const protocol = factory(from);
      return protocol === null ? null : new MemoryTransport(this, protocol);
    };
    bindPort(this.internet.clock, this.#host, address, accept, (port, fault) => {
      if (this.#stopped) port?.stopListening();
      else ready(port, fault);
    });
  }

  get stopped(): boolean {
    return this.#stopped;
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
}
