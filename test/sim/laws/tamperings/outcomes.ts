/** Lies about what comes of it all: I-12, I-34, I-36, I-37, I-38. */
import { busy, idle, rough, shared } from '../scenes.ts';
import { ofEffects, ofInputs, counted, ofSent, ofEvents, tells, row, dropped } from './lies.ts';
import type { Effect, ShownEffect, Tampering } from './lies.ts';

/** Bans are told, and the connections of who is banned stay open. */
const bannedStay = counted(
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
);

/** Whether the digest of a block of a right piece is asked for. */
function examines({ node }: ShownEffect, { offset, length }: Effect<'store-hash'>): boolean {
  const { view, metainfo } = node.session.torrent(1)!;
  const { pieceLength } = metainfo;
  return length < pieceLength && view.has(Math.floor(offset / pieceLength));
}

const adversary: Tampering[] = [
  row(
    'I-34',
    'an honest peer banned',
    ofEvents('peer-banned', (event, shown) => [
      tells(shown, { ...event, address: { host: '10.0.0.1', port: 6881 } }),
    ]),
    rough,
  ),
  row('I-34', 'a liar that stays', bannedStay, rough),
  row('I-34', 'a liar that is found out and stays', bannedStay, shared),
  row(
    'I-34',
    'a piece that is right at last, and nobody asks who spoiled it',
    ofEffects('store-hash', (effect, shown) => (examines(shown, effect) ? [] : null), 0, 1000),
    shared,
  ),
  row('I-34', 'a ban that has no end', ofEvents('ban-expired', dropped), shared),
  row(
    'I-34',
    'a ban that ends too soon',
    ofEvents('peer-banned', (event, shown) => [
      shown,
      tells(shown, { type: 'ban-expired', torrent: 1, host: event.address.host }),
    ]),
    shared,
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
    ofInputs('timeout', (_, shown) => Array.from({ length: 12 }, () => shown), 0, 1000),
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

export const outcomeLies: readonly Tampering[] = [...adversary, ...liveness];
