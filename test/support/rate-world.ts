/**
 * One session with several torrents among remotes who never have enough, in virtual time: for the laws of rate limits.
 *
 * Leeches keep a queue of requests filled for ever; holders answer every request after `latency`. The store answers after
 * `readTime`. Every payload byte that passes, and every byte that is asked for, is written down with its moment.
 */
import assert from 'node:assert/strict';
import { createRandom } from '../../src/core/index.ts';
import type { ConnectionId } from '../../src/core/index.ts';
import { defaultBehaviors } from '../../src/behaviors/index.ts';
import { Session } from '../../src/protocol/index.ts';
import type {
  Command,
  PeerMessage,
  SessionConfig,
  SessionEffect,
  SessionInput,
} from '../../src/protocol/index.ts';
import { bitsOf, idOf, makeContent } from './session-world.ts';
import type { Content } from './session-world.ts';

const BLOCK = 16_384;
const PIECE = 4 * BLOCK;

export interface Moved {
  readonly at: number;
  readonly torrent: number;
  readonly conn: ConnectionId;
  readonly bytes: number;
  readonly index: number;
  readonly begin: number;
}

interface Remote {
  readonly conn: ConnectionId;
  readonly torrent: number;
  readonly holds: boolean;
  /** The next block that a leech asks for. */
  next: number;
  /** Requests of ours that it has not answered. */
  readonly asked: Set<string>;
  gone: boolean;
  /** Answers requests. */
  answers: boolean;
  rejects: boolean;
  /** Wants another block for each that it gets. */
  eager: boolean;
}

export interface RateWorldOptions {
  /** Pieces of each torrent. */
  readonly pieces?: number;
  readonly torrents?: number;
  readonly holds: 'all' | 'none';
  readonly latency?: number;
  readonly readTime?: number;
  readonly config?: Partial<SessionConfig>;
}

export class RateWorld {
  readonly session: Session;
  readonly sent: Moved[] = [];
  readonly received: Moved[] = [];
  readonly asked: Moved[] = [];
  readonly remotes: Map<ConnectionId, Remote> = new Map<ConnectionId, Remote>();
  readonly #contents: Content[] = [];
  readonly #options: Required<Omit<RateWorldOptions, 'config'>>;
  #later: { readonly at: number; readonly order: number; readonly call: () => void }[] = [];
  #order = 0;
  #nextConn = 1;
  /** Steps for a time-out, and at how many moments. */
  wakes = 0;
  now = 0;

  constructor(options: RateWorldOptions) {
    this.#options = { pieces: 64, torrents: 1, latency: 10, readTime: 0, ...options };
    this.session = new Session({
      config: options.config ?? {},
      behaviors: defaultBehaviors,
      random: createRandom(3),
      peerId: idOf('ourselves'),
      clientName: 'rates',
    });
    for (let torrent = 1; torrent <= this.#options.torrents; torrent++) {
      const content = makeContent(this.#options.pieces * PIECE, PIECE, torrent);
      this.#contents.push(content);
      this.command({
        type: 'add-torrent',
        torrent,
        metainfo: content.metainfo,
        tiers: [],
        downloading: true,
        seeding: true,
        existing: options.holds,
        behaviors: {},
      });
      this.command({ type: 'start-torrent', torrent });
    }
    this.advance(0);
  }

  command(command: Command): void {
    this.feed({ type: 'command', command });
  }

  limit(download: number | null, upload: number | null, torrent: number | null = null): void {
    if (torrent === null) this.command({ type: 'set-session-limits', download, upload });
    else this.command({ type: 'set-torrent-limits', torrent, download, upload });
  }

  /** Somebody who wants everything, for ever, `depth` requests at a time. */
  leech(torrent = 1, depth = 8): Remote {
    const remote = this.#join(torrent, false);
    this.#say(remote, { type: 'interested' });
    this.advance(0);
    for (let i = 0; i < depth; i++) this.#want(remote);
    return remote;
  }

  /** Somebody who has everything and gives it. */
  holder(torrent = 1, fast = true): Remote {
    const remote = this.#join(torrent, true, fast);
    const bits = bitsOf(
      Array.from({ length: this.#options.pieces }, (_, piece) => piece),
      this.#options.pieces,
    );
    this.#say(remote, { type: 'bitfield', bits });
    this.#say(remote, { type: 'unchoke' });
    return remote;
  }

  hangUp(remote: Remote): void {
    remote.gone = true;
    this.remotes.delete(remote.conn);
    this.feed({ type: 'disconnected', conn: remote.conn, reason: 'closed', detail: null });
  }

  choke(remote: Remote): void {
    remote.asked.clear();
    this.#say(remote, { type: 'choke' });
  }

  say(remote: Remote, message: PeerMessage): void {
    this.#say(remote, message);
  }

  feed(input: SessionInput): void {
    const effects: SessionEffect[] = [];
    this.session.step(input, this.now, effects);
    for (const effect of effects) this.#perform(effect);
    this.session.assertInvariants();
  }

  /** As `advance`, with a word from everybody every minute. */
  wait(minutes: number): void {
    for (let minute = 0; minute < minutes; minute++) {
      this.advance(60_000);
      for (const remote of [...this.remotes.values()]) this.#say(remote, { type: 'keep-alive' });
    }
  }

  advance(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (let steps = 0; ; steps++) {
      assert(steps < 1_000_000, 'the world spins');
      const due = this.#later[0];
      const at = Math.min(this.session.deadline, due?.at ?? Infinity);
      if (at > end) break;
      this.now = Math.max(this.now, at);
      if (due !== undefined && due.at <= this.session.deadline) {
        this.#later.shift();
        due.call();
      } else {
        this.wakes++;
        this.feed({ type: 'timeout' });
      }
    }
    this.now = end;
  }

  #after(delay: number, call: () => void): void {
    const entry = { at: this.now + delay, order: this.#order++, call };
    let at = this.#later.length;
    while (at > 0 && this.#later[at - 1]!.at > entry.at) at--;
    this.#later.splice(at, 0, entry);
  }

  #join(torrent: number, holds: boolean, fast = true): Remote {
    const conn = this.#nextConn;
    this.#nextConn += 2;
    const remote: Remote = {
      conn,
      torrent,
      holds,
      next: 0,
      asked: new Set(),
      gone: false,
      answers: true,
      rejects: false,
      eager: true,
    };
    this.remotes.set(conn, remote);
    this.feed({ type: 'connected', conn, address: { host: `10.0.0.${conn % 250}`, port: conn } });
    const reserved = new Uint8Array(8);
    if (fast) reserved[7] = 0x04;
    const { infoHash } = this.#contents[torrent - 1]!.metainfo;
    const peerId = idOf(`remote ${conn}`);
    this.#say(remote, { type: 'handshake', reserved, infoHash, peerId });
    return remote;
  }

  #say(remote: Remote, message: PeerMessage): void {
    this.feed({ type: 'message', conn: remote.conn, message });
  }

  #want(remote: Remote): void {
    const block = remote.next++ % (this.#options.pieces * 4);
    const index = block >> 2;
    this.#say(remote, { type: 'request', index, begin: (block & 3) * BLOCK, length: BLOCK });
  }

  #perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#heard(effect.conn, effect.message);
      case 'store-open':
      case 'store-write':
      case 'store-sync':
      case 'store-close': {
        const { job } = effect;
        this.#after(0, () => this.feed({ type: 'store-done', job, fault: null }));
        return;
      }
      case 'store-read': {
        const { job, length } = effect;
        this.#after(this.#options.readTime, () =>
          this.feed({ type: 'read-done', job, data: new Uint8Array(length), fault: null }),
        );
        return;
      }
      case 'store-hash': {
        const { job, store, offset } = effect;
        const { pieces } = this.#contents[store - 1]!.metainfo;
        const at = (offset / PIECE) * 20;
        const digest = pieces.slice(at, at + 20);
        this.#after(0, () => this.feed({ type: 'hash-done', job, digest, fault: null }));
        return;
      }
      case 'close':
      case 'abort': {
        const remote = this.remotes.get(effect.conn);
        if (remote !== undefined) remote.gone = true;
        this.remotes.delete(effect.conn);
        return;
      }
      default:
    }
  }

  #heard(conn: ConnectionId, message: PeerMessage): void {
    const remote = this.remotes.get(conn);
    if (remote === undefined) return;
    const { torrent } = remote;
    if (message.type === 'piece') {
      const { index, begin, block } = message;
      this.sent.push({ at: this.now, torrent, conn, bytes: block.length, index, begin });
      this.#after(0, () => {
        if (!remote.gone && remote.eager) this.#want(remote);
      });
    } else if (message.type === 'request') {
      const { index, begin, length } = message;
      const key = `${index}/${begin}`;
      const asked = { torrent, conn, bytes: length, index, begin };
      this.asked.push({ at: this.now, ...asked });
      remote.asked.add(key);
      if (!remote.answers) return;
      this.#after(this.#options.latency, () => {
        if (remote.gone || !remote.asked.delete(key)) return;
        if (remote.rejects) {
          this.#say(remote, { type: 'reject', index, begin, length });
          return;
        }
        this.received.push({ at: this.now, ...asked });
        this.#say(remote, { type: 'piece', index, begin, block: new Uint8Array(length) });
      });
    } else if (message.type === 'cancel') {
      const { index, begin, length } = message;
      if (!remote.asked.delete(`${index}/${begin}`)) return;
      this.#after(0, () => {
        if (!remote.gone) this.#say(remote, { type: 'reject', index, begin, length });
      });
    }
  }
}

/** Asserts that no window of `moved` carries more than rate * time + burst. Bytes, bytes per second. */
export function assertWithin(moved: readonly Moved[], rate: number, burst: number): void {
  // A leaky bucket is full exactly where some window that ends there is.
  let level = 0;
  let last = -Infinity;
  for (const { at, bytes } of moved) {
    level = last === -Infinity ? 0 : Math.max(0, level - ((at - last) * rate) / 1000);
    level += bytes;
    last = at;
    assert(level <= burst + 1e-3, `${level - burst} bytes above the burst at ${at} ms`);
  }
}

export function total(moved: readonly Moved[], from?: number, until?: number): number {
  return moved
    .filter(({ at }) => at >= (from ?? 0) && at < (until ?? Infinity))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
