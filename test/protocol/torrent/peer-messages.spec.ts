// What peers say of themselves, right, wrong, twice or not at all (S-22, S-23, S-36, I-12, I-19, BEP 3, BEP 6).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { encodeExtendedHandshake } from '../../../src/protocol/extensions/extended-handshake.ts';
import type { PeerMessage } from '../../../src/protocol/index.ts';
import { bitsOf, makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import {
  allPieces,
  BLOCK,
  heard,
  joinHolder,
  peerAt,
  sayPieces,
  told,
} from '../../support/scenes.ts';

/** 11 pieces of one block, as in libtorrent's simulations: 5 spare bits. */
const CONTENT = makeContent(11 * BLOCK, BLOCK);
const PIECES = 11;
const ALL: PeerMessage = { type: 'have-all' };
const NONE: PeerMessage = { type: 'have-none' };

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, ...options }).start();
}

function availability(world: SessionWorld): number[] {
  return allPieces(world).map((piece) => world.torrent.view.availability(piece));
}

describe('bitfield (S-22)', () => {
  for (const [name, bits] of [
    ['one byte short', new Uint8Array(1)],
    ['one byte long', new Uint8Array(3)],
    [
      'nine bits long',
      bitsOf(
        Array.from({ length: PIECES + 9 }, (_, i) => i),
        PIECES + 9,
      ),
    ],
    ['with a spare bit', new Uint8Array([0, 0x10])],
    ['with the last spare bit', new Uint8Array([0, 0x01])],
    ['of nothing', new Uint8Array(0)],
  ] as const) {
    it(`${name} closes the connection`, () => {
      const world = open();
      const remote = world.accept('peer');
      world.say(remote, { type: 'bitfield', bits });
      assert.equal(remote.closedBy, 'bad-bitfield');
      assert.deepEqual(availability(world), Array(PIECES).fill(0));
    });
  }

  it('repeated replaces the earlier one exactly', () => {
    const world = open();
    const remote = world.accept('peer');
    sayPieces(world, remote, [0, 1, 2]);
    sayPieces(world, remote, [2, 3]);
    sayPieces(world, remote, [2, 3]);
    assert.deepEqual(availability(world), [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
    sayPieces(world, remote, allPieces(world));
    assert.deepEqual(availability(world), Array(PIECES).fill(1));
    sayPieces(world, remote, []);
    assert.deepEqual(availability(world), Array(PIECES).fill(0));
    world.hangUp(remote);
    assert.deepEqual(availability(world), Array(PIECES).fill(0));
  });

  it('that takes a piece back cancels what was asked of it', () => {
    const world = open();
    const remote = joinHolder(world, 'peer');
    assert(remote.asked.size > 1);
    sayPieces(world, remote, [4]);
    assert.deepEqual(
      [...remote.asked.values()].map(({ index }) => index),
      [4],
    );
    sayPieces(world, remote, []);
    assert.equal(remote.asked.size, 0);
    assert.equal(remote.interested, false);
  });

  it('is the owner of its bytes: the buffer was only borrowed', () => {
    const world = open();
    const remote = world.accept('peer');
    const bits = bitsOf([7], PIECES);
    world.say(remote, { type: 'bitfield', bits });
    bits.fill(0xff);
    world.session.assertInvariants();
    assert.deepEqual(availability(world), [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
  });
});

describe('contradictions about availability (libtorrent, test_peer_connection)', () => {
  const full: PeerMessage = {
    type: 'bitfield',
    bits: bitsOf(
      Array.from({ length: PIECES }, (_, i) => i),
      PIECES,
    ),
  };
  const some: PeerMessage = { type: 'bitfield', bits: bitsOf([1, 5], PIECES) };
  for (const [name, messages] of [
    ['alternate have-all and have-none', [ALL, NONE, ALL, NONE, ALL, NONE]],
    ['bitfield and have-none', [some, NONE]],
    ['bitfield and have-all', [some, ALL]],
    ['full bitfield and have-all', [full, ALL]],
    ['full bitfield and have-none', [full, NONE]],
  ] as const) {
    it(`${name}: the last one wins, and only idleness ends the connection`, () => {
      const world = open();
      const remote = world.accept('peer', true);
      for (const message of messages) world.say(remote, message);
      const copies = messages.at(-1) === ALL ? 1 : 0;
      assert.deepEqual(availability(world), Array(PIECES).fill(copies));
      assert.equal(remote.interested, copies === 1);
      world.advance(149_999);
      assert.equal(remote.closedBy, null);
      world.advance(1);
      assert.equal(remote.closedBy, 'idle');
    });
  }

  it('against a seed: the first word of a fellow seed ends it as both-seeds', () => {
    const world = open({ existing: 'all' });
    const remote = world.accept('peer', true);
    world.say(remote, NONE);
    assert.equal(remote.closedBy, null);
    world.say(remote, ALL);
    assert.equal(remote.closedBy, 'both-seeds');
  });

  it('have-all and have-none without the fast extension are offenses and mean nothing', () => {
    const world = open();
    const remote = world.accept('peer');
    world.say(remote, ALL);
    world.say(remote, NONE);
    assert.equal(peerAt(world).offenses, 2);
    assert.deepEqual(availability(world), Array(PIECES).fill(0));
  });
});

describe('indexes out of range (S-23)', () => {
  for (const index of [PIECES, 0x7fffffff, 0x80000000, 0xffffffff]) {
    it(`have ${index} closes the connection`, () => {
      const world = open();
      const remote = world.accept('peer');
      world.say(remote, { type: 'have', index });
      assert.equal(remote.closedBy, 'bad-index');
    });

    it(`suggest, allowed-fast and reject ${index} are offenses`, () => {
      const world = open();
      const remote = world.accept('peer', true);
      world.say(remote, { type: 'suggest', index });
      world.say(remote, { type: 'allowed-fast', index });
      world.say(remote, { type: 'reject', index, begin: 0, length: BLOCK });
      assert.equal(remote.closedBy, null);
      assert.equal(peerAt(world).offenses, 3);
    });
  }

  it('have of the last piece, said twice, counts once', () => {
    const world = open();
    const remote = world.accept('peer');
    world.say(remote, { type: 'have', index: PIECES - 1 });
    world.say(remote, { type: 'have', index: PIECES - 1 });
    assert.equal(world.torrent.view.availability(PIECES - 1), 1);
  });

  it('haves of every piece make a seed', () => {
    const world = open({ existing: 'all' });
    const remote = world.accept('peer');
    for (const index of allPieces(world)) {
      assert.equal(remote.closedBy, null);
      world.say(remote, { type: 'have', index });
    }
    assert.equal(remote.closedBy, 'both-seeds');
  });
});

describe('flooding', () => {
  it('is offensesMax forgiven and one more closed', () => {
    const world = open({ config: { offensesMax: 4 } });
    const remote = world.accept('peer');
    for (let i = 0; i < 4; i++) world.say(remote, ALL);
    assert.equal(remote.closedBy, null);
    world.say(remote, ALL);
    assert.equal(remote.closedBy, 'flooding');
  });

  it('with extended handshakes that are no handshakes counts; with good ones it changes facts (S-36)', () => {
    const world = open();
    const remote = world.connect();
    world.shake(remote, 'peer', CONTENT.metainfo.infoHash, true);
    const say = (payload: Uint8Array, id = 0): void =>
      world.say(remote, { type: 'extended', id, payload });
    say(new Uint8Array([0x64]));
    say(new Uint8Array(0));
    assert.equal(peerAt(world).offenses, 2);
    for (const queue of [1, 4998, 4999]) {
      say(encodeExtendedHandshake({ requestQueue: queue, client: `client ${queue}` }));
    }
    assert.equal(peerAt(world).requestsMax, 2000, 'clamped');
    assert.equal(peerAt(world).clientName, 'client 4999');
    say(new Uint8Array(60), 7); // an extension that nobody offered
    assert.equal(peerAt(world).offenses, 2);
    const plain = world.accept('plain');
    world.say(plain, { type: 'extended', id: 0, payload: encodeExtendedHandshake({}) });
    assert.equal(peerAt(world, 1).offenses, 1, 'it never said that it speaks BEP 10');
  });
});

describe('silence', () => {
  it('of ours is broken by a keep-alive, keepAliveEvery after our last word', () => {
    const world = open({ config: { keepAliveEvery: 50_000 } });
    const remote = world.accept('peer');
    world.advance(49_999);
    assert.equal(heard(remote, 'keep-alive').length, 0);
    world.advance(1);
    assert.equal(heard(remote, 'keep-alive').length, 1);
    world.advance(20_000);
    world.say(remote, { type: 'have', index: 0 }); // answered by `interested`
    assert.equal(remote.interested, true);
    world.advance(49_999);
    assert.equal(heard(remote, 'keep-alive').length, 1, 'any word counts');
    world.advance(1);
    assert.equal(heard(remote, 'keep-alive').length, 2);
  });

  it('of theirs ends the connection after idleTimeMax, and a keep-alive is a word', () => {
    const world = open({ config: { idleTimeMax: 90_000 } });
    const silent = world.accept('silent');
    const alive = world.accept('alive');
    world.advance(60_000);
    world.say(alive, { type: 'keep-alive' });
    world.advance(29_999);
    assert.equal(silent.closedBy, null);
    world.advance(1);
    assert.equal(silent.closedBy, 'idle');
    world.advance(59_999);
    assert.equal(alive.closedBy, null);
    world.advance(1);
    assert.equal(alive.closedBy, 'idle');
  });
});

describe('our own words', () => {
  it('have goes to peers that lack the piece, and to who has nothing more for us, which a super seed waits for', () => {
    const world = open();
    const seed = joinHolder(world, 'seed');
    const other = world.accept('other');
    sayPieces(world, other, [0, 1, 2, 3]);
    const empty = world.accept('empty', true);
    world.runToRest();
    assert.equal(heard(empty, 'have').length, PIECES);
    assert.equal(heard(seed, 'have').length, 0);
    const verified = told(world, 'piece-verified').map(({ index }) => index);
    const lastOfTheirs = verified.findLast((index) => index < 4);
    assert.deepEqual(
      heard(other, 'have').map(({ index }) => index),
      verified.filter((index) => index >= 4 || index === lastOfTheirs),
    );
  });

  it('what we hold is told first: have-none, bitfield or have-all, or nothing', () => {
    const words = (prepare: (world: SessionWorld) => void, fast: boolean): string[] => {
      const world = new SessionWorld({ content: CONTENT, existing: 'check' });
      prepare(world);
      return world
        .start()
        .accept('peer', fast)
        .received.map(({ type }) => type);
    };
    const nothing = (): void => undefined;
    const one = (world: SessionWorld): void => world.disk.set(CONTENT.bytes.subarray(0, BLOCK));
    const all = (world: SessionWorld): void => world.disk.set(CONTENT.bytes);
    assert.deepEqual(words(nothing, false), ['handshake']);
    assert.deepEqual(words(nothing, true), ['handshake', 'have-none']);
    assert.deepEqual(words(one, false), ['handshake', 'bitfield']);
    assert.deepEqual(words(one, true), ['handshake', 'bitfield']);
    assert.deepEqual(words(all, false), ['handshake', 'bitfield']);
    assert.deepEqual(words(all, true), ['handshake', 'have-all']);
  });

  it('interest is told when it begins and when it ends, and never between (I-19)', () => {
    const world = open();
    const remote = world.accept('peer');
    const interest = (): string[] =>
      remote.received.map(({ type }) => type).filter((type) => type.includes('interested'));
    sayPieces(world, remote, [0]);
    world.say(remote, { type: 'have', index: 1 });
    sayPieces(world, remote, [0, 1]);
    assert.deepEqual(interest(), ['interested']);
    world.say(remote, { type: 'unchoke' });
    while (world.serve(remote)) world.settle();
    assert.deepEqual(interest(), ['interested', 'not-interested']);
    world.say(remote, { type: 'have', index: 2 });
    assert.deepEqual(interest(), ['interested', 'not-interested', 'interested']);
  });

  it('at completion fellow seeds go, and leeches stay', () => {
    const world = open();
    const seed = joinHolder(world, 'seed');
    const leech: Remote = world.accept('leech');
    world.say(leech, { type: 'interested' });
    world.runToRest();
    assert.equal(world.torrent.view.complete, true);
    assert.equal(seed.closedBy, 'both-seeds');
    assert.equal(leech.closedBy, null);
    assert.equal(told(world, 'complete').length, 1);
  });
});

describe('a fake peer (libtorrent, test_fast_extensions and test_peer_connection)', () => {
  it('asking for what we lack is told no, and kept (invalid_request)', () => {
    const world = open();
    const remote = world.accept('peer', true);
    world.say(remote, { type: 'interested' });
    world.tick();
    world.say(remote, { type: 'request', index: 1, begin: 0, length: BLOCK });
    assert.equal(heard(remote, 'reject').length, 1);
    assert.equal(remote.closedBy, null);
  });

  it('that allows every piece fast is believed a hundred times, no more (allow_fast_stress)', () => {
    const many = makeContent(500 * 32, 32);
    const world = new SessionWorld({ content: many }).start();
    const remote = world.accept('peer', true);
    world.say(remote, ALL);
    for (let index = 0; index < 500; index++) world.say(remote, { type: 'allowed-fast', index });
    let served = 0;
    while (world.serve(remote)) served++;
    assert.equal(served, 100);
  });
});
