/**
 * Two sessions and nothing between them but ordered streams, delivered in any order that the test asks for.
 *
 * A connection is two streams, one per direction, each begun by `connected` and ended by `disconnected`. A stream keeps
 * its order; between streams there is none, as on a real network. Stores answer at once; time stands still unless the
 * test moves it.
 */
import assert from 'node:assert/strict';
import { createRandom } from '../../src/core/index.ts';
import type { ConnectionId } from '../../src/core/index.ts';
import { defaultBehaviors } from '../../src/behaviors/index.ts';
import { Session } from '../../src/protocol/index.ts';
import type { PeerMessage, SessionEffect, SessionInput } from '../../src/protocol/index.ts';
import { idOf } from './session-world.ts';
import type { Content } from './session-world.ts';

interface Item {
  readonly type: 'connected' | 'message' | 'disconnected';
  readonly message: PeerMessage | null;
}

/** What is on its way to one end of one connection. */
interface Stream {
  readonly to: End;
  readonly conn: ConnectionId;
  readonly items: Item[];
  /** The receiving end has closed, or was told of the end. */
  over: boolean;
}

export class End {
  readonly session: Session;
  readonly host: string;
  /** The streams away from here, by our connection id. */
  readonly outgoing: Map<ConnectionId, Stream> = new Map<ConnectionId, Stream>();
  readonly incoming: Map<ConnectionId, Stream> = new Map<ConnectionId, Stream>();
  /** Connections made by us so far. */
  dials = 0;
  nextAccepted = 1;

  constructor(name: string, host: string, seed: number) {
    this.host = host;
    this.session = new Session({
      config: {},
      behaviors: defaultBehaviors,
      random: createRandom(seed),
      peerId: idOf(name),
      clientName: name,
    });
  }

  /** The peers, as (connection, dialled by us). */
  get peers(): { readonly conn: ConnectionId; readonly dialled: boolean }[] {
    return this.session.torrent(1)?.peers.map(({ conn, dialled }) => ({ conn, dialled })) ?? [];
  }
}

export class SessionPair {
  readonly a: End;
  readonly b: End;
  now = 0;
  #streams: Stream[] = [];

  constructor(content: Content, names: readonly [string, string], seed: number) {
    this.a = new End(names[0], '10.0.0.1', seed);
    this.b = new End(names[1], '10.0.0.2', seed + 1);
    for (const end of [this.a, this.b]) {
      this.feed(end, {
        type: 'command',
        command: {
          type: 'add-torrent',
          torrent: 1,
          metainfo: content.metainfo,
          tiers: [],
          downloading: true,
          seeding: true,
          existing: 'none',
          behaviors: {},
        },
      });
      this.feed(end, { type: 'command', command: { type: 'start-torrent', torrent: 1 } });
    }
  }

  /** `from` learns the other end under so many addresses, all of which lead there. */
  introduce(from: End, addresses: number): void {
    const { host } = from === this.a ? this.b : this.a;
    const ports = Array.from({ length: addresses }, (_, i) => ({ host, port: 6881 + i }));
    this.feed(from, {
      type: 'command',
      command: { type: 'add-peers', torrent: 1, addresses: ports },
    });
  }

  feed(end: End, input: SessionInput): void {
    const effects: SessionEffect[] = [];
    end.session.step(input, this.now, effects);
    for (const effect of effects) this.#perform(end, effect);
    end.session.assertInvariants();
  }

  /** Delivers one item of the `which`th stream that has any. False: nothing is on its way. */
  deliver(which: number): boolean {
    this.#streams = this.#streams.filter((stream) => !stream.over);
    const ready = this.#streams.filter((stream) => stream.items.length > 0);
    const stream = ready[which % Math.max(1, ready.length)];
    if (stream === undefined) return false;
    const { to, conn } = stream;
    const { type, message } = stream.items.shift()!;
    if (type === 'message') this.feed(to, { type, conn, message: message! });
    else if (type === 'connected') {
      const { host } = to === this.a ? this.b : this.a;
      this.feed(to, { type, conn, address: { host, port: 50_000 + conn } });
    } else {
      stream.over = true;
      const back = to.outgoing.get(conn);
      if (back !== undefined) back.over = true;
      this.feed(to, { type, conn, reason: 'closed', detail: null });
    }
    return true;
  }

  /** Delivers everything, by turns, and lets time pass in between. */
  settle(milliseconds = 0): void {
    const end = this.now + milliseconds;
    for (let i = 0; ; i++) {
      assert(i < 100_000, 'the pair never comes to rest');
      if (this.deliver(i)) continue;
      const due = Math.min(this.a.session.deadline, this.b.session.deadline);
      if (due > end) break;
      this.now = Math.max(this.now, due);
      for (const each of [this.a, this.b]) {
        if (each.session.deadline <= this.now) this.feed(each, { type: 'timeout' });
      }
    }
    this.now = end;
  }

  #perform(end: End, effect: SessionEffect): void {
    switch (effect.type) {
      case 'connect':
        return this.#connect(end, effect.conn);
      case 'send': {
        const stream = end.outgoing.get(effect.conn);
        assert(stream !== undefined, 'sent on a connection that is closed');
        stream.items.push({ type: 'message', message: effect.message });
        return;
      }
      case 'close':
      case 'abort': {
        const stream = end.outgoing.get(effect.conn)!;
        if (effect.type === 'abort') stream.items.length = 0;
        stream.items.push({ type: 'disconnected', message: null });
        end.outgoing.delete(effect.conn);
        end.incoming.get(effect.conn)!.over = true;
        return;
      }
      case 'store-open':
      case 'store-close':
        return this.feed(end, { type: 'store-done', job: effect.job, fault: null });
      default:
    }
  }

  #connect(from: End, conn: ConnectionId): void {
    const to = from === this.a ? this.b : this.a;
    const accepted = to.nextAccepted;
    to.nextAccepted += 2;
    from.dials++;
    const start = (): Item[] => [{ type: 'connected', message: null }];
    const there: Stream = { to, conn: accepted, items: start(), over: false };
    const back: Stream = { to: from, conn, items: start(), over: false };
    from.outgoing.set(conn, there);
    from.incoming.set(conn, back);
    to.outgoing.set(accepted, back);
    to.incoming.set(accepted, there);
    this.#streams.push(there, back);
  }
}
