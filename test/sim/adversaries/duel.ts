/**
 * A small world for one adversary: an honest session that it attacks, an honest friend, and streams between them.
 *
 * Streams keep their order and take time: latency, and bytes at a rate. A reader that pauses fills the stream until its
 * writer is told to pause. At bytes fidelity every message goes through the codec and the decoder of the receiver, and
 * the received bytes are overwritten afterwards. Stores are arrays and answer at once. The engine's invariants are
 * recounted after every step of an honest session, and what it verified is compared with the truth.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { defaultBehaviors } from '../../../src/behaviors/index.ts';
import { createRandom } from '../../../src/core/index.ts';
import type { ConnectionId, Decoder, LostReason, Machine } from '../../../src/core/index.ts';
import { PeerCodec, Session } from '../../../src/protocol/index.ts';
import type {
  PeerMessage,
  SessionConfig,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../../src/protocol/index.ts';
import { createAdversary, HostileCodec, isTamper } from '../../../src/sim/adversaries/index.ts';
import type { Adversary, AdversaryKind } from '../../../src/sim/adversaries/index.ts';
import { idOf, makeContent } from '../../support/session-world.ts';
import type { Content } from '../../support/session-world.ts';

/** Twenty pieces, the last one short; never written to. */
const content = makeContent(19 * 32_768 + 5_000, 32_768, 3);
/** Milliseconds. */
const LATENCY = 10;
/** Bytes on their way or in buffers before a writer must wait. */
const STREAM_MAX = 131_072;

type Holds = 'all' | 'none';
export type Fidelity = 'bytes' | 'messages';

export interface DuelOptions {
  readonly kind: AdversaryKind;
  readonly fidelity: Fidelity;
  /** What the honest session under attack holds at the start. */
  readonly victim: Holds;
  readonly adversary: Holds;
  /** Null: there is none. */
  readonly friend: Holds | null;
  /** Who dials whom first. */
  readonly dials: 'victim' | 'adversary';
  readonly config?: Partial<SessionConfig>;
  readonly seed?: number;
  /** Bytes per millisecond that the friend and the victim can send; and the adversary. */
  readonly rate?: number;
  readonly adversaryRate?: number;
  readonly digest?: boolean;
}

interface Item {
  readonly at: number;
  readonly bytes: number;
  readonly type: 'connected' | 'message' | 'disconnected';
  readonly message: PeerMessage | null;
  readonly reason: LostReason;
}

interface Stream {
  readonly from: Node;
  readonly to: Node;
  /** The receiver's and the sender's id. */
  readonly conn: ConnectionId;
  readonly sentAs: ConnectionId;
  readonly items: Item[];
  readonly decoder: Decoder<PeerMessage>;
  waiting: number;
  lastAt: number;
  readPaused: boolean;
  writePaused: boolean;
  over: boolean;
}

interface Node {
  readonly name: string;
  readonly host: string;
  readonly machine: Machine<SessionInput, SessionEffect>;
  /** Null for a script. */
  readonly session: Session | null;
  readonly honest: boolean;
  readonly disk: Uint8Array;
  readonly events: SessionEvent[];
  readonly rate: number;
  readonly outgoing: Map<ConnectionId, Stream>;
  readonly incoming: Map<ConnectionId, Stream>;
  nextAccepted: number;
}

export class Duel {
  readonly content: Content = content;
  readonly adversary: Adversary;
  readonly victim: Node;
  readonly friend: Node | null;
  /** Most connections that the victim had at once. */
  connectionsMost = 0;
  /** Most requests that waited at the victim for one peer. */
  requestsMost = 0;
  now = 0;
  readonly #fidelity: Fidelity;
  readonly #codec = new HostileCodec(new PeerCodec());
  readonly #nodes: Node[] = [];
  readonly #streams: Stream[] = [];
  readonly #inbox: { readonly node: Node; readonly input: SessionInput }[] = [];
  /** Of every effect of every machine, for comparing two runs; null: not asked for. */
  readonly #digest: Hash | null;

  constructor(options: DuelOptions) {
    const { kind, seed = 1, rate = 100, adversaryRate = 1000 } = options;
    this.#fidelity = options.fidelity;
    this.#digest = options.digest === true ? createHash('sha1') : null;
    const session = (name: string): Session =>
      new Session({ ...this.#options(name, seed), config: options.config ?? {} });
    this.victim = this.#add('victim', session('victim'), true, rate);
    this.friend =
      options.friend === null ? null : this.#add('friend', session('friend'), true, rate);
    this.adversary = createAdversary(kind, {
      session: this.#options('adversary', seed),
      metainfo: this.content.metainfo,
      random: createRandom(seed).fork('evil'),
      poison: flipABit,
      raw: options.fidelity === 'bytes',
    });
    const evil = this.#add('adversary', this.adversary, false, adversaryRate);
    this.#load(this.victim, options.victim);
    if (this.friend !== null) this.#load(this.friend, options.friend ?? 'none');
    if (isTamper(kind)) this.#load(evil, options.adversary);
    const [from, to] = options.dials === 'victim' ? [this.victim, evil] : [evil, this.victim];
    if (this.friend !== null) this.#introduce(this.victim, this.friend);
    this.#introduce(from, to);
  }

  get digest(): string {
    assert(this.#digest !== null, 'no digest was asked for');
    return this.#digest.copy().digest('hex');
  }

  /** Why the victim's connections to the adversary ended, in order. */
  get endings(): string[] {
    return this.victim.events.flatMap((event) =>
      (event.type === 'peer-disconnected' || event.type === 'connection-failed') &&
      event.address.host === '10.0.0.3'
        ? [event.reason]
        : [],
    );
  }

  get bans(): string[] {
    return this.victim.events.flatMap((event) =>
      event.type === 'peer-banned' ? [event.address.host] : [],
    );
  }

  get complete(): boolean {
    return this.victim.session?.torrent(1)?.view.complete === true;
  }

  get friendComplete(): boolean {
    return this.friend?.session?.torrent(1)?.view.complete === true;
  }

  /** Connections that the victim has with the adversary now. */
  get open(): number {
    const { peers } = this.victim.session!.torrent(1)!;
    return [...peers].filter(({ address }) => address.host === '10.0.0.3').length;
  }

  command(node: Node, input: Extract<SessionInput, { type: 'command' }>['command']): void {
    this.#feed(node, { type: 'command', command: input });
    this.#drain();
  }

  shutDownAdversary(): void {
    this.command(this.#nodes.at(-1)!, { type: 'shutdown' });
  }

  /** It has notified that everything is closed. */
  get adversaryClosed(): boolean {
    return this.#nodes.at(-1)!.events.some(({ type }) => type === 'closed');
  }

  /** Lets time pass. */
  run(milliseconds: number): this {
    const end = this.now + milliseconds;
    for (let i = 0; ; i++) {
      assert(i < 2_000_000, 'the duel never comes to rest');
      this.#drain();
      const stream = this.#nextStream();
      const node = this.#nextNode();
      const at = Math.min(stream?.items[0]!.at ?? Infinity, node.machine.deadline);
      if (at > end) break;
      this.now = Math.max(this.now, at);
      if (stream !== null && stream.items[0]!.at <= node.machine.deadline) this.#deliver(stream);
      else this.#feed(node, { type: 'timeout' });
    }
    this.now = end;
    return this;
  }

  /** Everything that the victim verified is true. */
  assertTruth(): void {
    const view = this.victim.session!.torrent(1)!.view;
    const { pieceCount, pieceLength } = this.content.metainfo;
    for (let piece = 0; piece < pieceCount; piece++) {
      if (!view.has(piece)) continue;
      const [from, to] = [piece * pieceLength, (piece + 1) * pieceLength];
      assert.deepEqual(
        this.victim.disk.subarray(from, to),
        this.content.bytes.subarray(from, to),
        `I-01: piece ${piece} is not what it should be`,
      );
    }
  }

  #options(name: string, seed: number): ConstructorParameters<typeof Session>[0] {
    return {
      config: {},
      behaviors: defaultBehaviors,
      random: createRandom(seed).fork(name),
      peerId: idOf(name),
      clientName: name,
    };
  }

  #add(
    name: string,
    machine: Machine<SessionInput, SessionEffect> & { readonly session?: Session | null },
    honest: boolean,
    rate: number,
  ): Node {
    const node: Node = {
      name,
      host: `10.0.0.${this.#hosts[name]!}`,
      machine,
      session: machine instanceof Session ? machine : (machine.session ?? null),
      honest,
      disk: new Uint8Array(this.content.bytes.length),
      events: [],
      rate,
      outgoing: new Map(),
      incoming: new Map(),
      nextAccepted: 1,
    };
    this.#nodes.push(node);
    return node;
  }

  readonly #hosts: Readonly<Record<string, number>> = { victim: 1, friend: 2, adversary: 3 };

  #load(node: Node, existing: Holds): void {
    if (existing === 'all') node.disk.set(this.content.bytes);
    this.command(node, {
      type: 'add-torrent',
      torrent: 1,
      metainfo: this.content.metainfo,
      tiers: [],
      downloading: true,
      seeding: true,
      existing,
      behaviors: {},
    });
    this.command(node, { type: 'start-torrent', torrent: 1 });
  }

  #introduce(from: Node, to: Node): void {
    const addresses = [{ host: to.host, port: 6881 }];
    this.command(from, { type: 'add-peers', torrent: 1, addresses });
  }

  #feed(node: Node, input: SessionInput): void {
    this.#inbox.push({ node, input });
  }

  #drain(): void {
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
      this.#step(next.node, next.input);
    }
  }

  #step(node: Node, input: SessionInput): void {
    const effects: SessionEffect[] = [];
    node.machine.step(input, this.now, effects);
    for (const effect of effects) this.#perform(node, effect);
    if (!node.honest) return;
    node.session!.assertInvariants();
    if (node === this.victim) {
      const { connectionCount } = this.victim.session!;
      for (const { uploads, reading } of this.victim.session!.torrent(1)?.peers ?? []) {
        this.requestsMost = Math.max(this.requestsMost, uploads.length + reading.length);
      }
      this.connectionsMost = Math.max(this.connectionsMost, connectionCount);
    }
  }

  #nextStream(): Stream | null {
    let next: Stream | null = null;
    for (let i = this.#streams.length - 1; i >= 0; i--) {
      const stream = this.#streams[i]!;
      if (stream.over) {
        this.#streams.splice(i, 1);
        continue;
      }
      if (stream.items.length === 0 || stream.readPaused) continue;
      if (next === null || stream.items[0]!.at <= next.items[0]!.at) next = stream;
    }
    return next;
  }

  #nextNode(): Node {
    return this.#nodes.reduce((a, b) => (b.machine.deadline < a.machine.deadline ? b : a));
  }

  #deliver(stream: Stream): void {
    const { to, from, conn } = stream;
    const item = stream.items.shift()!;
    stream.waiting -= item.bytes;
    if (stream.writePaused && stream.waiting < STREAM_MAX / 2) {
      stream.writePaused = false;
      if (from.outgoing.has(stream.sentAs)) {
        this.#feed(from, { type: 'resume-writing', conn: stream.sentAs });
      }
    }
    if (item.type === 'connected') {
      const address = { host: from.host, port: conn % 2 === 0 ? 6881 : 50_000 + stream.sentAs };
      this.#feed(to, { type: 'connected', conn, address });
    } else if (item.type === 'disconnected') {
      this.#end(stream);
      this.#feed(to, { type: 'disconnected', conn, reason: item.reason, detail: null });
    } else if (this.#fidelity === 'messages') {
      this.#feed(to, { type: 'message', conn, message: item.message! });
    } else this.#decode(stream, item.message!);
  }

  /** Bytes are borrowed: each message is stepped before they are overwritten. */
  #decode(stream: Stream, message: PeerMessage): void {
    const chunks: Uint8Array[] = [];
    this.#codec.encode(message, { push: (chunk) => chunks.push(new Uint8Array(chunk)) });
    for (const chunk of chunks) {
      const fault = stream.decoder.push(chunk, {
        push: (decoded) => {
          if (stream.over) return;
          this.#step(stream.to, { type: 'message', conn: stream.conn, message: decoded });
        },
      });
      chunk.fill(0xdb);
      if (fault === null || stream.over) continue;
      this.#hangUp(stream.to, stream.conn, 'reset', true);
      const { conn, to } = stream;
      this.#feed(to, { type: 'disconnected', conn, reason: 'bad-frame', detail: fault });
    }
  }

  #end(stream: Stream): void {
    stream.over = true;
    stream.to.incoming.delete(stream.conn);
    const back = stream.to.outgoing.get(stream.conn);
    stream.to.outgoing.delete(stream.conn);
    if (back !== undefined) back.over = true;
  }

  #perform(node: Node, effect: SessionEffect): void {
    this.#digest?.update(`${node.name} ${this.now} ${brief(effect)}\n`);
    switch (effect.type) {
      case 'connect':
        return this.#connect(node, effect.conn, effect.address.host);
      case 'send':
        return this.#send(node, effect.conn, effect.message);
      case 'close':
      case 'abort':
        assert(node.outgoing.has(effect.conn), `${node.name} closed what is not open`);
        return this.#hangUp(node, effect.conn, 'closed', effect.type === 'abort');
      case 'pause-reading':
      case 'resume-reading': {
        const stream = node.incoming.get(effect.conn);
        if (stream !== undefined) stream.readPaused = effect.type === 'pause-reading';
        return;
      }
      case 'notify':
        node.events.push(effect.event);
        return;
      case 'store-write':
        node.disk.set(effect.data, effect.offset);
        return this.#feed(node, { type: 'store-done', job: effect.job, fault: null });
      case 'store-read': {
        const data = node.disk.slice(effect.offset, effect.offset + effect.length);
        return this.#feed(node, { type: 'read-done', job: effect.job, data, fault: null });
      }
      case 'store-hash': {
        const range = node.disk.subarray(effect.offset, effect.offset + effect.length);
        const digest = new Uint8Array(createHash('sha1').update(range).digest());
        return this.#feed(node, { type: 'hash-done', job: effect.job, digest, fault: null });
      }
      case 'store-open':
      case 'store-select':
      case 'store-sync':
      case 'store-close':
        return this.#feed(node, { type: 'store-done', job: effect.job, fault: null });
      default:
        assert.fail(`nobody asked for ${effect.type}`);
    }
  }

  #connect(from: Node, conn: ConnectionId, host: string): void {
    assert(conn % 2 === 0 && !from.outgoing.has(conn), 'dialled connections have new, even ids');
    const to = this.#nodes.find((node) => node.host === host);
    assert(to !== undefined, `nobody lives at ${host}`);
    const accepted = to.nextAccepted;
    to.nextAccepted += 2;
    const there = this.#newStream(from, to, accepted, conn);
    const back = this.#newStream(to, from, conn, accepted);
    from.outgoing.set(conn, there);
    to.incoming.set(accepted, there);
    to.outgoing.set(accepted, back);
    from.incoming.set(conn, back);
    for (const stream of [there, back]) this.#put(stream, 'connected', null, 0);
  }

  #newStream(from: Node, to: Node, conn: ConnectionId, sentAs: ConnectionId): Stream {
    const stream: Stream = {
      from,
      to,
      conn,
      sentAs,
      items: [],
      decoder: this.#codec.decoder(),
      waiting: 0,
      lastAt: 0,
      readPaused: false,
      writePaused: false,
      over: false,
    };
    this.#streams.push(stream);
    return stream;
  }

  #send(node: Node, conn: ConnectionId, message: PeerMessage): void {
    const stream = node.outgoing.get(conn);
    assert(stream !== undefined, `${node.name} sent ${message.type} on what is not open`);
    const bytes = this.#codec.sizeOf(message);
    this.#put(stream, 'message', message, bytes);
    if (!stream.writePaused && stream.waiting >= STREAM_MAX) {
      stream.writePaused = true;
      this.#feed(node, { type: 'pause-writing', conn });
    }
  }

  #hangUp(node: Node, conn: ConnectionId, reason: LostReason, drops: boolean): void {
    const stream = node.outgoing.get(conn);
    if (stream === undefined) return;
    if (drops) {
      stream.items.length = 0;
      stream.readPaused = false;
    }
    this.#put(stream, 'disconnected', null, 0, drops ? 'reset' : reason);
    node.outgoing.delete(conn);
    const incoming = node.incoming.get(conn);
    if (incoming !== undefined) incoming.over = true;
    node.incoming.delete(conn);
  }

  #put(
    stream: Stream,
    type: Item['type'],
    message: PeerMessage | null,
    bytes: number,
    reason: LostReason = 'closed',
  ): void {
    const at = Math.max(this.now + LATENCY, stream.lastAt + Math.ceil(bytes / stream.from.rate));
    stream.lastAt = at;
    stream.waiting += bytes;
    stream.items.push({ at, bytes, type, message, reason });
  }
}

/** The same length, and one bit that is wrong; the block itself stays as it is. */
export function flipABit(block: Uint8Array): Uint8Array {
  const copy = new Uint8Array(block);
  if (copy.length > 0) copy[copy.length >> 1]! ^= 1;
  return copy;
}

function brief(effect: SessionEffect): string {
  return JSON.stringify(effect, (_key, value: unknown) =>
    value instanceof Uint8Array ? `${value.length} bytes` : value,
  );
}
