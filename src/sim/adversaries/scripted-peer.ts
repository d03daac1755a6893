/**
 * The machine that plays a script: dials, connections, and the few commands that it understands.
 *
 * Invariant: connection ids that it dials are even and never reused; a link is known to the script from `connected` to
 * its end. It has no torrent: `start-torrent` and `stop-torrent` open and close everything, `shutdown` ends it.
 */
import { copyOf, TimerQueue } from '../../core/index.ts';
import type { Address, ConnectionId, Millis, Random, Sink } from '../../core/index.ts';
import { Geometry } from '../../protocol/index.ts';
import type {
  Command,
  Metainfo,
  PeerMessage,
  SessionEffect,
  SessionInput,
} from '../../protocol/index.ts';
import type { Adversary, AdversaryOptions, Poison } from './adversary.ts';
import { LinkBook } from './link-book.ts';
import type { Link } from './link-book.ts';
import type { Stage } from './scene.ts';
import type { Script } from './script.ts';

export class ScriptedPeer implements Adversary, Stage {
  readonly session: null = null;
  readonly done: Map<string, number> = new Map<string, number>();
  readonly links: LinkBook;
  readonly metainfo: Metainfo;
  readonly geometry: Geometry;
  readonly random: Random;
  readonly poison: Poison;
  readonly raw: boolean;
  readonly peerId: Uint8Array;
  now: Millis = -Infinity;
  readonly #script: Script;
  readonly #timers = new TimerQueue<'dial' | 'wake'>();
  /** By connection, its `wake` timer. */
  readonly #wakes = new Map<ConnectionId, number>();
  /** What to dial, by an id that a timer can carry. */
  readonly #dials: Address[] = [];
  readonly #victims: Address[] = [];
  #nextDial: ConnectionId = 2;
  #running = true;
  #closed = false;
  #out: Sink<SessionEffect> = [];

  constructor(script: Script, options: AdversaryOptions) {
    this.#script = script;
    this.metainfo = options.metainfo;
    this.geometry = new Geometry(options.metainfo.length, options.metainfo.pieceLength);
    this.links = new LinkBook(options.metainfo);
    this.random = options.random;
    this.poison = options.poison;
    this.raw = options.raw;
    this.peerId = copyOf(options.session.peerId);
  }

  get deadline(): Millis {
    return this.#timers.deadline;
  }

  step(input: SessionInput, now: Millis, out: Sink<SessionEffect>): void {
    this.now = now;
    this.#out = out;
    const before = 'conn' in input ? this.links.get(input.conn) : undefined;
    this.links.input(input);
    switch (input.type) {
      case 'timeout':
        this.#timers.expire(now, (kind, id) => this.#due(kind, id));
        return;
      case 'connected':
        return this.#connected(input.conn);
      case 'message': {
        const link = this.links.get(input.conn);
        if (link !== undefined) this.#script.message(link, input.message, this);
        return;
      }
      case 'disconnected':
        if (before !== undefined) this.#gone(before);
        return;
      case 'command':
        return this.#command(input.command);
      default:
    }
  }

  push(effect: SessionEffect): void {
    this.links.effect(effect);
    this.#out.push(effect);
  }

  send(conn: ConnectionId, message: PeerMessage): void {
    if (this.links.get(conn)?.connected !== true) return;
    this.push({ type: 'send', conn, message });
  }

  reset(conn: ConnectionId, reason: string): void {
    const link = this.links.get(conn);
    if (link === undefined) return;
    this.push({ type: 'abort', conn, reason });
    this.#gone(link);
  }

  did(what: string, times = 1): void {
    this.done.set(what, (this.done.get(what) ?? 0) + times);
  }

  wake(link: Link, at: Millis): void {
    this.#timers.cancel(this.#wakes.get(link.conn) ?? 0);
    this.#wakes.set(link.conn, this.#timers.set('wake', link.conn, at));
  }

  dial(address: Address, delay: Millis): void {
    if (!this.#running) return;
    this.#dials.push({ host: address.host, port: address.port });
    this.#timers.set('dial', this.#dials.length - 1, this.now + delay);
  }

  #due(kind: 'dial' | 'wake', id: number): void {
    if (kind === 'wake') {
      this.#wakes.delete(id);
      const link = this.links.get(id);
      if (link !== undefined) this.#script.woken?.(link, this);
      return;
    }
    if (!this.#running) return;
    const conn = this.#nextDial;
    this.#nextDial += 2;
    this.push({ type: 'connect', conn, address: this.#dials[id]! });
  }

  #connected(conn: ConnectionId): void {
    const link = this.links.get(conn);
    if (link === undefined) return;
    if (this.#running) this.#script.connected(link, this);
    else this.reset(conn, 'stopped');
  }

  #gone(link: Link): void {
    this.#timers.cancel(this.#wakes.get(link.conn) ?? 0);
    this.#wakes.delete(link.conn);
    this.#script.lost?.(link, link.conn % 2 === 0, this);
  }

  #command(command: Command): void {
    switch (command.type) {
      case 'add-peers':
        for (const address of command.addresses) {
          this.#victims.push({ host: address.host, port: address.port });
          this.#attack(address);
        }
        return;
      case 'start-torrent':
        if (this.#running || this.#closed) return;
        this.#running = true;
        for (const address of this.#victims) this.#attack(address);
        return;
      case 'stop-torrent':
        return this.#stop();
      case 'shutdown':
        this.#stop();
        if (!this.#closed) this.push({ type: 'notify', event: { type: 'closed' } });
        this.#closed = true;
        return;
      default:
    }
  }

  #attack(address: Address): void {
    for (let i = 0; i < this.#script.dials; i++) this.dial(address, 0);
  }

  #stop(): void {
    this.#running = false;
    for (const conn of [...this.links.links.keys()]) this.reset(conn, 'stopped');
  }
}
