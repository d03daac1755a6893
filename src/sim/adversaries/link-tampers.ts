/**
 * What can be wrong with how a session talks and listens: lies about what it holds, resets, late words, silence,
 * deafness, and floods between true words.
 */
import type { ConnectionId, Millis } from '../../core/index.ts';
import type { PeerMessage, SessionEffect, SessionInput } from '../../protocol/index.ts';
import type { AdversaryKind } from './adversary-kind.ts';
import { makePest } from './make-pest.ts';
import type { Scene } from './scene.ts';
import { Tamper } from './tamper.ts';

type Kind<T> = Extract<AdversaryKind, { readonly type: T }>;

const MILLION = 1_000_000;

/**
 * Says that it has all, or nothing, in place of the truth. A session says what it holds right after its handshake, or
 * not at all, so the lie does not wait for it: it goes out once both ends have shaken hands.
 */
export class FalseAvailability extends Tamper {
  readonly #claims: 'all' | 'none';
  readonly #told = new Set<ConnectionId>();

  constructor(kind: Kind<'false-availability'>) {
    super();
    this.#claims = kind.claims;
  }

  override effect(effect: SessionEffect, scene: Scene): void {
    switch (effect.type === 'send' ? effect.message.type : null) {
      case 'bitfield':
      case 'have-all':
      case 'have-none':
      case 'have':
        scene.did('hidden truth');
        return;
      default:
        scene.push(effect);
    }
  }

  override hears(input: SessionInput, scene: Scene): boolean {
    if (input.type === 'message' && input.message.type === 'handshake') this.deadline = scene.now;
    return true;
  }

  override tick(scene: Scene): void {
    this.deadline = Infinity;
    for (const link of scene.links.greeted) {
      if (this.#told.has(link.conn)) continue;
      this.#told.add(link.conn);
      scene.did('false availability');
      scene.send(link.conn, this.#lie(link.fast, scene));
    }
  }

  override lost(conn: ConnectionId): void {
    this.#told.delete(conn);
  }

  #lie(fast: boolean, scene: Scene): PeerMessage {
    const all = this.#claims === 'all';
    if (fast) return { type: all ? 'have-all' : 'have-none' };
    return makePest('availability', all ? 2 : 3, scene);
  }
}

export class Reset extends Tamper {
  readonly #rate: number;

  constructor(kind: Kind<'reset'>) {
    super();
    this.#rate = kind.rate;
  }

  override effect(effect: SessionEffect, scene: Scene): void {
    if (effect.type !== 'send' || scene.random.below(MILLION) >= this.#rate) {
      scene.push(effect);
      return;
    }
    if (scene.links.get(effect.conn) !== undefined) scene.did('reset');
    scene.reset(effect.conn, 'reset in the middle');
  }
}

/** Holds back what is said. The words of a connection keep their order; a close waits for them, an abort does not. */
export class Delay extends Tamper {
  readonly #kind: Kind<'delay'>;
  /** By connection: what is held, with the time it goes out, ascending. */
  readonly #held = new Map<
    ConnectionId,
    { readonly at: Millis; readonly effect: SessionEffect }[]
  >();

  constructor(kind: Kind<'delay'>) {
    super();
    this.#kind = kind;
  }

  override effect(effect: SessionEffect, scene: Scene): void {
    const holds = effect.type === 'send' || effect.type === 'close';
    if (!holds || scene.links.get(effect.conn) === undefined) {
      scene.push(effect);
      return;
    }
    const { least, most } = this.#kind.by;
    const held = this.#held.get(effect.conn) ?? [];
    this.#held.set(effect.conn, held);
    const drawn = scene.now + least + scene.random.below(most - least + 1);
    const at = Math.max(drawn, held.at(-1)?.at ?? drawn);
    held.push({ at, effect });
    this.deadline = Math.min(this.deadline, at);
    scene.did('late message');
  }

  override tick(scene: Scene): void {
    for (const held of [...this.#held.values()]) {
      while (held.length > 0 && held[0]!.at <= scene.now) scene.push(held.shift()!.effect);
    }
    this.deadline = Infinity;
    for (const [conn, held] of this.#held) {
      if (held.length === 0) this.#held.delete(conn);
      else this.deadline = Math.min(this.deadline, held[0]!.at);
    }
  }

  override lost(conn: ConnectionId): void {
    this.#held.delete(conn);
  }
}

/** Says nothing more after so many messages, and keeps the connection until the other end has had enough. */
export class Freeze extends Tamper {
  readonly #after: number;

  constructor(kind: Kind<'freeze'>) {
    super();
    this.#after = kind.after;
  }

  override effect(effect: SessionEffect, scene: Scene): void {
    if (!('conn' in effect) || effect.type === 'connect') {
      scene.push(effect);
      return;
    }
    const link = scene.links.get(effect.conn);
    if (link === undefined) return;
    if (link.sent < this.#after || !link.shaken) scene.push(effect);
    else scene.did(effect.type === 'send' ? 'withheld message' : 'withheld close');
  }
}

/** Stops reading after so many messages, having asked for everything. */
export class Deaf extends Tamper {
  readonly #after: number;
  readonly #deaf = new Set<ConnectionId>();

  constructor(kind: Kind<'deaf'>) {
    super();
    this.#after = kind.after;
  }

  override hears(input: SessionInput, scene: Scene): boolean {
    if (input.type !== 'message') return true;
    const link = scene.links.get(input.conn);
    if (link === undefined || link.received < this.#after || this.#deaf.has(link.conn)) return true;
    this.#deaf.add(link.conn);
    scene.did('closed window');
    scene.push({ type: 'pause-reading', conn: link.conn });
    return true;
  }

  override lost(conn: ConnectionId): void {
    this.#deaf.delete(conn);
  }
}

/** Hides every choke from the session, which goes on asking. */
export class IgnoreChoke extends Tamper {
  override hears(input: SessionInput, scene: Scene): boolean {
    const hidden = input.type === 'message' && input.message.type === 'choke';
    if (hidden) scene.did('ignored choke');
    return !hidden;
  }
}

/** Sends pests to everybody, `burst` at a time. A socket that takes no more is left alone: bytes cannot be forced. */
export class Pester extends Tamper {
  readonly #kind: Kind<'pester'>;
  #turn = 0;

  constructor(kind: Kind<'pester'>) {
    super();
    this.#kind = kind;
  }

  override hears(input: SessionInput, scene: Scene): boolean {
    const greeted = input.type === 'message' && input.message.type === 'handshake';
    if (greeted && this.deadline === Infinity) this.deadline = scene.now + this.#kind.every;
    return true;
  }

  override tick(scene: Scene): void {
    const { pest, burst, every } = this.#kind;
    const { greeted } = scene.links;
    this.deadline = scene.links.links.size === 0 ? Infinity : scene.now + every;
    for (const link of greeted) {
      for (let i = 0; i < burst && !link.paused; i++) {
        scene.send(link.conn, makePest(pest, this.#turn++, scene));
        scene.did(pest);
      }
    }
  }
}
