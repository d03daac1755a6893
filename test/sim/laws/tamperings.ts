/**
 * Lies to tell a judge, each of which breaks one law: what of a true run is dropped, repeated, altered or made up.
 *
 * Every lie counts how often it was told, so that one that was never told does not pass for one that was not found out.
 */
import type {
  PeerMessage,
  SessionEffect,
  SessionEvent,
  SessionInput,
} from '../../../src/protocol/index.ts';
import type { LawOptions } from '../../../src/sim/laws/index.ts';
import { busy, idle, paddedPrivate, rough, silent } from './scenes.ts';
import type { Scene } from './scenes.ts';
import type { Node, Shown, Tamper } from './small-swarm.ts';

export interface Tampering {
  readonly law: string;
  readonly lie: string;
  readonly scene: Scene;
  /** A fresh one for a run; calls `told` whenever it lies. */
  readonly tamper: (told: () => void) => Tamper;
  readonly options?: Partial<LawOptions>;
}

type Effect<T extends SessionEffect['type']> = Extract<SessionEffect, { type: T }>;
type Message = PeerMessage;
type Said<T extends Message['type']> = Message & { readonly type: T };
type ShownEffect = Extract<Shown, { what: 'effect' }>;
type ShownInput = Extract<Shown, { what: 'input' }>;

/** What is shown instead, or null: this one is left alone. */
type Lie<S> = (shown: S) => readonly Shown[] | null;

/** Lies about effects of a type, from the `nth` one on that can be lied about, `times` times. */
function ofEffects<T extends SessionEffect['type']>(
  type: T,
  lie: (effect: Effect<T>, shown: ShownEffect) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return counted(
    (shown) => {
      if (shown.what !== 'effect' || shown.effect.type !== type) return null;
      return lie(shown.effect as Effect<T>, shown);
    },
    nth,
    times,
  );
}

function ofInputs<T extends SessionInput['type']>(
  type: T,
  lie: (input: Extract<SessionInput, { type: T }>, shown: ShownInput) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return counted(
    (shown) => {
      if (shown.what !== 'input' || shown.input.type !== type) return null;
      return lie(shown.input as Extract<SessionInput, { type: T }>, shown);
    },
    nth,
    times,
  );
}

function counted(lie: Lie<Shown>, nth: number, times: number): Tampering['tamper'] {
  return (told) => {
    let seen = 0;
    return (shown) => {
      if (seen >= nth + times) return [shown];
      const instead = lie(shown);
      if (instead === null || seen++ < nth) return [shown];
      told();
      return instead;
    };
  };
}

/** Lies about what we say. */
function ofSent<T extends Message['type']>(
  type: T,
  lie: (message: Said<T>, shown: ShownEffect, conn: number) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return ofEffects(
    'send',
    ({ message, conn }, shown) =>
      message.type === type ? lie(message as Said<T>, shown, conn) : null,
    nth,
    times,
  );
}

/** Lies about what we hear. */
function ofHeard<T extends Message['type']>(
  type: T,
  lie: (message: Said<T>, shown: ShownInput, conn: number) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return ofInputs(
    'message',
    ({ message, conn }, shown) =>
      message.type === type ? lie(message as Said<T>, shown, conn) : null,
    nth,
    times,
  );
}

/** Lies about events. */
function ofEvents<T extends SessionEvent['type']>(
  type: T,
  lie: (event: SessionEvent & { readonly type: T }, shown: ShownEffect) => readonly Shown[] | null,
  nth = 0,
  times = 1,
): Tampering['tamper'] {
  return ofEffects(
    'notify',
    ({ event }, shown) =>
      event.type === type ? lie(event as SessionEvent & { readonly type: T }, shown) : null,
    nth,
    times,
  );
}

/** No lie: what the options demand is more than the run keeps. */
const nothing: Tampering['tamper'] = (told) => {
  told();
  return (shown) => [shown];
};

const dropped = (): readonly Shown[] => [];
const twice = (_: unknown, shown: Shown): readonly Shown[] => [shown, shown];

/** The same moment with another effect. */
function as(shown: Shown, effect: SessionEffect): Shown {
  return { what: 'effect', node: shown.node, now: shown.now, effect };
}

function says(shown: Shown, conn: number, message: Message): Shown {
  return as(shown, { type: 'send', conn, message });
}

function hears(shown: Shown, conn: number, message: Message): Shown {
  return given(shown, { type: 'message', conn, message });
}

function given(shown: Shown, input: SessionInput): Shown {
  return { what: 'input', node: shown.node, now: shown.now, input };
}

function tells(shown: Shown, event: SessionEvent): Shown {
  return as(shown, { type: 'notify', event });
}

/** One wrong bit on the disk, where a judge looks. */
function spoil(node: Node, piece: number): void {
  node.bytes[piece * 32_768]! ^= 1;
}

function asText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The conns of a node that hold everything and have unchoked it. */
class Open {
  readonly #all = new Map<Node, Set<number>>();
  readonly #free = new Map<Node, Set<number>>();

  hear(shown: Shown): void {
    if (shown.what !== 'input' || shown.input.type !== 'message') return;
    const { conn, message } = shown.input;
    if (message.type === 'have-all') add(this.#all, shown.node, conn);
    if (message.type === 'unchoke') add(this.#free, shown.node, conn);
    if (message.type === 'choke') this.#free.get(shown.node)?.delete(conn);
  }

  other(node: Node, conn: number): number | undefined {
    const free = this.#free.get(node);
    return [...(this.#all.get(node) ?? [])].find(
      (each) => each !== conn && free?.has(each) === true && node.far.has(each),
    );
  }
}

function add(sets: Map<Node, Set<number>>, node: Node, conn: number): void {
  const set = sets.get(node) ?? new Set();
  sets.set(node, set.add(conn));
}

function row(
  law: string,
  lie: string,
  tamper: Tampering['tamper'],
  scene: Scene = busy,
  options: Partial<LawOptions> = {},
): Tampering {
  return { law, lie, scene, tamper, options };
}

const dataIntegrity: Tampering[] = [
  row(
    'I-01',
    'a have of a piece that is not verified',
    ofSent('have', ({ index }, shown, conn) => [
      says(shown, conn, { type: 'have', index: (index + 7) % 30 }),
    ]),
  ),
  row(
    'I-01',
    'a have of a piece that is wrong on disk',
    ofSent('have', ({ index }, shown) => {
      spoil(shown.node, index);
      return [shown];
    }),
  ),
  row(
    'I-01',
    'have-all of somebody who has nothing',
    ofSent('have-none', (_, shown, conn) => [says(shown, conn, { type: 'have-all' })]),
  ),
  row(
    'I-01',
    'a bitfield with a bit too many',
    ofSent('bitfield', ({ bits }, shown, conn) => {
      const more = bits.map((byte, i) => (i === 0 ? byte ^ (~byte & -~byte) : byte));
      return [says(shown, conn, { type: 'bitfield', bits: more })];
    }),
    rough,
  ),
  row(
    'I-02',
    'a block that is not what was read',
    ofSent('piece', (message, shown, conn) => [
      says(shown, conn, { ...message, block: message.block.slice() }),
    ]),
  ),
  row(
    'I-02',
    'a block of a piece that is wrong on disk',
    ofSent('piece', ({ index }, shown) => {
      spoil(shown.node, index);
      return [shown];
    }),
  ),
  row(
    'I-03',
    'bytes that came and were not counted',
    ofHeard(
      'piece',
      (_, shown, conn) => [
        hears(shown, conn, { type: 'piece', index: 0, begin: 1, block: new Uint8Array(5) }),
        shown,
      ],
      10,
    ),
  ),
  row(
    'I-04',
    'a write beside its block',
    ofEffects('store-write', (effect, shown) => [
      as(shown, { ...effect, offset: effect.offset + 1 }),
    ]),
  ),
  row(
    'I-04',
    'a write past the end',
    ofEffects('store-write', (effect, shown) => [as(shown, { ...effect, offset: 60 * 16_384 })]),
  ),
  row(
    'I-04',
    'a write into padding',
    ofEffects('store-write', (effect, shown) => [as(shown, { ...effect, offset: 4 * 16_384 })]),
    paddedPrivate,
  ),
  row(
    'I-04',
    'a write into a verified piece',
    ofEffects(
      'store-write',
      (effect, shown) => {
        const torrent = shown.node.session.torrent(1)!;
        for (let piece = 0; piece < 29; piece++) {
          if (torrent.view.has(piece)) return [as(shown, { ...effect, offset: piece * 32_768 })];
        }
        return null;
      },
      3,
    ),
  ),
  row(
    'I-05',
    'a piece that did not match and is verified',
    ofInputs('hash-done', (input, shown) => [
      given(shown, { ...input, digest: new Uint8Array(20) }),
    ]),
  ),
  row('I-05', 'a piece verified twice', ofEvents('piece-verified', twice)),
  row('I-05', 'a piece that matched and is forgotten', (told) => {
    let forgotten: ShownEffect | null = null;
    return (shown) => {
      if (shown.what !== 'effect') return [shown];
      const { effect, node, now } = shown;
      if (effect.type === 'notify' && effect.event.type === 'piece-verified') {
        forgotten = shown;
        told();
        return [];
      }
      const isHave = effect.type === 'send' && effect.message.type === 'have';
      return isHave && forgotten?.node === node && forgotten.now === now ? [] : [shown];
    };
  }),
  row('I-05', 'a whole piece that is not hashed', ofEffects('store-hash', dropped)),
  row(
    'I-05',
    'half a piece hashed',
    ofEffects('store-hash', (effect, shown) => [as(shown, { ...effect, length: 16_384 })]),
  ),
  row(
    'I-05',
    'a verified piece left out of a bitfield',
    ofSent('bitfield', ({ bits }, shown, conn) => {
      const less = bits.map((byte) => byte & (byte - 1));
      return [says(shown, conn, { type: 'bitfield', bits: less })];
    }),
    rough,
  ),
  row(
    'I-06',
    'a complete peer whose disk is wrong in the end',
    ofEvents('removed', (_, shown) => {
      spoil(shown.node, 3);
      return [shown];
    }),
  ),
  row('I-07', 'a failed piece of which nobody hears', ofEvents('piece-failed', dropped), rough),
  row(
    'I-07',
    'a good piece that fails',
    ofEvents('piece-verified', (event, shown) => [
      tells(shown, { ...event, type: 'piece-failed' }),
    ]),
  ),
  row(
    'I-35',
    'a start that takes a wrong piece for a right one',
    ofEvents('state-changed', (event, shown) => {
      if (event.state !== 'active') return null;
      spoil(shown.node, 5);
      return [shown];
    }),
  ),
];

const requests: Tampering[] = [
  row(
    'I-08',
    'a request of 16,383 bytes',
    ofSent(
      'request',
      (message, shown, conn) => [says(shown, conn, { ...message, length: 16_383 })],
      5,
    ),
  ),
  row(
    'I-08',
    'a request of a piece that is none',
    ofSent('request', (message, shown, conn) => [says(shown, conn, { ...message, index: 30 })], 5),
  ),
  row(
    'I-08',
    'a request of the last block at full length',
    ofSent('request', (message, shown, conn) =>
      message.length === 16_384 ? null : [says(shown, conn, { ...message, length: 16_384 })],
    ),
  ),
  row(
    'I-08',
    'a request of padding',
    ofSent('request', (message, shown, conn) => [
      says(shown, conn, { ...message, index: 2, begin: 0 }),
    ]),
    paddedPrivate,
  ),
  row(
    'I-08',
    'a request of what is held',
    ofSent(
      'request',
      (message, shown, conn) => {
        const { view } = shown.node.session.torrent(1)!;
        for (let index = 0; index < 29; index++) {
          if (view.has(index)) return [says(shown, conn, { ...message, index, length: 16_384 })];
        }
        return null;
      },
      5,
    ),
  ),
  row(
    'I-08',
    'requests to a peer that has nothing any more',
    ofHeard('unchoke', (_, shown, conn) => [hears(shown, conn, { type: 'have-none' }), shown]),
    silent,
  ),
  row(
    'I-09',
    'a peer that takes one request and gets more',
    ofHeard(
      'extended',
      (_, shown, conn) => [
        hears(shown, conn, { type: 'extended', id: 0, payload: asText('d1:mde4:reqqi1ee') }),
      ],
      0,
      1000,
    ),
  ),
  row('I-09', 'more requests while nothing is written', ofInputs('store-done', dropped, 20, 1000)),
  row('I-10', 'a request said twice', ofSent('request', twice, 5)),
  row(
    'I-10',
    'a block asked of two before the end',
    (told) => {
      const open = new Open();
      let done = false;
      return (shown) => {
        open.hear(shown);
        if (done || shown.what !== 'effect' || shown.effect.type !== 'send') return [shown];
        const { conn, message } = shown.effect;
        if (message.type !== 'request') return [shown];
        const other = open.other(shown.node, conn);
        if (other === undefined) return [shown];
        done = true;
        told();
        return [shown, says(shown, other, message)];
      };
    },
    rough,
  ),
  row('I-10', 'an endgame wider than its bound', nothing, busy, { requestersMax: 1 }),
  row('I-11', 'a cancel that is forgotten', ofSent('cancel', dropped)),
  row('I-11', 'a cancel said twice', ofSent('cancel', twice)),
  row('I-11', 'a block that came and was lost', ofEffects('store-write', dropped, 3)),
  row(
    'I-11',
    'requests that are out for ever',
    ofSent('request', (_, shown) => [{ ...shown, now: shown.now - 100_000 }], 0, 1000),
    silent,
  ),
  row('I-13', 'requests without an unchoke', ofHeard('unchoke', dropped)),
  row(
    'I-13',
    'requests after a choke',
    ofHeard('unchoke', (_, shown, conn) => [shown, hears(shown, conn, { type: 'choke' })], 3),
  ),
  row(
    'I-14',
    'a block written twice',
    ofEffects('store-write', (effect, shown) => [shown, as(shown, { ...effect, job: 1e6 })]),
  ),
  row(
    'I-14',
    'a block that nobody asked for',
    ofHeard('piece', (message, shown, conn) => [
      hears(shown, conn, { ...message, index: (message.index + 11) % 29 }),
    ]),
  ),
  row(
    'I-14',
    'other bytes written than came',
    ofEffects('store-write', (effect, shown) => [
      as(shown, { ...effect, data: effect.data.slice() }),
    ]),
  ),
];

const uploads: Tampering[] = [
  row('I-15', 'a request without an answer', ofSent('reject', dropped)),
  row('I-15', 'a reject said twice', ofSent('reject', twice)),
  row('I-15', 'a block given twice', ofSent('piece', twice, 3)),
  row(
    'I-15',
    'a reject after the block',
    ofSent('piece', ({ index, begin, block: { length } }, shown, conn) =>
      shown.node.far.get(conn)?.node.plan.plain === true
        ? null
        : [shown, says(shown, conn, { type: 'reject', index, begin, length })],
    ),
  ),
  row('I-15', 'a read for nobody', ofHeard('request', dropped)),
  row(
    'I-16',
    'a block after a choke',
    ofSent('piece', (_, shown, conn) => [says(shown, conn, { type: 'choke' }), shown], 3),
    busy,
    { holdTime: null },
  ),
  row('I-26', 'reads while the socket is full', ofInputs('resume-writing', dropped)),
];

const choking: Tampering[] = [
  row(
    'I-17',
    'a choke right after an unchoke',
    ofSent('unchoke', (_, shown, conn) => [shown, says(shown, conn, { type: 'choke' })]),
  ),
  row('I-17', 'more unchoked than there are slots', ofSent('choke', dropped, 0, 1000)),
  row('I-18', 'a peer that waits longer than its turn', nothing, busy, { seedTurn: 100 }),
  row('I-19', 'an unchoke said twice', ofSent('unchoke', twice)),
  row('I-19', 'interest said twice', ofSent('interested', twice)),
  row('I-19', 'a have of which one peer does not hear', ofSent('have', dropped, 2)),
  row(
    'I-19',
    'a have to a peer that has it',
    ofSent('have', ({ index }, shown) => {
      const { peers } = shown.node.session.torrent(1)!;
      const holder = peers.find((peer) => peer.has(index));
      if (holder === undefined) return null;
      return [shown, says(shown, holder.conn, { type: 'have', index })];
    }),
  ),
];

const conformance: Tampering[] = [
  row(
    'I-20',
    'words after the end',
    ofEffects('close', ({ conn }, shown) => [shown, says(shown, conn, { type: 'keep-alive' })]),
  ),
  row('I-20', 'words before the handshake', ofSent('handshake', dropped, 0, 1000)),
  row('I-20', 'a second handshake', ofSent('handshake', twice)),
  row(
    'I-20',
    'the handshake of another torrent',
    ofSent('handshake', (message, shown, conn) => [
      says(shown, conn, { ...message, infoHash: new Uint8Array(20) }),
    ]),
  ),
  row(
    'I-20',
    'have-none in the middle',
    ofSent('request', (_, shown, conn) => [says(shown, conn, { type: 'have-none' })]),
  ),
  row(
    'I-20',
    'a reject to a peer without BEP 6',
    ofSent('interested', (_, shown, conn) =>
      shown.node.plan.plain === true
        ? [says(shown, conn, { type: 'reject', index: 0, begin: 0, length: 16_384 })]
        : null,
    ),
  ),
  row(
    'I-20',
    'an extension that was not negotiated',
    ofSent('extended', (message, shown, conn) => [says(shown, conn, { ...message, id: 3 })]),
  ),
  row(
    'I-20',
    'the port of a DHT node',
    ofSent('interested', (_, shown, conn) => [says(shown, conn, { type: 'port', port: 6881 })]),
  ),
  row(
    'I-20',
    'words to a dial that is not answered',
    ofEffects('connect', ({ conn }, shown) => [shown, says(shown, conn, { type: 'keep-alive' })]),
  ),
  row(
    'I-21',
    'a number that does not fit its field',
    ofSent('request', (message, shown, conn) => [
      says(shown, conn, { ...message, index: message.index + 2 ** 32 }),
    ]),
  ),
];

const PEX = asText('d1:md6:ut_pexi1eee');

const lifecycle: Tampering[] = [
  row(
    'I-23',
    'a dial while stopping',
    ofEvents('state-changed', (event, shown) =>
      event.state === 'stopping'
        ? [shown, as(shown, { type: 'connect', conn: 1e6, address: shown.node.address })]
        : null,
    ),
  ),
  row(
    'I-23',
    'a dial that goes on after a stop',
    ofEvents('state-changed', (event, shown) =>
      event.state === 'stopping'
        ? [as(shown, { type: 'connect', conn: 1e6, address: { host: '1.2.3.4', port: 5 } }), shown]
        : null,
    ),
  ),
  row(
    'I-23',
    'a private torrent that offers PEX',
    ofSent('extended', (message, shown, conn) => [says(shown, conn, { ...message, payload: PEX })]),
    paddedPrivate,
  ),
  row(
    'I-23',
    'a private torrent that asks a DHT',
    ofEffects('datagram', (effect, shown) => [
      as(shown, { ...effect, data: asText('d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:pinge') }),
    ]),
    paddedPrivate,
  ),
  row('I-24', 'a job answered twice', ofInputs('store-done', twice)),
  row('I-24', 'a connection closed twice', ofEffects('close', twice)),
  row('I-24', 'a job number used twice', ofEffects('store-hash', twice)),
  row(
    'I-24',
    'a read of another store',
    ofEffects('store-read', (effect, shown) => [as(shown, { ...effect, store: 99 })]),
  ),
  row(
    'I-24',
    'a store that is never closed',
    ofInputs('store-done', (_, shown) => {
      const { state } = shown.node.session.torrent(1) ?? {};
      return state === 'stopping' ? [] : null;
    }),
  ),
  row(
    'I-30',
    'a state that is left out',
    ofEvents('state-changed', (event) => (event.state === 'opening' ? [] : null)),
  ),
  row('I-30', 'complete twice', ofEvents('complete', twice)),
  row('I-30', 'complete, and nobody hears', ofEvents('complete', dropped)),
  row('I-30', 'a peer that connects twice', ofEvents('peer-connected', twice)),
  row('I-30', 'a peer that leaves unheard', ofEvents('peer-disconnected', dropped)),
  row('I-30', 'an event after the torrent was removed', ofEvents('removed', twice)),
  row('I-30', 'an effect after the session closed', ofEvents('closed', twice)),
  row('I-30', 'a check that goes backwards', ofEvents('check-progress', twice, 2), rough),
  row(
    'I-31',
    'a clock that goes backwards',
    ofInputs('message', (_, shown) => [{ ...shown, now: shown.now - 3000 }], 50),
  ),
  row(
    'I-31',
    'a clock that shows nothing',
    ofInputs('message', (_, shown) => [{ ...shown, now: NaN }], 50),
  ),
];

const connections: Tampering[] = [
  row(
    'I-25',
    'one address dialled twice at once',
    ofEffects('connect', (effect, shown) => [shown, as(shown, { ...effect, conn: 1e6 })]),
  ),
  row('I-25', 'more dials under way than allowed', nothing, busy, { diallingMax: 1 }),
  row('I-25', 'more connections of a torrent than allowed', nothing, busy, {
    torrentConnectionsMax: 2,
  }),
  row(
    'I-25',
    'more connections than the session allows',
    ofInputs('connected', (input, shown) => [
      ...Array.from({ length: 21 }, (_, i) => given(shown, { ...input, conn: 1_000_001 + 2 * i })),
      shown,
    ]),
  ),
  row('I-25', 'an address that is not left alone after a failure', (told) => {
    const dialled = new Map<string, Effect<'connect'>>();
    let done = false;
    return (shown) => {
      const key = (conn: number): string => `${shown.node.index}/${conn}`;
      if (shown.what !== 'effect' || done) return [shown];
      if (shown.effect.type === 'connect') dialled.set(key(shown.effect.conn), shown.effect);
      if (shown.effect.type !== 'close') return [shown];
      const dial = dialled.get(key(shown.effect.conn));
      if (dial === undefined || shown.effect.reason !== 'self-connection') return [shown];
      done = true;
      told();
      return [shown, as(shown, { ...dial, conn: 1e6 })];
    };
  }),
  row(
    'I-28',
    'two connections to one peer',
    ofHeard(
      'handshake',
      (message, shown, conn) => [
        hears(shown, conn, { ...message, peerId: new Uint8Array(20).fill(65) }),
      ],
      0,
      1000,
    ),
    silent,
  ),
  row(
    'I-28',
    'a connection to ourselves',
    ofHeard('handshake', (message, shown, conn) => [
      hears(shown, conn, { ...message, peerId: shown.node.session.peerId }),
    ]),
    silent,
  ),
];

function withUrl(shown: Shown, effect: Effect<'http'>, url: string): Shown {
  return as(shown, { ...effect, request: { ...effect.request, url } });
}

function announces(
  event: string,
  lie: (effect: Effect<'http'>, shown: ShownEffect) => readonly Shown[],
  nth = 0,
): Tampering['tamper'] {
  return ofEffects(
    'http',
    (effect, shown) => {
      const { url } = effect.request;
      return url.startsWith('http://live') && url.includes(`event=${event}`)
        ? lie(effect, shown)
        : null;
    },
    nth,
  );
}

/** Neither the announce nor its answer nor its report is shown. */
const neverCompleted: Tampering['tamper'] = (told) => {
  const jobs = new Map<Node, number>();
  return (shown) => {
    const { node } = shown;
    if (shown.what === 'input') {
      const { input } = shown;
      return input.type === 'http-done' && jobs.get(node) === input.job ? [] : [shown];
    }
    const { effect } = shown;
    if (effect.type === 'http' && effect.request.url.includes('event=completed')) {
      jobs.set(node, effect.job);
      told();
      return [];
    }
    const isReport = effect.type === 'notify' && effect.event.type === 'announced';
    return isReport && effect.event.event === 'completed' ? [] : [shown];
  };
};

const trackers: Tampering[] = [
  row(
    'I-32',
    'a byte too many left',
    announces('started', (effect, shown) => [
      withUrl(shown, effect, effect.request.url.replace(/left=(\d+)/, 'left=1$1')),
    ]),
  ),
  row(
    'I-32',
    'bytes downloaded that never came',
    announces('completed', (effect, shown) => [
      withUrl(shown, effect, effect.request.url.replace(/downloaded=\d+/, 'downloaded=7')),
    ]),
  ),
  row(
    'I-32',
    'a first announce that is not started',
    announces('started', (effect, shown) => [
      withUrl(shown, effect, effect.request.url.replace('&event=started', '')),
    ]),
  ),
  row(
    'I-32',
    'completed twice',
    announces('completed', (effect, shown) => [
      shown,
      tells(shown, {
        type: 'announced',
        torrent: 1,
        url: 'http://live.example/announce?x=1',
        event: 'completed',
        peers: 0,
        seeds: null,
        leeches: null,
        interval: 60_000,
        warning: null,
      }),
      as(shown, { ...effect, job: 1e6 }),
    ]),
  ),
  row('I-32', 'a completed that is never told', neverCompleted, rough),
  row('I-32', 'a stop without a word', announces('stopped', dropped)),
  row(
    'I-32',
    'stopped twice',
    announces('stopped', (effect, shown) => [shown, as(shown, { ...effect, job: 1e6 })]),
  ),
  row(
    'I-32',
    'a regular announce right after completed',
    ofEvents('announced', (event, shown) =>
      event.event === 'completed'
        ? [
            shown,
            as(shown, {
              type: 'http',
              job: 1e6,
              request: {
                method: 'GET',
                url:
                  `${event.url}&info_hash=x&left=0` +
                  `&downloaded=${shown.node.session.torrent(1)!.active!.downloaded}` +
                  `&uploaded=${shown.node.session.torrent(1)!.active!.uploaded}`,
                range: null,
                bytesMax: 1,
                timeMax: 1,
              },
            }),
          ]
        : null,
    ),
  ),
  row('I-32', 'a tracker that failed and is asked again at once', (told) => {
    const asked = new Map<Node, Effect<'http'>>();
    let done = false;
    return (shown) => {
      if (shown.what !== 'effect' || done) return [shown];
      const { effect } = shown;
      if (effect.type === 'http') asked.set(shown.node, effect);
      if (effect.type !== 'notify' || effect.event.type !== 'announce-failed') return [shown];
      const last = asked.get(shown.node);
      if (last === undefined) return [shown];
      done = true;
      told();
      return [shown, as(shown, { ...last, job: 1e6 })];
    };
  }),
  row(
    'I-32',
    'an announce over UDP with a wrong number',
    ofEffects('datagram', (effect, shown) => {
      if (effect.data.length < 98) return null;
      const data = effect.data.slice();
      data[63]! ^= 1;
      return [as(shown, { ...effect, data })];
    }),
    paddedPrivate,
  ),
];

const adversary: Tampering[] = [
  row(
    'I-34',
    'an honest peer banned',
    ofEvents('peer-banned', (event, shown) => [
      tells(shown, { ...event, address: { host: '10.0.0.1', port: 6881 } }),
    ]),
    rough,
  ),
  row(
    'I-34',
    'a liar that stays',
    counted(
      (shown) => {
        if (shown.what !== 'effect') return null;
        const { effect } = shown;
        const isBan = effect.type === 'abort' && effect.reason === 'banned';
        const isEnd =
          effect.type === 'notify' &&
          effect.event.type === 'peer-disconnected' &&
          effect.event.reason === 'banned';
        return isBan || isEnd ? [] : null;
      },
      0,
      1000,
    ),
    rough,
  ),
  row(
    'I-38',
    'a step that throws',
    ofInputs('message', (_, shown) => {
      shown.node.session.step = () => {
        throw new Error('a bug of ours');
      };
      return [shown];
    }),
  ),
];

const liveness: Tampering[] = [
  row(
    'I-36',
    'a peer that lacks pieces when time is over',
    (told) => {
      told();
      return (shown) => [shown];
    },
    (judge, tamper) => busy(judge, tamper, 5000),
  ),
  row(
    'I-37',
    'a seed that wakes for nothing',
    ofInputs('timeout', (_, shown) => Array.from({ length: 12 }, () => shown), 3, 1000),
    idle,
  ),
  row(
    'I-37',
    'a machine that spins',
    ofInputs('timeout', (_, shown) => Array.from({ length: 101 }, () => shown), 3),
  ),
  row('I-12', 'interest that is not told', ofSent('interested', dropped)),
  row('I-12', 'interest that lasts too long', ofSent('not-interested', dropped)),
  row(
    'I-12',
    'books that do not add up',
    ofInputs(
      'message',
      (_, shown) => {
        shown.node.session.assertInvariants = () => {
          throw new Error('wantedPieces differs from a recount');
        };
        return [shown];
      },
      40,
    ),
  ),
];

/** One row per lie. */
export const tamperings: readonly Tampering[] = [
  ...dataIntegrity,
  ...requests,
  ...uploads,
  ...choking,
  ...conformance,
  ...lifecycle,
  ...connections,
  ...trackers,
  ...adversary,
  ...liveness,
];
