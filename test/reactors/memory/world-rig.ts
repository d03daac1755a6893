/**
 * What the specs of ends, ports and networks share: a world whose faults are functions of the test, and a user of byte
 * streams that writes down what it hears.
 */
import assert from 'node:assert/strict';
import type {
  Address,
  HttpFault,
  LostReason,
  Protocol,
  ResolveFault,
  Transport,
} from '../../../src/core/index.ts';
import type {
  DatagramVerdict,
  Faults,
  SegmentVerdict,
} from '../../../src/reactors/memory/faults.ts';
import type { Host, HostOptions } from '../../../src/reactors/memory/host.ts';
import type { MemoryReactor } from '../../../src/reactors/memory/memory-reactor.ts';
import { MemoryWorld } from '../../../src/reactors/memory/memory-world.ts';

/** Faults from functions that a test sets; each verdict that is not null is counted. */
export class ScriptedFaults implements Faults {
  injected = 0;
  onConnect: (host: number, to: number) => LostReason | null = () => null;
  onSegment: (from: number, to: number, bytes: number) => SegmentVerdict | null = () => null;
  onDatagram: (from: number, to: number, bytes: number) => DatagramVerdict | null = () => null;
  onResolve: (host: number, name: string) => ResolveFault | null = () => null;
  onHttp: (host: number, url: string) => HttpFault | null = () => null;

  connect(host: number, to: number): LostReason | null {
    return this.#count(this.onConnect(host, to));
  }

  segment(from: number, to: number, bytes: number): SegmentVerdict | null {
    return this.#count(this.onSegment(from, to, bytes));
  }

  datagram(from: number, to: number, bytes: number): DatagramVerdict | null {
    return this.#count(this.onDatagram(from, to, bytes));
  }

  resolve(host: number, name: string): ResolveFault | null {
    return this.#count(this.onResolve(host, name));
  }

  http(host: number, url: string): HttpFault | null {
    return this.#count(this.onHttp(host, url));
  }

  store(): null {
    return null;
  }

  timer(): number {
    return 0;
  }

  #count<T>(verdict: T | null): T | null {
    if (verdict !== null) this.injected++;
    return verdict;
  }
}

/** A user of a byte stream. Every call-back is judged: none after the loss, none from inside a call of its own. */
export class Witness implements Protocol {
  readonly heard: string[] = [];
  readonly bytes: number[] = [];
  transport: Transport | null = null;
  lost: LostReason | null = null;
  lostAt = -1;
  madeAt = -1;
  /** The lengths of what was handed over. */
  readonly chunks: number[] = [];
  onMade: (transport: Transport) => void = () => undefined;
  onData: (transport: Transport, data: Uint8Array) => void = () => undefined;
  readonly #now: () => number;
  #inside = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  connectionMade(transport: Transport): void {
    this.#judge('made');
    assert.equal(this.transport, null, 'made twice');
    this.transport = transport;
    this.madeAt = this.#now();
    this.onMade(transport);
  }

  dataReceived(data: Uint8Array): void {
    this.#judge('data');
    assert(this.transport !== null && data.length > 0);
    this.chunks.push(data.length);
    for (const byte of data) this.bytes.push(byte);
    this.onData(this.transport, data);
    data.fill(0xdb); // borrowed: whoever kept it would see
  }

  connectionLost(reason: LostReason): void {
    this.#judge('lost');
    this.lost = reason;
    this.lostAt = this.#now();
  }

  pauseWriting(): void {
    this.#judge('pause');
  }

  resumeWriting(): void {
    this.#judge('resume');
  }

  /** Calls the transport; nothing may be heard meanwhile. */
  call(what: (transport: Transport) => void): void {
    assert(this.transport !== null, 'it has no transport');
    this.#inside = true;
    what(this.transport);
    this.#inside = false;
  }

  send(...bytes: readonly number[]): void {
    this.sendBytes(Uint8Array.from(bytes));
  }

  sendBytes(bytes: Uint8Array): void {
    this.call((transport) => {
      transport.write(bytes);
      transport.flush();
    });
  }

  #judge(what: string): void {
    assert(!this.#inside, `${what} from inside a call`);
    assert.equal(this.lost, null, `${what} after the loss`);
    if (what !== this.heard.at(-1) || what !== 'data') this.heard.push(what);
  }
}

export const PORT = 7000;

/** A world of hosts with reactors; latency 10 ms unless said otherwise. */
export class WorldRig {
  readonly faults: ScriptedFaults = new ScriptedFaults();
  readonly world: MemoryWorld;
  readonly hosts: Host[] = [];

  constructor(latency: (from: number, to: number) => number = () => 10) {
    this.world = new MemoryWorld({ faults: this.faults, latency });
  }

  get now(): number {
    return this.world.now;
  }

  /** A host that runs. */
  host(options: Partial<HostOptions> = {}): {
    readonly host: Host;
    readonly reactor: MemoryReactor;
  } {
    const host = this.world.addHost({ host: `10.0.0.${this.world.hosts.length + 1}`, ...options });
    return { host, reactor: host.boot() };
  }

  witness(): Witness {
    return new Witness(() => this.world.now);
  }

  /** Accepts at `PORT` of a host, each time with a user from `next`. */
  listen(reactor: MemoryReactor, next: (from: Address) => Witness | null): void {
    let ready = 0;
    reactor.listenTCP({ host: reactor.host.host, port: PORT }, next, (port) => {
      assert(port !== null);
      ready++;
    });
    this.world.advance(0);
    assert.equal(ready, 1);
  }

  /** Two hosts, and both users of one connection between them, made unless `made` is false. */
  pair(options: readonly [Partial<HostOptions>?, Partial<HostOptions>?] = [], made = true): Pair {
    const [a, b] = [this.host(options[0]), this.host(options[1])];
    const [near, far] = [this.witness(), this.witness()];
    this.listen(b.reactor, () => far);
    a.reactor.connectTCP({ host: b.host.host, port: PORT }, near);
    if (made) {
      this.world.advance(20);
      assert(near.transport !== null && far.transport !== null);
    }
    return { a, b, near, far };
  }

  /** Lets everything happen. */
  settle(): void {
    this.world.settle();
  }
}

export interface Pair {
  readonly a: { readonly host: Host; readonly reactor: MemoryReactor };
  readonly b: { readonly host: Host; readonly reactor: MemoryReactor };
  readonly near: Witness;
  readonly far: Witness;
}

/** Bytes that tell where they belong. */
export function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);
}

/** Whether `bytes` are the first ones of `numbered`. */
export function assertNumbered(bytes: readonly number[], length: number): void {
  assert.equal(bytes.length, length);
  const right = numbered(length);
  const wrong = bytes.findIndex((byte, i) => byte !== right[i]);
  assert.equal(wrong, -1, `byte ${wrong} is wrong`);
}
