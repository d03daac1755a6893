/**
 * A few real sessions with disks, slow links and a tracker between them, in virtual time, under a judge.
 *
 * The smallest world in which everything that the laws speak of happens. Whatever a judge is shown may be altered on
 * its way to it (`Tamper`), while the world itself goes on untouched: that is how a judge is put to the test.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRandom } from '../../../src/core/index.ts';
import type { Address, ConnectionId, Millis, StoreFault } from '../../../src/core/index.ts';
import { defaultBehaviors } from '../../../src/behaviors/index.ts';
import { Session } from '../../../src/protocol/index.ts';
import type {
  Behaviors,
  Command,
  Existing,
  PeerMessage,
  SessionConfig,
  SessionEffect,
  SessionInput,
} from '../../../src/protocol/index.ts';
import type { DiskTruth, Judge, JudgedPeer, JudgedRun } from '../../../src/sim/judge.ts';
import { idOf } from '../../support/session-world.ts';
import type { Content } from '../../support/session-world.ts';

/** What a judge is shown, one at a time. */
export type Shown =
  | {
      readonly what: 'input';
      readonly node: Node;
      readonly input: SessionInput;
      readonly now: number;
    }
  | {
      readonly what: 'effect';
      readonly node: Node;
      readonly effect: SessionEffect;
      readonly now: number;
    };

/** What the judge is shown instead. */
export type Tamper = (shown: Shown) => readonly Shown[];

export interface NodePlan {
  readonly name: string;
  readonly holds?: 'all' | 'none';
  /** Bytes per second. */
  readonly upload?: number;
  readonly config?: Partial<SessionConfig>;
  readonly behaviors?: Partial<Behaviors>;
  /** Speaks neither BEP 6 nor BEP 10. */
  readonly plain?: boolean;
  /** Every block that it sends is wrong, or every `lieEvery`th. */
  readonly lies?: boolean;
  readonly lieEvery?: number;
  readonly tiers?: readonly (readonly string[])[];
  readonly port?: number;
}

interface Far {
  readonly node: Node;
  readonly conn: ConnectionId;
}

type Job = Extract<SessionEffect, { readonly job: number }>;

const LATENCY = 10;
/** A link that is this much behind says `pause-writing`. */
const BEHIND = 400;

export class Node implements JudgedPeer {
  readonly index: number;
  readonly plan: NodePlan;
  readonly address: Address;
  torrent = 1;
  readonly bytes: Uint8Array;
  readonly disk: DiskTruth;
  session: Session;
  readonly far: Map<ConnectionId, Far> = new Map<ConnectionId, Far>();
  readonly paused: Set<ConnectionId> = new Set<ConnectionId>();
  alive = true;
  nextAccepted = 1;
  busyUntil = 0;
  armedFor: Millis = Infinity;
  /** The next store jobs of a type that fail. */
  readonly faults: { type: Job['type']; fault: StoreFault }[] = [];
  lives = 0;
  blocksSent = 0;
  /** Until then its blocks lie in its socket. */
  silentUntil = 0;

  readonly #time: () => Millis;

  constructor(index: number, plan: NodePlan, content: Content, time: () => Millis) {
    this.#time = time;
    this.index = index;
    this.plan = plan;
    this.address = { host: `10.0.0.${index + 1}`, port: 6881 };
    this.bytes = new Uint8Array(content.bytes.length);
    if (plan.holds === 'all') this.bytes.set(content.bytes);
    const { pieceLength } = content.metainfo;
    this.disk = {
      isTrue: (piece) => {
        const from = piece * pieceLength;
        const part = Buffer.from(this.bytes.buffer).subarray(from, from + pieceLength);
        return part.equals(content.bytes.subarray(from, from + pieceLength));
      },
    };
    this.session = this.newSession();
  }

  get now(): Millis {
    return this.#time();
  }

  newSession(): Session {
    this.lives++;
    return new Session({
      config: this.plan.config ?? {},
      behaviors: { ...defaultBehaviors, ...this.plan.behaviors },
      random: createRandom(this.index * 100 + this.lives),
      peerId: idOf(`${this.plan.name}${this.lives}`),
      clientName: this.plan.name,
    });
  }
}

/** What an HTTP tracker answers; null: it cannot be reached. */
export type HttpTracker = (url: string, node: Node) => Uint8Array | null;

export class SmallSwarm {
  readonly content: Content;
  readonly nodes: Node[] = [];
  now = 0;
  steps = 0;
  tracker: HttpTracker = () => null;
  /** The datagrams that come back, if any. */
  udpTracker: (data: Uint8Array, node: Node) => Uint8Array | null = () => null;
  finishBy: number | undefined = undefined;
  readonly #judge: Judge;
  readonly #tamper: Tamper;
  readonly #queue: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  #order = 0;

  constructor(content: Content, judge: Judge, tamper: Tamper = (shown) => [shown]) {
    this.content = content;
    this.#judge = judge;
    this.#tamper = tamper;
  }

  add(plan: NodePlan): Node {
    const node = new Node(this.nodes.length, plan, this.content, () => this.now);
    this.nodes.push(node);
    if (plan.lies !== true) this.#judge.born?.(node, this.now);
    this.#addTorrent(node, plan.holds ?? 'none');
    return node;
  }

  #addTorrent(node: Node, existing: Existing): void {
    const { metainfo } = this.content;
    const { tiers = [], port = 6881 } = node.plan;
    this.command(node, { type: 'listening', port });
    this.command(node, {
      type: 'add-torrent',
      torrent: node.torrent,
      metainfo,
      tiers,
      downloading: true,
      seeding: true,
      existing,
      behaviors: {},
    });
    this.command(node, { type: 'start-torrent', torrent: node.torrent });
  }

  /** The application has removed the torrent and adds it again, under a new number. */
  addAgain(node: Node, existing: Existing = 'check'): void {
    node.torrent++;
    this.#addTorrent(node, existing);
  }

  command(node: Node, command: Command): void {
    this.feed(node, { type: 'command', command });
  }

  /** `node` learns of the others. */
  introduce(node: Node, ...others: readonly Node[]): void {
    const addresses = others.map((other) => other.address);
    this.command(node, { type: 'add-peers', torrent: 1, addresses });
  }

  at(time: number, run: () => void): void {
    const order = this.#order++;
    let place = this.#queue.length;
    while (place > 0 && this.#queue[place - 1]!.at > time) place--;
    this.#queue.splice(place, 0, { at: time, order, run });
  }

  /** The host stops without a word; its connections are reset a little later. */
  crash(node: Node): void {
    if (node.plan.lies !== true) this.#judge.gone?.(node, true, this.now);
    node.alive = false;
    for (const conn of [...node.far.keys()]) this.cut(node, conn);
  }

  restart(node: Node): void {
    node.session = node.newSession();
    node.alive = true;
    node.nextAccepted = 1;
    this.#judge.born?.(node, this.now);
    this.#addTorrent(node, 'check');
  }

  /** A remote that plays by rules of its own says this on the connection of `node`. */
  say(node: Node, conn: ConnectionId, message: PeerMessage): void {
    this.feed(node, { type: 'message', conn, message });
  }

  /** Both ends lose the connection. */
  cut(node: Node, conn: ConnectionId): void {
    const far = node.far.get(conn);
    if (far === undefined) return;
    this.#lose(node, conn, 'reset');
    this.#lose(far.node, far.conn, 'reset');
  }

  get run(): JudgedRun {
    const { pieceCount, pieceLength, length } = this.content.metainfo;
    const peers = this.nodes.filter((node) => node.alive && node.plan.lies !== true);
    return {
      pieceCount,
      pieceLength,
      length,
      private: this.content.metainfo.private,
      peers,
      honestAddress: (host) =>
        this.nodes.some((node) => node.address.host === host && node.plan.lies !== true),
      ...(this.finishBy === undefined ? {} : { finishBy: this.finishBy }),
    };
  }

  /** Lets time pass up to `end` and looks around every second. */
  play(end: number): void {
    for (let second = Math.floor(this.now / 1000) + 1; second * 1000 <= end; second++) {
      this.#until(second * 1000);
      this.#judge.second?.(this.run, this.now);
    }
    this.#until(end);
  }

  end(): void {
    this.#judge.end?.(this.run, this.now);
  }

  #until(end: number): void {
    for (let next = this.#queue[0]; next !== undefined && next.at <= end; next = this.#queue[0]) {
      this.#queue.shift();
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = end;
  }

  feed(node: Node, input: SessionInput): void {
    if (!node.alive) return;
    this.steps++;
    assert(this.steps < 400_000, 'the swarm never comes to rest');
    const { now } = this;
    const judged = node.plan.lies !== true;
    if (judged) this.#show({ what: 'input', node, input, now });
    const effects: SessionEffect[] = [];
    try {
      node.session.step(input, now, effects);
    } catch (error) {
      this.#judge.threw?.(node, error, now);
      throw error;
    }
    if (judged) {
      for (const effect of effects) this.#show({ what: 'effect', node, effect, now });
      this.#judge.stepped?.(node, now);
    }
    for (const effect of effects) this.#perform(node, effect);
    this.#arm(node);
  }

  #show(original: Shown): void {
    for (const shown of this.#tamper(original)) {
      if (shown.what === 'input') this.#judge.input?.(shown.node, shown.input, shown.now);
      else this.#judge.effect?.(shown.node, shown.effect, shown.now);
    }
  }

  #arm(node: Node): void {
    const { session } = node;
    const { deadline } = session;
    if (deadline === Infinity || deadline >= node.armedFor) return;
    node.armedFor = deadline;
    this.at(Math.max(deadline, this.now), () => {
      if (node.session !== session) return;
      node.armedFor = Infinity;
      if (session.deadline <= this.now) this.feed(node, { type: 'timeout' });
      else this.#arm(node);
    });
  }

  #perform(node: Node, effect: SessionEffect): void {
    switch (effect.type) {
      case 'connect':
        return this.#connect(node, effect.conn, effect.address);
      case 'send':
        return this.#send(node, effect.conn, effect.message);
      case 'close':
      case 'abort': {
        const far = node.far.get(effect.conn);
        node.far.delete(effect.conn);
        if (far === undefined) return;
        const at = Math.max(this.now, node.busyUntil) + LATENCY;
        this.at(at, () => this.#lose(far.node, far.conn, 'closed'));
        return;
      }
      case 'datagram': {
        const reply = this.udpTracker(effect.data, node);
        if (reply === null) return;
        const { address } = effect;
        this.at(this.now + LATENCY, () =>
          this.feed(node, { type: 'datagram', address, data: reply }),
        );
        return;
      }
      case 'notify':
      case 'pause-reading':
      case 'resume-reading':
        return;
      default: {
        const { session } = node;
        this.at(this.now + 2, () => {
          if (node.session === session) this.feed(node, this.#answer(node, effect));
        });
      }
    }
  }

  #connect(node: Node, conn: ConnectionId, address: Address): void {
    const { session } = node;
    this.at(this.now + LATENCY, () => {
      if (node.session !== session) return;
      const other = this.nodes.find((each) => each.address.host === address.host);
      if (other?.alive !== true) {
        this.feed(node, { type: 'disconnected', conn, reason: 'refused', detail: null });
        return;
      }
      const accepted = other.nextAccepted;
      other.nextAccepted += 2;
      node.far.set(conn, { node: other, conn: accepted });
      other.far.set(accepted, { node, conn });
      const from = { host: node.address.host, port: 40_000 + conn };
      this.feed(other, { type: 'connected', conn: accepted, address: from });
      if (node.far.has(conn)) this.feed(node, { type: 'connected', conn, address });
    });
  }

  #lose(node: Node, conn: ConnectionId, reason: 'reset' | 'closed'): void {
    if (!node.far.delete(conn)) return;
    node.paused.delete(conn);
    this.feed(node, { type: 'disconnected', conn, reason, detail: null });
  }

  #send(node: Node, conn: ConnectionId, message: PeerMessage): void {
    const far = node.far.get(conn);
    if (far === undefined) return;
    const size = message.type === 'piece' ? message.block.length : 0;
    const start = Math.max(this.now, node.busyUntil);
    node.busyUntil = start + (size * 1000) / (node.plan.upload ?? 1_000_000);
    const said = onTheWay(message, node, far.node);
    const silent = message.type === 'piece' ? node.silentUntil : 0;
    this.at(Math.max(node.busyUntil + LATENCY, silent), () => {
      if (far.node.far.get(far.conn)?.node !== node) return;
      this.feed(far.node, { type: 'message', conn: far.conn, message: said });
    });
    if (node.busyUntil - this.now < BEHIND || node.paused.has(conn)) return;
    node.paused.add(conn);
    this.at(this.now, () => this.feed(node, { type: 'pause-writing', conn }));
    this.at(node.busyUntil - BEHIND / 2, () => {
      if (node.paused.delete(conn)) this.feed(node, { type: 'resume-writing', conn });
    });
  }

  #answer(node: Node, effect: Job): SessionInput {
    const { job } = effect;
    const which = node.faults.findIndex(({ type }) => type === effect.type);
    const fault = which < 0 ? null : node.faults.splice(which, 1)[0]!.fault;
    switch (effect.type) {
      case 'store-read': {
        const data = node.bytes.slice(effect.offset, effect.offset + effect.length);
        return { type: 'read-done', job, data: fault === null ? data : null, fault };
      }
      case 'store-hash': {
        const range = node.bytes.subarray(effect.offset, effect.offset + effect.length);
        const digest = new Uint8Array(createHash('sha1').update(range).digest());
        return { type: 'hash-done', job, digest: fault === null ? digest : null, fault };
      }
      case 'http': {
        const body = this.tracker(effect.request.url, node);
        const reply = body === null ? null : { status: 200, body };
        return { type: 'http-done', job, reply, fault: reply === null ? 'refused' : null };
      }
      case 'resolve':
        return { type: 'resolve-done', job, hosts: ['192.0.2.1'], fault: null };
      case 'store-write':
        if (fault === null) node.bytes.set(effect.data, effect.offset);
        return { type: 'store-done', job, fault };
      default:
        return { type: 'store-done', job, fault };
    }
  }
}

/** What a message is when it arrives. */
function onTheWay(message: PeerMessage, from: Node, to: Node): PeerMessage {
  if (message.type === 'handshake' && (from.plan.plain === true || to.plan.plain === true)) {
    return { ...message, reserved: new Uint8Array(8) };
  }
  if (message.type === 'piece' && from.plan.lies === true) {
    const { lieEvery = 1 } = from.plan;
    if (++from.blocksSent % lieEvery !== 0) return message;
    return { ...message, block: new Uint8Array(message.block.length).fill(0xee) };
  }
  return message;
}

/** The reply of an HTTP tracker that names these peers (BEP 23). */
export function trackerReply(interval: number, ...nodes: readonly Node[]): Uint8Array {
  const head = Buffer.from(`d8:intervali${interval}e5:peers${nodes.length * 6}:`);
  const peers = nodes.flatMap(({ address: { host, port } }) => [
    ...host.split('.').map(Number),
    port >> 8,
    port & 255,
  ]);
  return new Uint8Array(Buffer.concat([head, Buffer.from(peers), Buffer.from('e')]));
}
