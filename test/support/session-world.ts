/**
 * A world for one session without any I/O: virtual time, a store in memory, remotes that are played by the test, and
 * an observer that knows the rules.
 *
 * The observer sees only what a remote would see (messages, connections) and judges it independently of the engine's
 * own books: requests for what the remote lacks, uploads to a choked peer, words that are not edges. It counts what it
 * saw, so that a test can require that something happened at all.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRandom } from '../../src/core/index.ts';
import type { Address, ConnectionId, StoreFault } from '../../src/core/index.ts';
import { defaultBehaviors } from '../../src/behaviors/index.ts';
import { BLOCK_LENGTH, Session } from '../../src/protocol/index.ts';
import type {
  Behaviors,
  Command,
  Existing,
  Metainfo,
  MetainfoFile,
  PeerMessage,
  SessionConfig,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../src/protocol/index.ts';

const OUR_ID = new TextEncoder().encode('-SW0000-our own id..');

/** The truth about a torrent: its bytes, and the metainfo that describes them. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly metainfo: Metainfo;
}

/** Deterministic content of `length` bytes; `padding` are runs of zeros (BEP 47), ascending. */
export function makeContent(
  length: number,
  pieceLength: number,
  seed = 1,
  padding: readonly { readonly offset: number; readonly length: number }[] = [],
): Content {
  const random = createRandom(seed);
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = random.below(256);
  for (const run of padding) bytes.fill(0, run.offset, run.offset + run.length);
  const pieceCount = Math.ceil(length / pieceLength);
  const pieces = new Uint8Array(pieceCount * 20);
  for (let piece = 0; piece < pieceCount; piece++) {
    const part = bytes.subarray(piece * pieceLength, (piece + 1) * pieceLength);
    pieces.set(createHash('sha1').update(part).digest(), piece * 20);
  }
  const infoHash = new Uint8Array(createHash('sha1').update(pieces).digest());
  const metainfo: Metainfo = {
    infoHash,
    name: 'content',
    pieceLength,
    pieces,
    pieceCount,
    length,
    files: filesOf(length, padding),
    private: false,
    tiers: [],
    comment: null,
    createdBy: null,
    creationDate: null,
    info: new Uint8Array(0),
  };
  return { bytes, metainfo };
}

/** Files and padding in turn, without gaps. */
function filesOf(
  length: number,
  padding: readonly { readonly offset: number; readonly length: number }[],
): MetainfoFile[] {
  const files: MetainfoFile[] = [];
  let at = 0;
  const add = (end: number, isPadding: boolean): void => {
    if (end === at) return;
    const path = isPadding ? ['.pad', String(end - at)] : [`content ${at}`];
    files.push({ path, length: end - at, offset: at, padding: isPadding });
    at = end;
  };
  for (const run of padding) {
    add(run.offset, false);
    add(run.offset + run.length, true);
  }
  add(length, false);
  return files;
}

/** One remote, as the observer books it. */
export interface Remote {
  readonly conn: ConnectionId;
  readonly address: Address;
  readonly fast: boolean;
  /** We have sent our handshake; the remote has sent its. */
  greeted: boolean;
  shaken: boolean;
  /** The engine closed it. */
  closedBy: string | null;
  /** What the remote claims to have. */
  readonly has: Set<number>;
  /** What the remote allowed fast. */
  readonly allowed: Set<number>;
  /** The remote chokes us. */
  choking: boolean;
  /** We choke the remote, as our messages said. */
  choked: boolean;
  /** Pieces that the engine allowed it fast. */
  readonly offered: Set<number>;
  interested: boolean;
  /** Our requests that the remote has not answered. */
  readonly asked: Map<string, Extract<PeerMessage, { type: 'request' | 'cancel' | 'reject' }>>;
  /** The remote's requests that we have not answered. */
  readonly wants: Map<string, number>;
  readonly received: PeerMessage[];
}

export interface WorldOptions {
  readonly content: Content;
  readonly behaviors?: Behaviors;
  readonly config?: Partial<SessionConfig>;
  readonly seed?: number;
  readonly existing?: Existing;
  readonly downloading?: boolean;
  readonly seeding?: boolean;
  readonly tiers?: readonly (readonly string[])[];
}

type Job = Extract<SessionEffect, { readonly job: number }>;

export class SessionWorld {
  readonly session: Session;
  readonly content: Content;
  readonly disk: Uint8Array;
  readonly remotes: Map<ConnectionId, Remote> = new Map<ConnectionId, Remote>();
  readonly events: SessionEvent[] = [];
  readonly jobs: Job[] = [];
  readonly dials: { readonly conn: ConnectionId; readonly address: Address }[] = [];
  /** Every effect, for comparing two runs. Payload by reference. */
  readonly log: SessionEffect[] = [];
  readonly inputs: { readonly now: number; readonly input: SessionInput }[] = [];
  readonly counts = { requests: 0, uploads: 0, cancels: 0, rejects: 0, haves: 0 };
  now = 0;
  /** By piece, as the application asked for; absent: 1. */
  readonly priorities: Map<number, number> = new Map<number, number>();
  #nextAccepted = 1;

  constructor(options: WorldOptions) {
    this.content = options.content;
    this.disk = new Uint8Array(options.content.bytes.length);
    if (options.existing === 'all') this.disk.set(options.content.bytes);
    this.session = new Session({
      config: options.config ?? {},
      behaviors: options.behaviors ?? defaultBehaviors,
      random: createRandom(options.seed ?? 7),
      peerId: OUR_ID,
      clientName: 'Swarmwright test',
    });
    this.feed({
      type: 'command',
      command: {
        type: 'add-torrent',
        torrent: 1,
        metainfo: options.content.metainfo,
        tiers: options.tiers ?? [],
        downloading: options.downloading ?? true,
        seeding: options.seeding ?? true,
        existing: options.existing ?? 'none',
        behaviors: {},
      },
    });
  }

  /** What the application asks for. */
  command(command: Command): void {
    this.feed({ type: 'command', command });
  }

  /** Starts the torrent and answers the store until it is active. */
  start(): this {
    this.command({ type: 'start-torrent', torrent: 1 });
    this.settle();
    assert.equal(this.session.torrent(1)?.state, 'active');
    return this;
  }

  get torrent(): NonNullable<ReturnType<Session['torrent']>> {
    const torrent = this.session.torrent(1);
    assert(torrent !== undefined, 'the torrent was removed');
    return torrent;
  }

  /** One input, at the present moment; its effects are judged, and the engine's own invariants recounted. */
  feed(input: SessionInput): void {
    const effects: SessionEffect[] = [];
    this.inputs.push({ now: this.now, input });
    const prioritizes = input.type === 'command' && input.command.type === 'set-priorities';
    if (prioritizes) input.command.pieces.forEach((p, piece) => this.priorities.set(piece, p));
    this.session.step(input, this.now, effects);
    for (const effect of effects) this.#perform(effect);
    this.session.assertInvariants();
    if (prioritizes) this.#judgeSelection();
  }

  /** What was deselected is asked of nobody, and the totals are what a recount gives. */
  #judgeSelection(): void {
    const torrent = this.session.torrent(1);
    if (torrent === undefined) return;
    for (const { asked } of this.remotes.values()) {
      for (const { index } of asked.values()) {
        assert(this.priorities.get(index) !== 0, 'I-08: asks for what was deselected');
      }
    }
    const { pieceCount, pieceLength, length } = this.content.metainfo;
    let left = 0;
    let wantedLeft = 0;
    for (let piece = 0; piece < pieceCount; piece++) {
      if (torrent.view.has(piece)) continue;
      const size = Math.min(pieceLength, length - piece * pieceLength);
      left += size;
      if (this.priorities.get(piece) !== 0) wantedLeft += size;
    }
    assert.equal(torrent.left, left, 'left: all bytes that are not held');
    assert.equal(torrent.wantedLeft, wantedLeft, 'wantedLeft: of wanted pieces alone');
    assert.equal(torrent.view.complete, wantedLeft === 0, 'complete: nothing wanted is missing');
  }

  /** Lets time pass, waking the machine whenever it is due. */
  advance(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (let wakes = 0; this.session.deadline <= end; wakes++) {
      assert(wakes < 10_000, 'the machine spins');
      this.now = Math.max(this.now, this.session.deadline);
      this.feed({ type: 'timeout' });
    }
    this.now = end;
  }

  /** Whatever is due now. */
  tick(): void {
    this.advance(0);
  }

  // --- connections

  /** A stranger connects and shakes hands; 20-byte ids are made from `name`. */
  accept(name: string, fast = false, host?: string): Remote {
    const remote = this.connect(fast, host);
    this.shake(remote, name);
    return remote;
  }

  /** The engine's oldest open dial succeeds and the remote shakes hands. */
  answerDial(name: string, fast = false): Remote | null {
    const remote = this.openDial(fast);
    if (remote !== null) this.shake(remote, name);
    return remote;
  }

  /** A stranger connects and says nothing yet. */
  connect(fast = false, host?: string): Remote {
    const conn = this.#nextAccepted;
    this.#nextAccepted += 2;
    const address = { host: host ?? `10.0.0.${(conn % 250) + 1}`, port: 40_000 + conn };
    const remote = this.#newRemote(conn, address, fast);
    this.feed({ type: 'connected', conn, address });
    return remote;
  }

  /** The engine's oldest open dial succeeds; the remote says nothing yet. */
  openDial(fast = false): Remote | null {
    const dial = this.dials.shift();
    if (dial === undefined) return null;
    const remote = this.#newRemote(dial.conn, dial.address, fast);
    this.feed({ type: 'connected', conn: dial.conn, address: dial.address });
    return remote;
  }

  shake(
    remote: Remote,
    name: string,
    infoHash: Uint8Array = this.content.metainfo.infoHash,
    extended = false,
  ): void {
    const reserved = new Uint8Array(8);
    if (remote.fast) reserved[7] = 0x04;
    if (extended) reserved[5] = 0x10;
    remote.shaken = true;
    this.say(remote, { type: 'handshake', reserved, infoHash, peerId: idOf(name) });
  }

  /** The remote says something; the observer books what it means. */
  say(remote: Remote, message: PeerMessage): void {
    if (remote.closedBy === null) this.#bookRemote(remote, message);
    this.feed({ type: 'message', conn: remote.conn, message });
  }

  hangUp(remote: Remote): void {
    remote.closedBy ??= 'the remote';
    this.remotes.delete(remote.conn);
    this.feed({ type: 'disconnected', conn: remote.conn, reason: 'closed', detail: null });
  }

  get open(): Remote[] {
    return [...this.remotes.values()].filter((remote) => remote.closedBy === null);
  }

  /** The block that a request names, from the content or from `bytes`. */
  block(
    index: number,
    begin: number,
    length: number,
    bytes: Uint8Array = this.content.bytes,
  ): Uint8Array {
    const offset = index * this.content.metainfo.pieceLength + begin;
    return bytes.slice(offset, offset + length);
  }

  /** The remote answers its oldest open request truly. Returns whether there was one. */
  serve(remote: Remote): boolean {
    const first = remote.asked.entries().next();
    if (first.done === true) return false;
    const [key, { index, begin, length }] = first.value;
    remote.asked.delete(key);
    const block = this.block(index, begin, length);
    this.say(remote, { type: 'piece', index, begin, block });
    return true;
  }

  // --- the store

  /** Answers the oldest job. Returns whether there was one. */
  answerJob(fault: StoreFault | null = null, which = 0): boolean {
    const [effect] = this.jobs.splice(which % Math.max(1, this.jobs.length), 1);
    if (effect === undefined) return false;
    this.feed(this.#answer(effect, fault));
    return true;
  }

  /** Answers every job, those that follow from the answers included, and wakes the machine where it is due. */
  settle(): void {
    for (let i = 0; this.answerJob(); i++) assert(i < 1_000_000, 'the store never comes to rest');
    this.tick();
    if (this.jobs.length > 0) this.settle();
  }

  /**
   * Everybody who is connected behaves well until nothing moves any more: requests are answered, jobs are done, time
   * passes in steps.
   */
  runToRest(rounds = 400): void {
    for (let i = 0; i < rounds; i++) {
      this.settle();
      for (const remote of this.open) {
        if (!remote.choking) while (remote.closedBy === null && this.serve(remote));
      }
      this.settle();
      if (this.torrent.view.complete) return;
      this.advance(1000);
    }
  }

  #answer(effect: Job, fault: StoreFault | null): SessionInput {
    const { job } = effect;
    switch (effect.type) {
      case 'store-read': {
        if (fault !== null) return { type: 'read-done', job, data: null, fault };
        const data = this.disk.slice(effect.offset, effect.offset + effect.length);
        return { type: 'read-done', job, data, fault: null };
      }
      case 'store-hash': {
        if (fault !== null) return { type: 'hash-done', job, digest: null, fault };
        const range = this.disk.subarray(effect.offset, effect.offset + effect.length);
        const digest = new Uint8Array(createHash('sha1').update(range).digest());
        return { type: 'hash-done', job, digest, fault: null };
      }
      case 'http':
        return { type: 'http-done', job, reply: null, fault: 'refused' };
      case 'resolve':
        return { type: 'resolve-done', job, hosts: [], fault: 'not-found' };
      default:
        return { type: 'store-done', job, fault };
    }
  }

  // --- the observer

  #perform(effect: SessionEffect): void {
    this.log.push(effect);
    switch (effect.type) {
      case 'send':
        return this.#bookSent(effect.conn, effect.message);
      case 'close':
      case 'abort': {
        const remote = this.remotes.get(effect.conn);
        if (remote !== undefined) remote.closedBy = effect.reason;
        const dial = this.dials.findIndex(({ conn }) => conn === effect.conn);
        if (dial >= 0) this.dials.splice(dial, 1);
        this.remotes.delete(effect.conn);
        return;
      }
      case 'connect':
        assert(effect.conn % 2 === 0, 'dialled connections have even ids');
        this.dials.push({ conn: effect.conn, address: effect.address });
        return;
      case 'notify':
        this.events.push(effect.event);
        return;
      case 'store-write':
        assert(effect.offset + effect.data.length <= this.disk.length, 'I-04: a write outside');
        this.disk.set(effect.data, effect.offset);
        this.jobs.push(effect);
        return;
      case 'datagram':
      case 'pause-reading':
      case 'resume-reading':
        return;
      default:
        this.jobs.push(effect);
    }
  }

  #bookSent(conn: ConnectionId, message: PeerMessage): void {
    const remote = this.remotes.get(conn);
    assert(remote !== undefined, `I-20: ${message.type} to a connection that is closed`);
    remote.received.push(message);
    if (message.type !== 'handshake') assert(remote.greeted, 'I-20: words before the handshake');
    switch (message.type) {
      case 'handshake':
        assert(!remote.greeted, 'I-20: a second handshake');
        remote.greeted = true;
        return;
      case 'request':
        return this.#judgeRequest(remote, message);
      case 'cancel':
        this.counts.cancels++;
        assert(remote.asked.delete(keyOf(message)), 'a cancel for what was not asked');
        return;
      case 'piece':
        return this.#judgeUpload(remote, message);
      case 'reject': {
        this.counts.rejects++;
        assert(remote.fast, 'BEP 6: a reject to a peer without the fast extension');
        const key = keyOf(message);
        const waiting = remote.wants.get(key) ?? 0;
        assert(waiting > 0, 'I-15: a request was answered more than once');
        remote.wants.set(key, waiting - 1);
        return;
      }
      case 'allowed-fast':
        remote.offered.add(message.index);
        return;
      case 'choke':
      case 'unchoke': {
        const choked = message.type === 'choke';
        assert.notEqual(remote.choked, choked, 'I-19: choke is told on edges only');
        remote.choked = choked;
        if (choked && !remote.fast) remote.wants.clear();
        return;
      }
      case 'interested':
      case 'not-interested': {
        const interested = message.type === 'interested';
        assert.notEqual(remote.interested, interested, 'I-19: interest is told on edges only');
        remote.interested = interested;
        return;
      }
      case 'have':
        this.counts.haves++;
        assert(this.torrent.view.has(message.index), 'I-01: a have for what is not verified');
        return;
      case 'have-all':
      case 'have-none':
        assert(remote.fast, 'BEP 6: have-all or have-none to a peer without the fast extension');
        return;
      default:
    }
  }

  #judgeRequest(
    remote: Remote,
    message: Extract<PeerMessage, { type: 'request' | 'cancel' | 'reject' }>,
  ): void {
    this.counts.requests++;
    const { index, begin, length } = message;
    const { metainfo } = this.content;
    const offset = index * metainfo.pieceLength + begin;
    assert(remote.has.has(index), 'I-08: asked for a piece that the peer lacks');
    assert(!remote.choking || remote.allowed.has(index), 'I-13: asked while choked');
    assert(begin % BLOCK_LENGTH === 0 && length > 0 && length <= BLOCK_LENGTH, 'I-08: length');
    assert(begin + length <= metainfo.pieceLength && offset + length <= metainfo.length, 'I-08');
    assert(!this.torrent.view.has(index), 'I-08: asked for what is held');
    assert(this.priorities.get(index) !== 0, 'I-08: asked for what nobody wants');
    assert(!remote.asked.has(keyOf(message)), 'I-10: asked a peer twice');
    remote.asked.set(keyOf(message), message);
  }

  #judgeUpload(remote: Remote, message: Extract<PeerMessage, { type: 'piece' }>): void {
    this.counts.uploads++;
    const { index, begin, block } = message;
    assert(!remote.choked || remote.offered.has(index), 'I-16: payload to a choked peer');
    const key = keyOf({ index, begin, length: block.length });
    const waiting = remote.wants.get(key) ?? 0;
    assert(waiting > 0, 'I-15: a block that nobody asked for, or a second answer');
    remote.wants.set(key, waiting - 1);
    assert.deepEqual(block, this.block(index, begin, block.length), 'I-02: wrong bytes sent');
  }

  #bookRemote(remote: Remote, message: PeerMessage): void {
    const { pieceCount } = this.content.metainfo;
    switch (message.type) {
      case 'choke':
        remote.choking = true;
        if (!remote.fast) remote.asked.clear();
        return;
      case 'unchoke':
        remote.choking = false;
        return;
      case 'have':
        if (message.index < pieceCount) remote.has.add(message.index);
        return;
      case 'bitfield':
        return this.#bookBitfield(remote, message.bits);
      case 'have-all':
      case 'have-none':
        if (!remote.fast) return;
        remote.has.clear();
        if (message.type === 'have-all') {
          for (let piece = 0; piece < pieceCount; piece++) remote.has.add(piece);
        }
        return;
      case 'allowed-fast':
        if (remote.fast) remote.allowed.add(message.index);
        return;
      case 'request': {
        const key = keyOf(message);
        // Asked twice is answered once while the first one waits: the observer allows either.
        remote.wants.set(key, (remote.wants.get(key) ?? 0) + 1);
        return;
      }
      case 'piece': {
        const { index, begin, block } = message;
        remote.asked.delete(keyOf({ index, begin, length: block.length }));
        return;
      }
      case 'reject':
        if (remote.fast) remote.asked.delete(keyOf(message));
        return;
      default:
    }
  }

  #bookBitfield(remote: Remote, bits: Uint8Array): void {
    const { pieceCount } = this.content.metainfo;
    if (bits.length !== Math.ceil(pieceCount / 8)) return;
    remote.has.clear();
    for (let piece = 0; piece < pieceCount; piece++) {
      if ((bits[piece >> 3]! & (0x80 >> (piece & 7))) !== 0) remote.has.add(piece);
    }
  }

  #newRemote(conn: ConnectionId, address: Address, fast: boolean): Remote {
    const remote: Remote = {
      conn,
      address,
      fast,
      greeted: false,
      shaken: false,
      closedBy: null,
      has: new Set(),
      allowed: new Set(),
      choking: true,
      choked: true,
      offered: new Set(),
      interested: false,
      asked: new Map(),
      wants: new Map(),
      received: [],
    };
    this.remotes.set(conn, remote);
    return remote;
  }
}

/** A 20-byte peer id made from a name. */
export function idOf(name: string): Uint8Array {
  const id = new Uint8Array(20).fill(0x2e);
  id.set(new TextEncoder().encode(name).subarray(0, 20));
  return id;
}

/** A bitfield message's bytes for these pieces. */
export function bitsOf(pieces: Iterable<number>, pieceCount: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(pieceCount / 8));
  for (const piece of pieces) bits[piece >> 3]! |= 0x80 >> (piece & 7);
  return bits;
}

function keyOf(request: { index: number; begin: number; length: number }): string {
  return `${request.index}:${request.begin}:${request.length}`;
}
