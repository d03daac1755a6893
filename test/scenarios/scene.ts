/**
 * The stage of the scenarios: engines with real drivers, codecs and disks of bytes on the memory reactor, strangers
 * that the test plays, and trackers, all in one virtual time.
 *
 * An engine keeps everything that it told and sent with the moment of it, and recounts its own books every few steps.
 * A bug of ours ends the scene: `run` throws it.
 */
import assert from 'node:assert/strict';
import { createRandom, Driver, WireNetwork } from '../../src/core/index.ts';
import type { Address, ConnectionId, Machine, Millis, Sink } from '../../src/core/index.ts';
import { defaultBehaviors } from '../../src/behaviors/index.ts';
import { parseInfo, PeerCodec, Session } from '../../src/protocol/index.ts';
import type {
  Behaviors,
  Command,
  PeerMessage,
  SessionConfig,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../src/protocol/index.ts';
import { MemoryDisk, MemoryWorld } from '../../src/reactors/memory/index.ts';
import type {
  Disk,
  DiskLatency,
  DiskOptions,
  Faults,
  Host,
  MemoryReactor,
  MessageNetwork,
  OperationKind,
} from '../../src/reactors/memory/index.ts';
import { rxReactorOver } from '../../src/reactors/rx/index.ts';
import { digest } from '../../src/sim/content.ts';
import type { Content } from './content.ts';
import { Stranger } from './stranger.ts';
import { Web } from './web.ts';

/** Steps between two recounts of an engine's books. */
const RECOUNT_EVERY = 16;
export const PORT = 6881;

export interface EngineOptions {
  readonly content: Content;
  readonly host?: string;
  /** What is on its disk at first. Default: `none`. */
  readonly holds?: 'all' | 'none';
  /** What it is told of its disk. Default: the truth, without a check. */
  readonly existing?: 'check' | 'none' | 'all';
  readonly config?: Partial<SessionConfig>;
  readonly behaviors?: Partial<Behaviors>;
  readonly tiers?: readonly (readonly string[])[];
  readonly downloading?: boolean;
  readonly seeding?: boolean;
  /** It knows the info-hash alone: it fetches the metadata, and adds the torrent when that is here. */
  readonly magnet?: boolean;
  /** Values that metadata may have. */
  readonly tokensMax?: number;
  /** Default: true. False: it is only added. */
  readonly started?: boolean;
  /** The port told to trackers. Default: the one that it accepts at. */
  readonly announcedPort?: number;
  /** Bytes per second; no limit by default. */
  readonly up?: number;
  readonly down?: number;
  readonly reachable?: boolean;
  /** Space of its disk in bytes. */
  readonly space?: number;
  readonly latency?: Partial<DiskLatency>;
  readonly disk?: (options: DiskOptions) => Disk;
  /** Messages as objects, for disks without bytes. */
  readonly messages?: boolean;
  /** Carried by RxJS over the memory reactor. */
  readonly rx?: boolean;
  /** 20 characters. */
  readonly peerId?: string;
}

export interface SceneOptions {
  /** One way. Default: 10. */
  readonly latency?: Millis;
  readonly faults?: Partial<Faults>;
}

type Of<T extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: T }>;

interface Told<E extends SessionEvent = SessionEvent> {
  readonly at: Millis;
  readonly event: E;
}

interface Sent {
  readonly at: Millis;
  readonly conn: ConnectionId;
  readonly message: PeerMessage;
}

export class Scene {
  readonly world: MemoryWorld;
  readonly engines: Engine[] = [];
  /** Operations of every host, by its number and their kind. */
  readonly operations: Map<string, number> = new Map<string, number>();
  readonly faults: Faults;
  readonly #given: Partial<Faults>;
  #strangers = 0;
  #error: unknown = null;

  constructor(options: SceneOptions = {}) {
    this.#given = options.faults ?? {};
    this.faults = this.#counted();
    const { latency = 10 } = options;
    this.world = new MemoryWorld({ faults: this.faults, latency: () => latency });
  }

  get now(): Millis {
    return this.world.now;
  }

  engine(options: EngineOptions): Engine {
    const engine = new Engine(this, this.engines.length, options);
    this.engines.push(engine);
    engine.boot();
    return engine;
  }

  stranger(content: Content, host?: string, reachable = true): Stranger {
    const number = this.#strangers++;
    const literal = host ?? `10.1.${number >> 8}.${(number & 255) + 1}`;
    return new Stranger(this.world.addHost({ host: literal, reachable }), content);
  }

  web(host: string, port?: number): Web {
    return new Web(this.world, host, port);
  }

  /** Lets time pass. Throws the bug of ours that ended an engine. */
  run(time: Millis): void {
    this.world.advance(time);
    if (this.#error !== null) throw this.#error as Error;
  }

  /** Lets time pass until `done`, asked every tenth of a second, or for `most`. Returns whether it came to be. */
  until(done: () => boolean, most: Millis): boolean {
    const end = this.now + most;
    while (!done() && this.now < end) this.run(Math.min(100, end - this.now));
    return done();
  }

  /** Lets time pass until all of these have everything. */
  finish(engines: readonly Engine[], most: Millis): void {
    const done = this.until(() => engines.every((engine) => engine.complete), most);
    const states = engines
      .map((engine) => `${engine.state}, ${engine.torrent.left} left`)
      .join('; ');
    assert(done, `not all complete after ${most} ms: ${states}`);
    for (const engine of engines) engine.recount();
  }

  /** Store operations of a kind on this engine's disk. */
  count(engine: Engine, kind: OperationKind): number {
    return this.operations.get(`${engine.peer.index} ${kind}`) ?? 0;
  }

  broken(error: unknown): void {
    this.#error ??= error;
    this.world.clock.stop();
  }

  /** Counts every question, and passes it on. */
  #counted(): Faults {
    const given = this.#given;
    const count = (host: number, kind: OperationKind): void => {
      const key = `${host} ${kind}`;
      this.operations.set(key, (this.operations.get(key) ?? 0) + 1);
    };
    return {
      store: (host, operation) => {
        count(host, operation.kind);
        return given.store?.(host, operation) ?? null;
      },
      connect: (host, to) => {
        count(host, 'connect');
        return given.connect?.(host, to) ?? null;
      },
      segment: (from, to, bytes) => given.segment?.(from, to, bytes) ?? null,
      datagram: (from, to, bytes) => given.datagram?.(from, to, bytes) ?? null,
      resolve: (host, name) => {
        count(host, 'resolve');
        return given.resolve?.(host, name) ?? null;
      },
      http: (host, url) => {
        count(host, 'http');
        return given.http?.(host, url) ?? null;
      },
      timer: (host) => given.timer?.(host) ?? 0,
    };
  }
}

/** One of ours: a session with everything around it, over several lives on one disk. */
export class Engine {
  readonly index: number;
  readonly options: EngineOptions;
  readonly content: Content;
  readonly peer: Host;
  readonly disk: Disk;
  readonly address: Address;
  readonly told: Told[] = [];
  readonly sent: Sent[] = [];
  session!: Session;
  readonly #scene: Scene;
  #driver: Driver<PeerMessage, Command, SessionEvent> | null = null;
  #network: WireNetwork<PeerMessage> | MessageNetwork<PeerMessage> | null = null;
  #lives = 0;
  #torrents = 0;

  constructor(scene: Scene, index: number, options: EngineOptions) {
    this.#scene = scene;
    this.index = index;
    this.options = options;
    this.content = options.content;
    let made: Disk | null = null;
    this.peer = scene.world.addHost({
      host: options.host ?? `10.0.${index >> 8}.${(index & 255) + 1}`,
      up: options.up ?? Infinity,
      down: options.down ?? Infinity,
      reachable: options.reachable ?? true,
      disk: (time, host) => {
        const { latency = {}, space = Infinity } = options;
        const common = { time, host, faults: scene.faults, latency, bytesMax: space };
        made = options.disk?.(common) ?? memoryDisk(options.content, common);
        return made;
      },
    });
    this.disk = made!;
    this.address = { host: this.peer.host, port: PORT };
    const { metainfo } = options.content;
    if (options.holds === 'all') this.disk.view(metainfo.files, metainfo.pieceLength).fill();
  }

  // --- life

  boot(): void {
    const first = this.#lives === 0;
    const reactor = this.peer.boot();
    this.#lives++;
    const { options } = this;
    this.session = new Session({
      config: options.config ?? {},
      behaviors: { ...defaultBehaviors, ...options.behaviors },
      random: createRandom(1000 * this.index + this.#lives),
      peerId: latin(options.peerId ?? `-SW0100-engine${String(this.index).padStart(6, '0')}`),
      clientName: 'Swarmwright scenario',
    });
    this.#carry(reactor);
    this.command({ type: 'listening', port: options.announcedPort ?? PORT });
    this.#torrents = 0;
    if (options.magnet === true) {
      this.fetch();
      return;
    }
    this.add(first ? (options.existing ?? (options.holds === 'all' ? 'all' : 'none')) : 'check');
    if (options.started ?? true) this.start();
  }

  /** The process ends without a word; the disk stays. */
  crash(): void {
    this.#driver?.stop();
    this.#network?.stop();
    this.#driver = null;
    this.peer.kill();
  }

  /** Fetches its metadata (again, after it was removed). */
  fetch(): void {
    this.#torrents++;
    const { infoHash } = this.content.metainfo;
    const tiers = this.options.tiers ?? [];
    this.command({ type: 'fetch-metadata', torrent: this.#torrents, infoHash, tiers });
  }

  /** The metadata is here. What it does then is the scenario's to say; by default it adds the torrent and starts. */
  fetched: (info: Uint8Array) => void = (info) => this.begin(info);

  /** Makes a torrent of metadata, or removes it and says why. */
  begin(info: Uint8Array): string | null {
    const { tokensMax } = this.options;
    const limits = tokensMax === undefined ? {} : { bencodeTokensMax: tokensMax };
    const { metainfo, fault } = parseInfo(info, [], { limits });
    if (fault !== null) {
      this.command({ type: 'remove-torrent', torrent: this.#torrents });
      return fault.detail;
    }
    assert.deepEqual(metainfo, this.content.metainfo, 'the same as from the torrent file');
    this.#torrents--;
    this.add('none');
    if (this.options.started ?? true) this.start();
    return null;
  }

  /** Adds the torrent (again, after it was removed). */
  add(existing: 'check' | 'none' | 'all'): void {
    this.#torrents++;
    this.command({
      type: 'add-torrent',
      torrent: this.#torrents,
      metainfo: this.content.metainfo,
      tiers: this.options.tiers ?? [],
      downloading: this.options.downloading ?? true,
      seeding: this.options.seeding ?? true,
      existing,
      behaviors: {},
    });
  }

  command(command: Command): void {
    this.#driver?.push({ type: 'command', command });
  }

  start(): void {
    this.command({ type: 'start-torrent', torrent: this.#torrents });
  }

  stop(): void {
    this.command({ type: 'stop-torrent', torrent: this.#torrents });
  }

  recheck(): void {
    this.command({ type: 'recheck-torrent', torrent: this.#torrents });
  }

  meet(...others: readonly { readonly address: Address }[]): void {
    const addresses = others.map(({ address }) => address);
    this.command({ type: 'add-peers', torrent: this.#torrents, addresses });
  }

  // --- facts

  get id(): number {
    return this.#torrents;
  }

  get torrent(): NonNullable<ReturnType<Session['torrent']>> {
    const torrent = this.session.torrent(this.#torrents);
    assert(torrent !== undefined, 'the torrent was removed');
    return torrent;
  }

  get state(): string {
    return this.session.torrent(this.#torrents)?.state ?? 'removed';
  }

  get verified(): number {
    return this.torrent.view.verifiedCount;
  }

  get complete(): boolean {
    return this.state === 'active' && this.torrent.view.complete;
  }

  /** Whether every byte on the disk is right. */
  get holdsTruth(): boolean {
    const { metainfo } = this.content;
    const view = this.disk.view(metainfo.files, metainfo.pieceLength);
    return view.isTrue(0, metainfo.length);
  }

  /** The bytes of a file on its disk; null: there is none. */
  fileAt(path: string): Uint8Array | null {
    return this.disk instanceof MemoryDisk ? this.disk.contentOf(path) : null;
  }

  of<T extends SessionEvent['type']>(type: T): readonly Told<Of<T>>[] {
    const found: Told<Of<T>>[] = [];
    for (const { at, event } of this.told) {
      if (event.type === type) found.push({ at, event: event as Of<T> });
    }
    return found;
  }

  /** The states that it went through, in order. */
  get states(): readonly string[] {
    return this.of('state-changed').map(({ event }) => event.state);
  }

  /** Why its peers went, in order. */
  get partings(): readonly string[] {
    return this.of('peer-disconnected').map(({ event }) => event.reason);
  }

  recount(): void {
    this.session.assertInvariants();
  }

  #carry(memory: MemoryReactor): void {
    const reactor = this.options.rx === true ? rxReactorOver(memory) : memory;
    const codec = new PeerCodec({ canary: true });
    const network =
      this.options.messages === true
        ? memory.messages((message: PeerMessage) => codec.sizeOf(message))
        : new WireNetwork(reactor, codec, { canary: true });
    this.#network = network;
    const events = {
      push: (event: SessionEvent) => {
        this.told.push({ at: this.peer.time.now(), event });
        if (event.type === 'metadata') this.fetched(event.info);
      },
    };
    this.#driver = new Driver(
      new Watched(this.session, this.sent),
      {
        network,
        time: reactor,
        udp: reactor,
        udpAddress: { host: this.peer.host, port: 0 },
        store: reactor,
        http: reactor,
        resolver: reactor,
        canary: true,
      },
      events,
      { onBug: (error) => this.#scene.broken(error) },
    );
    network.listen(this.address, () => undefined);
  }
}

/** Writes down what a session sends. */
class Watched implements Machine<SessionInput, SessionEffect> {
  readonly #session: Session;
  readonly #sent: Sent[];
  #steps = 0;

  constructor(session: Session, sent: Sent[]) {
    this.#session = session;
    this.#sent = sent;
  }

  get deadline(): Millis {
    return this.#session.deadline;
  }

  step(input: SessionInput, now: Millis, out: Sink<SessionEffect>): void {
    const watch = (effect: SessionEffect): void => {
      if (effect.type === 'send') {
        this.#sent.push({ at: now, conn: effect.conn, message: effect.message });
      }
      out.push(effect);
    };
    this.#session.step(input, now, { push: watch });
    if (++this.#steps % RECOUNT_EVERY === 0) this.#session.assertInvariants();
  }
}

function memoryDisk(content: Content, options: DiskOptions): MemoryDisk {
  const { bytes } = content;
  const truthBytes = (offset: number, length: number): Uint8Array =>
    bytes.subarray(offset, offset + length);
  return new MemoryDisk({ ...options, digest, truthBytes });
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
