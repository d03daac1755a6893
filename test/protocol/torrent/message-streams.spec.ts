/**
 * Fake message streams: no sequence of messages, time-outs, disconnects and store answers makes `step` throw, loses a
 * block, owns one twice, requests what a peer lacks, uploads to a choked peer, or breaks an invariant.
 *
 * The stream is drawn by fast-check, half sense and half nonsense; `SessionWorld` judges every effect from outside and
 * recounts the engine's books after every step. At the end one honest seed joins: from any state that the stream has
 * left, the download must complete with the right bytes. What was exercised is counted, and must not be nothing.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import fc from 'fast-check';
import { chain, rarestFirst, sequential } from '../../../src/behaviors/index.ts';
import type { PeerMessage, SessionEffect } from '../../../src/protocol/index.ts';
import { bitsOf, makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote } from '../../support/session-world.ts';

const CONTENT = makeContent(5 * 49_152 + 20_000, 49_152);
const PIECES = CONTENT.metainfo.pieceCount;

/** One event of a stream. The numbers are interpreted against the state at that moment, so that streams shrink well. */
interface Op {
  readonly kind: (typeof KINDS)[number];
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

const KINDS = [
  'accept',
  'dial',
  'twin',
  'hang-up',
  'generous',
  'generous',
  'bitfield',
  'have',
  'have-all-or-none',
  'unchoke',
  'choke',
  'interest',
  'leech',
  'leech',
  'serve',
  'serve',
  'serve-many',
  'serve-many',
  'serve-any',
  'corrupt',
  'unasked',
  'reject',
  'request',
  'request-held',
  'request-held',
  'request-held',
  'request-nonsense',
  'cancel',
  'allowed-fast',
  'nonsense',
  'job',
  'job',
  'job',
  'job-any',
  'disk-fault',
  'time',
  'time',
  'pause-writing',
  'resume-writing',
  'flags',
  'stop',
  'start',
  'recheck',
  'swap',
  'select',
  'select',
  'deadlines',
] as const;

const op: fc.Arbitrary<Op> = fc.record({
  kind: fc.constantFrom(...KINDS),
  a: fc.nat(255),
  b: fc.nat(255),
  c: fc.nat(255),
});

const seen = {
  corrupt: 0,
  faults: 0,
  stops: 0,
  twins: 0,
  requests: 0,
  uploads: 0,
  cancels: 0,
  rejects: 0,
  haves: 0,
  selections: 0,
  cancelledBySelection: 0,
};

function play(ops: readonly Op[], seed: number): SessionWorld {
  const config = { uploadSlots: 3, requestQueueMax: 8, offensesMax: 20, readAheadBytesMax: 32_768 };
  // Half of the worlds begin with some good pieces on disk, found by the check.
  const found = seed % 2 === 0 ? 'check' : 'none';
  const world = new SessionWorld({ content: CONTENT, config, seed, existing: found });
  if (found === 'check') world.disk.set(CONTENT.bytes.subarray(0, (seed % 5) * 49_152));
  world.start();
  for (const each of ops) apply(world, each);
  seen.requests += world.counts.requests;
  seen.uploads += world.counts.uploads;
  seen.cancels += world.counts.cancels;
  seen.rejects += world.counts.rejects;
  seen.haves += world.counts.haves;
  return world;
}

function apply(world: SessionWorld, { kind, a, b, c }: Op): void {
  const open = world.open;
  const remote = open[a % Math.max(1, open.length)];
  switch (kind) {
    case 'accept':
      if (open.length < 8) world.accept(`peer ${a % 12}`, b % 2 === 0);
      return;
    case 'dial':
      world.feed({
        type: 'command',
        command: {
          type: 'add-peers',
          torrent: 1,
          addresses: [{ host: `10.1.0.${a % 9}`, port: 1 + b }],
        },
      });
      if (c % 2 === 0) world.answerDial(`peer ${a % 12}`, b % 2 === 0);
      return;
    case 'job':
      world.answerJob();
      return;
    case 'job-any':
      world.answerJob(null, a);
      return;
    case 'disk-fault':
      if (a % 8 !== 0 || world.jobs.length === 0) return;
      seen.faults++;
      world.answerJob((['full', 'io', 'missing', 'denied'] as const)[b % 4], c);
      return;
    case 'time':
      world.advance([0, 10, 1000, 5000, 11_000, 31_000, 70_000, 160_000][a % 8]!);
      return;
    case 'flags':
      world.feed({
        type: 'command',
        command: {
          type: 'set-flags',
          torrent: 1,
          downloading: a % 4 !== 0,
          seeding: b % 4 !== 0,
        },
      });
      return;
    case 'stop':
      if (a % 6 !== 0) return;
      seen.stops++;
      world.feed({ type: 'command', command: { type: 'stop-torrent', torrent: 1 } });
      return;
    case 'recheck':
      if (a % 6 === 0) world.command({ type: 'recheck-torrent', torrent: 1 });
      return;
    case 'start':
      world.feed({ type: 'command', command: { type: 'start-torrent', torrent: 1 } });
      return;
    case 'select': {
      // One bit per piece from `a`, priorities from `b`; now and then everything again.
      const pieces = Uint8Array.from({ length: PIECES }, (_, piece) =>
        c % 5 === 0 || ((a >> piece) & 1) === 1 ? 1 + (b % 3) : 0,
      );
      seen.selections++;
      const before = world.counts.cancels;
      world.command({ type: 'set-priorities', torrent: 1, pieces, files: null });
      seen.cancelledBySelection += world.counts.cancels - before;
      return;
    }
    case 'deadlines': {
      // Out of range, twice, long ago: whatever an application may say.
      const deadlines = [a, b, c, a].map((n, i) => ({ piece: n % (PIECES + 2), within: i * 500 }));
      world.command({ type: 'set-deadlines', torrent: 1, deadlines: deadlines.slice(0, a % 5) });
      return;
    }
    case 'swap':
      world.feed({
        type: 'command',
        command: {
          type: 'set-behaviors',
          torrent: 1,
          behaviors: { picker: a % 2 === 0 ? chain(sequential()) : chain(rarestFirst()) },
        },
      });
      return;
    default:
      if (remote !== undefined) speak(world, remote, kind, a, b, c);
  }
}

function speak(
  world: SessionWorld,
  remote: Remote,
  kind: Op['kind'],
  a: number,
  b: number,
  c: number,
): void {
  const piece = b % PIECES;
  const begin = (c % 4) * 16_384;
  switch (kind) {
    case 'twin':
      seen.twins++;
      world.accept(`peer ${b % 12}`, remote.fast);
      return;
    case 'hang-up':
      return world.hangUp(remote);
    case 'bitfield': {
      const some = [0, 1, 2, 3, 4, 5].filter((bit) => ((b >> bit) & 1) === 1 && bit < PIECES);
      return world.say(remote, { type: 'bitfield', bits: bitsOf(some, PIECES) });
    }
    case 'have':
      return world.say(remote, { type: 'have', index: piece });
    case 'have-all-or-none':
      return world.say(remote, { type: b % 2 === 0 ? 'have-all' : 'have-none' });
    case 'unchoke':
      return world.say(remote, { type: 'unchoke' });
    case 'choke':
      return world.say(remote, { type: 'choke' });
    case 'interest':
      return world.say(remote, { type: b % 4 === 0 ? 'not-interested' : 'interested' });
    case 'generous': {
      const all = Array.from({ length: PIECES }, (_, index) => index);
      world.say(remote, { type: 'bitfield', bits: bitsOf(all, PIECES) });
      world.say(remote, { type: 'interested' });
      return world.say(remote, { type: 'unchoke' });
    }
    case 'leech':
      // Interested, and time for a rechoke to let it in.
      world.say(remote, { type: 'interested' });
      return world.tick();
    case 'serve':
      world.serve(remote);
      return;
    case 'serve-many':
      for (let i = 0; i < b % 20 && world.serve(remote); i++) world.answerJob();
      return;
    case 'serve-any':
    case 'corrupt': {
      const asked = [...remote.asked.values()][b % Math.max(1, remote.asked.size)];
      if (asked === undefined) return;
      const block = world.block(asked.index, asked.begin, asked.length);
      if (kind === 'corrupt') {
        seen.corrupt++;
        block[0]! ^= 1;
      }
      return world.say(remote, { type: 'piece', index: asked.index, begin: asked.begin, block });
    }
    case 'unasked': {
      const block = world.block(piece, begin, 16_384);
      return world.say(remote, { type: 'piece', index: piece, begin, block });
    }
    case 'reject': {
      const asked = [...remote.asked.values()][b % Math.max(1, remote.asked.size)];
      const request = asked ?? { index: piece, begin, length: 16_384 };
      return world.say(remote, { ...request, type: 'reject' });
    }
    case 'request-held': {
      const held = [...Array(PIECES).keys()].filter((index) => world.torrent.view.has(index));
      const index = held[b % Math.max(1, held.length)] ?? piece;
      return world.say(remote, { type: 'request', index, begin, length: 16_384 });
    }
    case 'request':
    case 'cancel':
      return world.say(remote, { type: kind, index: piece, begin, length: 16_384 });
    case 'request-nonsense': {
      const odd = [0, 1, 16_383, 16_385, 0x7fffffff, 0xffffffff];
      const index = odd[a % 6]!;
      const strange = { type: 'request', index, begin: odd[b % 6]!, length: odd[c % 6]! } as const;
      return world.say(remote, strange);
    }
    case 'allowed-fast':
      return world.say(remote, { type: 'allowed-fast', index: piece });
    case 'nonsense':
      return world.say(remote, NONSENSE[b % NONSENSE.length]!);
    case 'pause-writing':
    case 'resume-writing':
      return world.feed({ type: kind, conn: remote.conn });
    default:
  }
}

const NONSENSE: readonly PeerMessage[] = [
  { type: 'have', index: PIECES },
  { type: 'have', index: 0xffffffff },
  { type: 'bitfield', bits: new Uint8Array(0) },
  { type: 'bitfield', bits: new Uint8Array([0xff]) },
  { type: 'suggest', index: 0xffffffff },
  { type: 'allowed-fast', index: 0xffffffff },
  { type: 'extended', id: 0, payload: new Uint8Array([0x64]) },
  { type: 'extended', id: 200, payload: new Uint8Array(40) },
  { type: 'piece', index: 0xffffffff, begin: 0xffffffff, block: new Uint8Array(3) },
  { type: 'keep-alive' },
  { type: 'port', port: 1 },
];

/** From whatever state the stream has left: an honest seed alone must be able to finish it. */
function finish(world: SessionWorld): void {
  for (const remote of world.open) world.hangUp(remote);
  for (let i = 0; i < 10 && world.torrent.state !== 'active'; i++) {
    world.settle();
    world.feed({ type: 'command', command: { type: 'start-torrent', torrent: 1 } });
    world.settle();
    world.advance(5000);
  }
  world.feed({
    type: 'command',
    command: { type: 'set-flags', torrent: 1, downloading: true, seeding: true },
  });
  const pieces = new Uint8Array(PIECES).fill(1);
  world.command({ type: 'set-priorities', torrent: 1, pieces, files: null });
  for (let tries = 0; tries < 5 && !world.torrent.view.complete; tries++) {
    world.settle();
    const seed = world.accept(`honest ${tries}`);
    if (seed.closedBy !== null) continue;
    const all = Array.from({ length: PIECES }, (_, piece) => piece);
    world.say(seed, { type: 'bitfield', bits: bitsOf(all, PIECES) });
    world.say(seed, { type: 'unchoke' });
    world.runToRest(100);
  }
}

describe('fake message streams', () => {
  it('never throw, lose or double a block, ask what is not there, or serve the choked', () => {
    fc.assert(
      fc.property(
        fc.array(op, { minLength: 20, maxLength: 250, size: 'max' }),
        fc.nat(1000),
        (ops: readonly Op[], seed: number) => {
          const world = play(ops, seed);
          finish(world);
          assert.equal(world.torrent.view.complete, true, 'the honest seed could not finish it');
          assert.deepEqual(world.disk, CONTENT.bytes, 'I-06: the bytes differ');
          assert.equal(world.torrent.ledger.leases, 0, 'I-11: a lease was never ended');
        },
      ),
      { numRuns: Number(process.env['STREAM_RUNS'] ?? 400) },
    );
  });

  it('give the same effects twice for the same inputs (law 3)', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 120, size: 'max' }), fc.nat(1000), (ops, seed) => {
        const first: readonly SessionEffect[] = play(ops, seed).log;
        const second: readonly SessionEffect[] = play(ops, seed).log;
        assert.deepEqual(second, first);
      }),
      { numRuns: 60 },
    );
  });

  after(() => {
    for (const [what, count] of Object.entries(seen)) {
      assert(count > 0, `the streams never exercised: ${what}`);
    }
  });
});
