/**
 * The tracker of a simulated swarm: the pure tracker of `protocol/tracker` behind HTTP and UDP in memory, and every way
 * in which a tracker can misbehave, one at a time.
 *
 * An honest answer is the very code that the tracker program runs. Counts what it was asked.
 */
import type { Address, DatagramPort, HttpReply, Millis, Random } from '../core/index.ts';
import { ConnectionIds, HttpFront, MemoryStore, parseIp } from '../protocol/index.ts';
import { TrackerCore, UdpFront } from '../protocol/index.ts';
import type { Host, MemoryWorld, WebRequest } from '../reactors/memory/index.ts';
import type { TrackerMode } from './faults/plan.ts';

const NAME = 'tracker.sim';
const ADDRESS = '10.255.0.1';
const HTTP_PORT = 80;
const UDP_PORT = 6969;

export class SimTracker {
  readonly #host: Host;
  readonly #world: MemoryWorld;
  readonly #http: HttpFront;
  readonly #udp: UdpFront;
  readonly #random: Random;
  #port: DatagramPort | null = null;
  #mode: TrackerMode | null = null;
  /** Requests and datagrams that came. */
  asked = 0;

  constructor(world: MemoryWorld, interval: Millis, random: Random) {
    this.#world = world;
    this.#random = random.fork('invented addresses');
    const store = new MemoryStore({ silenceMax: 2 * interval }, random.fork('swarms'));
    // Nobody here begins with a magnet link: who says that nothing is left is a seed.
    const options = { interval, jitter: 0, seedsAtStart: false };
    const core = new TrackerCore(store, options, random);
    this.#http = new HttpFront(core);
    // Good enough against nobody: a simulation has no strangers that guess.
    this.#udp = new UdpFront(core, new ConnectionIds(random.fork('connection ids').bytes(16)));
    this.#host = world.addHost({ host: ADDRESS });
    world.setName(NAME, [ADDRESS]);
    this.#host.servers.set(HTTP_PORT, (request, reply) => this.#answerHttp(request, reply));
    this.#host.boot().listenUDP(
      { host: ADDRESS, port: UDP_PORT },
      (from, data) => this.#answerUdp(from, data),
      (port) => {
        this.#port = port;
      },
    );
  }

  /** The tiers that a torrent names. */
  static tiers(transport: 'http' | 'udp' | 'both'): readonly (readonly string[])[] {
    const http = `http://${NAME}/announce`;
    const udp = `udp://${NAME}:${UDP_PORT}/announce`;
    if (transport === 'http') return [[http]];
    return transport === 'udp' ? [[udp]] : [[udp], [http]];
  }

  /** Null: honest. */
  misbehave(mode: TrackerMode | null): void {
    this.#mode = mode;
  }

  #answerHttp(request: WebRequest, reply: (answer: HttpReply | null) => void): void {
    this.asked++;
    const mode = this.#mode;
    if (mode?.type === 'stall') return;
    if (mode?.type === 'down') return reply(null);
    if (mode?.type === 'status') return reply({ status: mode.status, body: new Uint8Array(0) });
    if (mode?.type === 'redirect-loop') return reply({ status: 302, body: new Uint8Array(0) });
    if (mode?.type === 'garbage') return reply({ status: 200, body: this.#random.bytes(300) });
    if (mode?.type === 'oversize') {
      return reply({ status: 200, body: new Uint8Array(64 * 1024 * 1024) });
    }
    const { method, target, from } = request;
    const lie = mode === null ? null : this.#lie(mode, from);
    this.#http.answer(method, target, from, parseIp(from)!, this.#world.now, (answer) => {
      reply(lie === null ? answer : { status: 200, body: lie });
    });
  }

  /** A well-formed reply that no honest tracker gives. */
  #lie(mode: TrackerMode, asker: string): Uint8Array | null {
    if (mode.type === 'interval') return text(`d8:intervali${mode.seconds}e5:peers0:e`);
    if (mode.type === 'mirror') return this.#peers([asker, asker, asker]);
    if (mode.type !== 'many-peers') return null;
    const count = Math.min(mode.count, 100_000);
    const hosts: string[] = [];
    for (let i = 0; i < count; i++) {
      hosts.push(mode.victim ? '10.254.0.1' : `10.253.${(i >> 8) & 255}.${i & 255}`);
    }
    return this.#peers(hosts);
  }

  #peers(hosts: readonly string[]): Uint8Array {
    const list = new Uint8Array(hosts.length * 6);
    for (const [i, host] of hosts.entries()) {
      list.set(host.split('.').map(Number), 6 * i);
      list[6 * i + 4] = 0x1a;
      list[6 * i + 5] = 0xe1 + this.#random.below(8);
    }
    const head = text(`d8:intervali60e5:peers${list.length}:`);
    const reply = new Uint8Array(head.length + list.length + 1);
    reply.set(head);
    reply.set(list, head.length);
    reply[reply.length - 1] = 0x65;
    return reply;
  }

  #answerUdp(from: Address, data: Uint8Array): void {
    this.asked++;
    const mode = this.#mode;
    const silent = mode?.type === 'down' || mode?.type === 'stall';
    const port = this.#port;
    if (port === null || silent) return;
    if (mode?.type === 'garbage' || mode?.type === 'oversize') {
      port.send(from, this.#random.bytes(40));
      return;
    }
    this.#udp.answer(data, from.host, parseIp(from.host)!, this.#world.now, (answer) => {
      if (mode?.type === 'spoof') {
        const forged = Uint8Array.from(answer);
        forged[7]! ^= 0x55; // another transaction
        port.send(from, forged);
      }
      port.send(from, answer);
    });
  }
}

function text(words: string): Uint8Array {
  return Uint8Array.from(words, (letter) => letter.charCodeAt(0));
}
