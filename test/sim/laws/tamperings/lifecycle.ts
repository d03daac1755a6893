/** Lies about states, jobs and time: I-23, I-24, I-30, I-31. */
import { paddedPrivate, rough } from '../scenes.ts';
import {
  ofEffects,
  ofInputs,
  ofSent,
  ofEvents,
  as,
  says,
  asText,
  row,
  dropped,
  twice,
} from './lies.ts';
import type { Tampering } from './lies.ts';

const PEX = asText('d1:md6:ut_pexi1eee');

export const lifecycleLies: readonly Tampering[] = [
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
