// What choked peers may have: the canonical set (BEP 6), to whom it is offered, how far it is honoured (S-27); and what
// peers suggest (S-23).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { allowedFastSet } from '../../../src/protocol/torrent/upload/allowed-fast.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { BLOCK, heard, peerAt, place, sayPieces, setFlags } from '../../support/scenes.ts';

const PIECES = 80;
const PIECE = 2 * BLOCK;
/** 80 pieces of two blocks: ten of them is the share that may be offered. */
const CONTENT = makeContent(PIECES * PIECE, PIECE);
const INFO_HASH = CONTENT.metainfo.infoHash;

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, existing: 'all', ...options }).start();
}

/** A choked peer with nothing, and the set that it was offered. */
function starting(world: SessionWorld, host?: string): { remote: Remote; set: number[] } {
  const remote = world.accept('starting', true, host);
  world.say(remote, { type: 'have-none' });
  return { remote, set: heard(remote, 'allowed-fast').map(({ index }) => index) };
}

function ask(world: SessionWorld, remote: Remote, index: number, begin = 0): void {
  world.say(remote, { type: 'request', index, begin, length: BLOCK });
}

describe('the canonical allowed-fast set', () => {
  it('BEP 6: is that of the two examples', () => {
    const infoHash = new Uint8Array(20).fill(0xaa);
    const seven = [1059, 431, 808, 1217, 287, 376, 1188];
    assert.deepEqual(allowedFastSet('80.4.4.200', infoHash, 1313, 7), seven);
    assert.deepEqual(allowedFastSet('80.4.4.200', infoHash, 1313, 9), [...seven, 353, 508]);
  });

  it('is the same for a whole /24, mapped or not, and another for the next', () => {
    const set = allowedFastSet('80.4.4.1', INFO_HASH, 5000, 10);
    assert.deepEqual(allowedFastSet('80.4.4.254', INFO_HASH, 5000, 10), set);
    assert.deepEqual(allowedFastSet('::ffff:80.4.4.9', INFO_HASH, 5000, 10), set);
    assert.notDeepEqual(allowedFastSet('80.4.5.1', INFO_HASH, 5000, 10), set);
  });

  it('S-27: none for IPv6 or what is no address; it always ends', () => {
    for (const host of ['2001:db8::1', 'name', '']) {
      assert.deepEqual(allowedFastSet(host, INFO_HASH, 100, 10), []);
    }
    for (const pieces of [1, 2, 10, 4096]) {
      const set = allowedFastSet('1.2.3.4', INFO_HASH, pieces, 1e9);
      assert.equal(new Set(set).size, set.length);
      assert.ok(set.length <= Math.min(pieces, 500) && set.every((piece) => piece < pieces));
    }
  });
});

describe('allowed-fast sets (S-27)', () => {
  it('S-27: are offered once, ten pieces, to those who speak BEP 6 and have little', () => {
    const world = open();
    const { remote, set } = starting(world, '80.4.4.200');
    assert.deepEqual(set, allowedFastSet('80.4.4.200', INFO_HASH, PIECES, 10));
    assert.equal(set.length, 10);
    world.say(remote, { type: 'have-none' });
    assert.equal(heard(remote, 'allowed-fast').length, 10, 'once');
    const { set: none } = starting(world, '2001:db8::7');
    assert.deepEqual(none, [], 'IPv6');
    const plain = world.accept('plain');
    sayPieces(world, plain, []);
    const ten = world.accept('ten', true, '80.4.4.201');
    sayPieces(world, ten, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const eleven = world.accept('eleven', true, '80.4.4.202');
    sayPieces(world, eleven, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const counts = [plain, ten, eleven].map((peer) => heard(peer, 'allowed-fast').length);
    assert.deepEqual(counts, [0, 10, 0]);
  });

  it('S-27: an eighth of a small torrent, and nothing from who has or gives nothing', () => {
    const few = makeContent(17 * BLOCK, BLOCK);
    assert.equal(starting(open({ content: few })).set.length, 2);
    assert.equal(starting(open({ content: makeContent(7 * BLOCK, BLOCK) })).set.length, 0);
    assert.equal(starting(open({ existing: 'none' })).set.length, 0);
    const world = open();
    setFlags(world, true, false);
    assert.equal(starting(world).set.length, 0);
  });

  it('S-27: a piece of the set is given to a choked peer, any other is rejected', () => {
    const world = open();
    const { remote, set } = starting(world);
    const other = [...Array(PIECES).keys()].find((piece) => !set.includes(piece))!;
    ask(world, remote, set[0]!);
    ask(world, remote, other);
    world.settle();
    assert.equal(remote.choked, true);
    assert.deepEqual(heard(remote, 'piece').map(place), [`${set[0]!}/0`]);
    assert.deepEqual(heard(remote, 'reject').map(place), [`${other}/0`]);
  });

  it('S-27: each piece three times its bytes; the fourth full download is cut', () => {
    const world = open();
    const { remote, set } = starting(world);
    for (const piece of set) {
      for (let block = 0; block < 6; block++) {
        ask(world, remote, piece, (block & 1) * BLOCK);
        world.settle();
      }
    }
    assert.equal(remote.closedBy, null);
    assert.equal(heard(remote, 'piece').length, 60);
    ask(world, remote, set[0]!);
    assert.equal(remote.closedBy, 'flooding');
    world.settle();
    assert.equal(heard(remote, 'piece').length, 60);
  });

  it('S-27: requests that are cancelled count: nobody gets disk reads for nothing', () => {
    const world = open();
    const { remote, set } = starting(world);
    const index = set[0]!;
    for (let i = 0; i < 6; i++) {
      ask(world, remote, index);
      world.say(remote, { type: 'cancel', index, begin: 0, length: BLOCK });
    }
    assert.equal(remote.closedBy, null);
    ask(world, remote, index);
    assert.equal(remote.closedBy, 'flooding');
  });

  it('S-27: who has more than the set is no beginner any more', () => {
    const world = open();
    const { remote, set } = starting(world);
    for (let index = 0; index < 10; index++) world.say(remote, { type: 'have', index });
    ask(world, remote, set[0]!);
    world.settle();
    assert.equal(heard(remote, 'piece').length, 1, 'ten are few');
    world.say(remote, { type: 'have', index: 10 });
    ask(world, remote, set[0]!, BLOCK);
    world.settle();
    assert.equal(heard(remote, 'piece').length, 1);
    assert.equal(heard(remote, 'reject').length, 1);
  });

  it('BEP 6: a choke rejects what waits, but for pieces of the set', () => {
    const world = open();
    const { remote, set } = starting(world);
    const other = [...Array(PIECES).keys()].find((piece) => !set.includes(piece))!;
    world.say(remote, { type: 'interested' });
    world.tick();
    assert.equal(remote.choked, false);
    world.feed({ type: 'pause-writing', conn: remote.conn });
    ask(world, remote, set[0]!);
    ask(world, remote, other);
    world.say(remote, { type: 'not-interested' });
    world.tick();
    assert.equal(remote.choked, true);
    assert.deepEqual(heard(remote, 'reject').map(place), [`${other}/0`]);
    world.feed({ type: 'resume-writing', conn: remote.conn });
    world.settle();
    assert.deepEqual(heard(remote, 'piece').map(place), [`${set[0]!}/0`]);
  });

  it('the application may choose the set', () => {
    const world = open();
    const remote = world.accept('chosen', true);
    const pieces = [3, 79, 80, -1, 3];
    world.command({ type: 'allow-fast', conn: remote.conn, pieces });
    world.say(remote, { type: 'have-none' });
    const set = heard(remote, 'allowed-fast').map(({ index }) => index);
    assert.deepEqual(set, [3, 79]);
  });

  it('S-27, the other way: a leech begins with what it is allowed while choked', () => {
    const world = open({ existing: 'none' });
    const remote = world.accept('seed', true);
    world.say(remote, { type: 'have-all' });
    assert.equal(heard(remote, 'request').length, 0);
    for (const index of [7, 9]) world.say(remote, { type: 'allowed-fast', index });
    const asked = new Set(heard(remote, 'request').map(({ index }) => index));
    assert.deepEqual([...asked].sort(), [7, 9]);
    assert.equal(peerAt(world).peerChoking, true);
  });
});

describe('suggestions (S-23)', () => {
  it('S-23: the newest 16 are remembered, each once; what is no piece is an offense', () => {
    const world = open({ existing: 'none' });
    const remote = world.accept('peer', true);
    for (let index = 0; index < 20; index++) {
      world.say(remote, { type: 'suggest', index });
      world.say(remote, { type: 'suggest', index });
    }
    assert.deepEqual(peerAt(world).suggested, [...Array(20).keys()].slice(4));
    world.say(remote, { type: 'suggest', index: PIECES });
    assert.equal(peerAt(world).offenses, 1);
    const plain = world.accept('plain');
    world.say(plain, { type: 'suggest', index: 0 });
    assert.deepEqual([peerAt(world, 1).offenses, peerAt(world, 1).suggested.length], [1, 0]);
  });

  it('are asked for first, the newest of them first', () => {
    const world = open({ existing: 'none' });
    const remote = world.accept('peer', true);
    world.say(remote, { type: 'have-all' });
    for (const index of [41, 17]) world.say(remote, { type: 'suggest', index });
    world.say(remote, { type: 'unchoke' });
    const first = heard(remote, 'request').slice(0, 2).map(place);
    assert.deepEqual(first, ['17/0', `17/${BLOCK}`]);
    const next = heard(remote, 'request').map(({ index }) => index);
    if (next.length > 2) assert.equal(next[2], 41);
  });

  it('of pieces that it lacks, or that we have, change nothing', () => {
    const world = open({ existing: 'none' });
    const remote = world.accept('peer', true);
    sayPieces(world, remote, [5]);
    for (const index of [41, 17]) world.say(remote, { type: 'suggest', index });
    world.say(remote, { type: 'unchoke' });
    const asked = new Set(heard(remote, 'request').map(({ index }) => index));
    assert.deepEqual([...asked], [5]);
  });
});
