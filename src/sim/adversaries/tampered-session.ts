/**
 * A real session with a tamper between it and the world.
 *
 * The session is stepped as by a driver and believes that all is well; each of its effects goes through the tamper.
 * Where the tamper ends a connection by itself, the session hears `disconnected` as if the network had done it, and
 * whatever it still says there is dropped. Invariant: what leaves is what some peer could do: no words on a
 * connection that is not open, every store job unchanged.
 */
import type { ConnectionId, Millis, Random, Sink } from '../../core/index.ts';
import { Geometry, Session } from '../../protocol/index.ts';
import type { Metainfo, PeerMessage, SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { Adversary, AdversaryOptions, Poison } from './adversary.ts';
import { LinkBook } from './link-book.ts';
import type { Scene } from './scene.ts';
import type { Tamper } from './tamper.ts';

export class TamperedSession implements Adversary, Scene {
  readonly session: Session;
  readonly done: Map<string, number> = new Map<string, number>();
  readonly links: LinkBook;
  readonly metainfo: Metainfo;
  readonly geometry: Geometry;
  readonly random: Random;
  readonly poison: Poison;
  readonly raw: boolean;
  readonly peerId: Uint8Array;
  now: Millis = -Infinity;
  readonly #tamper: Tamper;
  /** Connections that the tamper has ended and the session has not heard of. */
  readonly #ended: ConnectionId[] = [];
  #out: Sink<SessionEffect> = [];

  constructor(tamper: Tamper, options: AdversaryOptions) {
    this.#tamper = tamper;
    this.session = new Session(options.session);
    this.metainfo = options.metainfo;
    this.geometry = new Geometry(options.metainfo.length, options.metainfo.pieceLength);
    this.links = new LinkBook(options.metainfo);
    this.random = options.random;
    this.poison = options.poison;
    this.raw = options.raw;
    this.peerId = this.session.peerId;
  }

  get deadline(): Millis {
    return Math.min(this.session.deadline, this.#tamper.deadline);
  }

  step(input: SessionInput, now: Millis, out: Sink<SessionEffect>): void {
    this.now = now;
    this.#out = out;
    this.links.input(input);
    if (input.type === 'disconnected') this.#tamper.lost?.(input.conn);
    if (input.type === 'timeout' && this.#tamper.deadline <= now) this.#tamper.tick?.(this);
    if (this.#tamper.hears?.(input, this) ?? true) this.#feed(input);
    for (let conn = this.#ended.shift(); conn !== undefined; conn = this.#ended.shift()) {
      this.#feed({ type: 'disconnected', conn, reason: 'reset', detail: null });
    }
  }

  push(effect: SessionEffect): void {
    if (isOnLink(effect) && this.links.get(effect.conn) === undefined) return;
    this.links.effect(effect);
    if (effect.type === 'close' || effect.type === 'abort') this.#tamper.lost?.(effect.conn);
    this.#out.push(effect);
  }

  send(conn: ConnectionId, message: PeerMessage): void {
    this.push({ type: 'send', conn, message });
  }

  reset(conn: ConnectionId, reason: string): void {
    if (this.links.get(conn) === undefined) return;
    this.push({ type: 'abort', conn, reason });
    this.#ended.push(conn);
  }

  did(what: string, times = 1): void {
    this.done.set(what, (this.done.get(what) ?? 0) + times);
  }

  #feed(input: SessionInput): void {
    const effects: SessionEffect[] = [];
    this.session.step(input, this.now, effects);
    for (const effect of effects) {
      if (this.#tamper.effect === undefined) this.push(effect);
      else this.#tamper.effect(effect, this);
    }
  }
}

function isOnLink(
  effect: SessionEffect,
): effect is Extract<SessionEffect, { readonly conn: ConnectionId }> {
  switch (effect.type) {
    case 'send':
    case 'close':
    case 'abort':
    case 'pause-reading':
    case 'resume-reading':
      return true;
    default:
      return false;
  }
}
