/** Lies about pieces, disks and bytes: I-01 to I-07, I-35. */
import { paddedPrivate, rough, shared } from '../scenes.ts';
import {
  ofEffects,
  ofInputs,
  ofSent,
  ofHeard,
  ofEvents,
  as,
  says,
  hears,
  given,
  tells,
  spoil,
  row,
  dropped,
  twice,
} from './lies.ts';
import type { ShownEffect, Tampering } from './lies.ts';

export const dataIntegrityLies: readonly Tampering[] = [
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
    ofEvents('state-changed', (event, shown) => {
      if (event.state !== 'stopping') return null;
      spoil(shown.node, 3);
      return [shown];
    }),
  ),
  row('I-07', 'a failed piece of which nobody hears', ofEvents('piece-failed', dropped), rough),
  row(
    'I-07',
    'a spoiled piece of which one block is not examined',
    ofEffects('store-hash', ({ length }, shown) =>
      length === 16_384 && !shown.node.session.torrent(1)!.view.complete ? [] : null,
    ),
    shared,
  ),
  row(
    'I-07',
    'a failed piece of which nobody hears after it was examined',
    ofEvents('piece-failed', dropped),
    shared,
  ),
  row(
    'I-05',
    'the digest of half a block',
    ofEffects('store-hash', (effect, shown) =>
      effect.length === 16_384 ? [as(shown, { ...effect, length: 8192 })] : null,
    ),
    shared,
  ),
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
