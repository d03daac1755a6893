/**
 * What a hostile peer may say, row by row (S-20 to S-25, S-37), where a row asks for more than the tests of the single
 * messages show: whole sequences, all corners, a million of them.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { PeerCodec } from '../../../src/protocol/index.ts';
import type { PeerMessage } from '../../../src/protocol/index.ts';
import { PeerDecoder } from '../../../src/protocol/wire/decode.ts';
import { wireLimitsDefault } from '../../../src/protocol/wire/limits.ts';
import { memoryInUse } from '../../support/memory-in-use.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import { BLOCK, heard, joinLeech, peerAt } from '../../support/scenes.ts';
import { LivelyWorld } from '../trace/lively-world.ts';

const PIECES = 17;
/** 17 pieces, so that a bitfield has spare bits; the last one is short. */
const CONTENT = makeContent(PIECES * BLOCK - 5, BLOCK);
const CORNERS = [0, 1, 5, BLOCK - 1, BLOCK, BLOCK + 1, 0x7fffffff, 0x80000000, 0xffffffff];

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, ...options }).start();
}

const index = fc.constantFrom(0, 1, PIECES - 2, PIECES - 1, PIECES, 0x7fffffff, 0xffffffff);
const number = fc.constantFrom(...CORNERS);
/** Any message of any size that the decoder lets pass, in any order; many are nonsense. */
const message: fc.Arbitrary<PeerMessage> = fc.oneof(
  fc.record({ type: fc.constantFrom('have', 'suggest', 'allowed-fast'), index }),
  fc.record({
    type: fc.constantFrom('request', 'cancel', 'reject'),
    index,
    begin: number,
    length: number,
  }),
  fc.record({ type: fc.constant('bitfield'), bits: fc.uint8Array({ maxLength: 4 }) }),
  fc
    .constantFrom<Uint8Array>(
      Uint8Array.of(0xff, 0xff, 0x80),
      Uint8Array.of(0xff, 0xff, 0xc0),
      Uint8Array.of(0, 0xf0, 0x80),
    )
    .map((bits) => ({ type: 'bitfield', bits }) as const),
  fc.record({
    type: fc.constantFrom('choke', 'unchoke', 'interested', 'have-all', 'have-none'),
  }),
  fc.record({
    type: fc.constant('piece'),
    index,
    begin: number,
    block: fc.uint8Array({ maxLength: 20 }),
  }),
  fc.record({
    type: fc.constant('extended'),
    id: fc.nat(2),
    payload: fc.uint8Array({ maxLength: 20 }),
  }),
);

/** Says it behind the back of the observer, who knows nothing of nonsense. */
function blurt(world: SessionWorld, remote: Remote, said: PeerMessage): void {
  world.feed({ type: 'message', conn: remote.conn, message: said });
}

describe('hostile peers, row by row', () => {
  it('S-20: a length prefix is believed by nobody: refused at once, or at the frame’s own bound', () => {
    for (const length of [0xffffffff, 0x80000000, (1 << 20) + 3]) {
      for (const id of [-1, ...Array(21).keys()]) {
        const decoder = new PeerDecoder(wireLimitsDefault, false);
        const out: PeerMessage[] = [];
        const handshake = new Uint8Array(68);
        handshake.set(Buffer.from('\x13BitTorrent protocol', 'latin1'));
        decoder.push(handshake, out);
        const frame = Buffer.alloc(id < 0 ? 4 : 5, id < 0 ? 0 : id);
        frame.writeUInt32BE(length);
        const fault = decoder.push(frame, out);
        assert.equal(out.length, 1, 'no message but the handshake');
        assert.ok(decoder.heldBytes < 1 << 16, 'nothing is allocated on a promise');
        // Before the id, and for ids that nobody knows, the longest frame of all is the bound.
        const unknown = [-1, 10, 11, 12, 18, 19].includes(id);
        if (!unknown || length > 1 << 30)
          assert.notEqual(fault, null, `length ${length}, id ${id}`);
      }
    }
  });

  it('S-22, S-23: any sequence of messages: no throw, and availability equals a recount', () => {
    let counted = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), message), { minLength: 10, maxLength: 60 }),
        fc.boolean(),
        (script, seed) => {
          const world = open({ existing: seed ? 'all' : 'none', config: { offensesMax: 1e6 } });
          const remotes = [0, 1, 2].map((n) => world.accept(`peer ${n}`, n > 0));
          for (const [who, said] of script) {
            const { conn } = remotes[who]!;
            world.session.step({ type: 'message', conn, message: said }, world.now, []);
            world.session.assertInvariants(); // recounts availability from what each peer has
            counted++;
          }
        },
      ),
      { numRuns: 200 },
    );
    assert.ok(counted > 3000, `${counted} messages`);
  });

  it('S-24: of all corners only requests inside a piece are served; 300 invalid are borne, not one more', () => {
    const world = open({ existing: 'all', config: { offensesMax: 1e6 } });
    const remote = joinLeech(world, 'leech');
    let valid = 0;
    for (const piece of [0, PIECES - 1, PIECES, 0x7fffffff, 0xffffffff]) {
      for (const begin of CORNERS) {
        for (const length of CORNERS) {
          const size = piece === PIECES - 1 ? BLOCK - 5 : BLOCK;
          const good = piece < PIECES && length > 0 && begin + length <= size;
          const before = heard(remote, 'piece').length;
          const offenses = peerAt(world).offenses;
          world.say(remote, { type: 'request', index: piece, begin, length });
          world.settle();
          const what = `${piece}/${begin}/${length}`;
          assert.equal(heard(remote, 'piece').length - before, good ? 1 : 0, what);
          assert.equal(peerAt(world).offenses - offenses, good ? 0 : 1, what);
          if (good) valid++;
        }
      }
    }
    assert.ok(valid > 10, `${valid} were valid`);
    const strict = open({ existing: 'all' });
    const rude = joinLeech(strict, 'rude');
    for (let i = 0; i < 300; i++) blurt(strict, rude, { type: 'request', ...RANGE });
    assert.equal(rude.closedBy, null);
    blurt(strict, rude, { type: 'request', ...RANGE });
    assert.equal(rude.closedBy, 'flooding');
  });

  it('S-25: a million requests of one peer cost no memory, and the others are served', () => {
    const content = makeContent(64 * 64 * BLOCK, 64 * BLOCK);
    const config = { offensesMax: 1e7, requestQueueMax: 2000 };
    const world = open({ content, existing: 'all', config });
    const greedy = joinLeech(world, 'greedy');
    const honest = joinLeech(world, 'honest');
    world.feed({ type: 'pause-writing', conn: greedy.conn });
    const { conn } = greedy;
    const before = memoryInUse();
    for (let i = 0; i < 1_000_000; i++) {
      const range = { index: (i >> 6) & 63, begin: (i & 63) * BLOCK, length: BLOCK };
      const said = { type: 'request', ...range } as const;
      // Past the observer, who would remember each of them.
      world.session.step({ type: 'message', conn, message: said }, world.now, NOWHERE);
    }
    const grown = memoryInUse() - before;
    const { uploads, reading } = peerAt(world);
    assert.equal(uploads.length + reading.length, 2000);
    assert.ok(grown < 8e6, `${grown} bytes more`);
    for (let begin = 0; begin < 64 * BLOCK; begin += BLOCK) {
      world.say(honest, { type: 'request', index: 3, begin, length: BLOCK });
    }
    world.settle();
    assert.equal(heard(honest, 'piece').length, 64);
  });

  it('S-37: what is sent is the same bytes in every run: no memory of others is in it', () => {
    const sent = (): string => {
      const seeds = [77, 78, 79, 80, 81, 82];
      const worlds = seeds.map((seedValue) => new LivelyWorld({ seedValue, length: 400 }));
      const effects = worlds.flatMap((world) => world.effects);
      const codec = new PeerCodec();
      const parts: Uint8Array[] = [];
      for (const effect of effects) {
        if (effect.type === 'send') codec.encode(effect.message, parts);
        if (effect.type === 'datagram') parts.push(effect.data);
      }
      return Buffer.concat(parts).toString('hex');
    };
    const first = sent();
    // Whatever lies about in pooled buffers between two runs must not show.
    for (let i = 0; i < 1000; i++) Buffer.allocUnsafe(1000).fill(i);
    assert.equal(sent(), first);
    assert.ok(first.length > 10_000);
  });
});

const RANGE = { index: 0, begin: BLOCK, length: 1 };

const NOWHERE = { push: (): void => undefined };
