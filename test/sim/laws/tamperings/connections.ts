/** Lies about dials and connections: I-25, I-28. */
import { busy, rough, silent } from '../scenes.ts';
import {
  ofEffects,
  ofInputs,
  ofHeard,
  ofEvents,
  as,
  hears,
  given,
  tells,
  row,
  nothing,
} from './lies.ts';
import type { Effect, Tampering } from './lies.ts';

export const connectionLies: readonly Tampering[] = [
  row(
    'I-25',
    'one address dialled twice at once',
    ofEffects('connect', (effect, shown) => [shown, as(shown, { ...effect, conn: 1e6 })]),
  ),
  row(
    'I-25',
    'a host that only a tracker named, dialled twice at once',
    ofEffects('connect', (effect, shown) => [
      shown,
      as(shown, { ...effect, conn: 1e6, address: { ...effect.address, port: 1 } }),
    ]),
  ),
  row(
    'I-25',
    'a storm of dials',
    ofEffects('connect', (effect, shown) =>
      Array.from({ length: 31 }, (_, i) =>
        as(shown, { ...effect, conn: 1e6 + 2 * i, address: { host: `10.7.0.${i}`, port: 1 } }),
      ),
    ),
    busy,
    { torrentConnectionsMax: 1000, diallingMax: 1000 },
  ),
  row(
    'I-25',
    'more strangers than the session allows',
    ofInputs('connected', (input, shown) => [
      ...Array.from({ length: 120 }, (_, i) => given(shown, { ...input, conn: 1_000_001 + 2 * i })),
      shown,
    ]),
    rough,
    { torrentConnectionsMax: 1000 },
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
    'more connections with one host than allowed',
    ofEvents('peer-connected', (event, shown) =>
      Array.from({ length: 9 }, (_, i) => [
        given(shown, { type: 'connected', conn: 1_000_001 + 2 * i, address: event.address }),
        tells(shown, { ...event, conn: 1_000_001 + 2 * i, peerId: new Uint8Array(20).fill(i) }),
      ]).flat(),
    ),
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
