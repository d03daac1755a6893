// Requests in, blocks out: bounded, paced by the socket, each answered once (S-24, S-25, S-26, I-15, I-16).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import {
  answerOne,
  BLOCK,
  heard,
  joinLeech,
  peerAt,
  place,
  setFlags,
  waiting,
} from '../../support/scenes.ts';

/** 4 pieces of 4 blocks, and a short one of 20,000 bytes. */
const CONTENT = makeContent(4 * 4 * BLOCK + 20_000, 4 * BLOCK);

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, existing: 'all', ...options }).start();
}

/** Asks for the first `count` blocks of the torrent. */
function ask(world: SessionWorld, remote: Remote, count: number): void {
  for (let block = 0; block < count; block++) {
    const index = block >> 2;
    world.say(remote, { type: 'request', index, begin: (block & 3) * BLOCK, length: BLOCK });
  }
}

function pause(world: SessionWorld, remote: Remote): void {
  world.feed({ type: 'pause-writing', conn: remote.conn });
}

function resume(world: SessionWorld, remote: Remote): void {
  world.feed({ type: 'resume-writing', conn: remote.conn });
}

describe('uploads', () => {
  it('give an unchoked peer what it asks for, in order, at any length up to a block', () => {
    const world = open();
    const remote = joinLeech(world, 'leech');
    assert.equal(remote.choked, false);
    world.say(remote, { type: 'request', index: 0, begin: 0, length: BLOCK });
    world.say(remote, { type: 'request', index: 1, begin: 5, length: 7 });
    world.say(remote, { type: 'request', index: 4, begin: BLOCK, length: 20_000 - BLOCK });
    world.settle();
    assert.deepEqual(heard(remote, 'piece').map(place), ['0/0', '1/5', `4/${BLOCK}`]);
    assert.equal(world.torrent.uploaded, BLOCK + 7 + 20_000 - BLOCK);
  });

  it('answer nothing to a choked peer, but a reject where it understands one (I-16)', () => {
    const world = open();
    const plain = world.accept('plain');
    const fast = world.accept('fast', true);
    for (const remote of [plain, fast]) ask(world, remote, 2);
    world.settle();
    assert.equal(heard(plain, 'piece').length + heard(fast, 'piece').length, 0);
    assert.equal(heard(fast, 'reject').length, 2);
    assert.deepEqual(
      world.torrent.peers.map((peer) => peer.offenses),
      [0, 0],
      'a choke and a request may cross',
    );
  });

  it('keep at most requestQueueMax requests of one peer (S-25)', () => {
    const world = open({ config: { requestQueueMax: 5 } });
    const remote = joinLeech(world, 'greedy', true);
    pause(world, remote);
    ask(world, remote, 5);
    assert.equal(heard(remote, 'reject').length, 0);
    ask(world, remote, 8);
    assert.equal(heard(remote, 'reject').length, 3, 'five are waiting already, three too many');
    assert.equal(peerAt(world).offenses, 3);
    resume(world, remote);
    world.settle();
    assert.equal(heard(remote, 'piece').length, 5);
  });

  it('answer a request asked many times once while it waits (S-26)', () => {
    const world = open();
    const remote = joinLeech(world, 'stutter');
    pause(world, remote);
    for (let i = 0; i < 50; i++) ask(world, remote, 2);
    resume(world, remote);
    for (let i = 0; i < 50; i++) ask(world, remote, 2); // now being read
    world.settle();
    assert.equal(heard(remote, 'piece').length, 2);
    ask(world, remote, 1);
    world.settle();
    assert.equal(heard(remote, 'piece').length, 3, 'after the answer it may be asked again');
  });

  it('read nothing for a socket that takes nothing, and readAheadBytesMax at most (S-26)', () => {
    const world = open({ config: { readAheadBytesMax: 3 * BLOCK } });
    const remote = joinLeech(world, 'deaf');
    ask(world, remote, 10);
    assert.equal(waiting(world, 'store-read').length, 3);
    pause(world, remote);
    world.settle();
    assert.equal(heard(remote, 'piece').length, 3, 'what was being read still goes out');
    assert.equal(waiting(world, 'store-read').length, 0);
    ask(world, remote, 16);
    world.advance(60_000);
    assert.equal(waiting(world, 'store-read').length, 0);
    resume(world, remote);
    assert.equal(waiting(world, 'store-read').length, 3);
    answerOne(world, 'store-read');
    assert.equal(waiting(world, 'store-read').length, 3, 'each one sent makes room for one');
  });

  it('let a cancel before the read save the read, and one during it the upload', () => {
    for (const fast of [false, true]) {
      const world = open({ config: { readAheadBytesMax: BLOCK } });
      const remote = joinLeech(world, 'fickle', fast);
      ask(world, remote, 3);
      const cancel = { type: 'cancel', index: 0, length: BLOCK } as const;
      world.say(remote, { ...cancel, begin: 0 }); // being read
      world.say(remote, { ...cancel, begin: BLOCK }); // waiting
      world.settle();
      assert.deepEqual(heard(remote, 'piece').map(place), [`0/${2 * BLOCK}`]);
      assert.equal(heard(remote, 'reject').length, fast ? 2 : 0);
      const reads = world.log.filter((effect) => effect.type === 'store-read').length;
      assert.equal(reads, 2);
      world.say(remote, { ...cancel, begin: 0 });
      assert.equal(heard(remote, 'reject').length, fast ? 2 : 0, 'nothing is left to cancel');
    }
  });

  it('end at a choke: dropped without the fast extension, rejected one by one with it (BEP 6)', () => {
    for (const fast of [false, true]) {
      const world = open({ config: { readAheadBytesMax: 2 * BLOCK } });
      const remote = joinLeech(world, 'unlucky', fast);
      ask(world, remote, 6);
      setFlags(world, true, false);
      assert.equal(remote.choked, true);
      world.settle();
      assert.equal(heard(remote, 'piece').length, 0);
      assert.equal(heard(remote, 'reject').length, fast ? 6 : 0);
      setFlags(world, true, true);
      world.advance(11_000);
      assert.equal(remote.choked, false);
      ask(world, remote, 1);
      world.settle();
      assert.equal(heard(remote, 'piece').length, 1, 'a new request is a new one');
    }
  });

  it('end with the connection: what is read later goes nowhere', () => {
    const world = open();
    const remote = joinLeech(world, 'gone');
    ask(world, remote, 4);
    world.hangUp(remote);
    world.settle();
    assert.equal(world.counts.uploads, 0);
    assert.equal(world.torrent.uploaded, 0);
  });

  it('refuse every request that is not inside a piece that we hold (S-24)', () => {
    for (const fast of [false, true]) {
      const holding = new SessionWorld({
        content: CONTENT,
        existing: 'check',
        config: { offensesMax: 1_000_000 },
      });
      holding.disk.set(CONTENT.bytes.subarray(4 * BLOCK), 4 * BLOCK); // all but piece 0
      holding.start();
      const remote = joinLeech(holding, 'corner', fast);
      const corners = [0, 1, BLOCK, BLOCK + 1, 3 * BLOCK, 65_535, 65_536, 0x7fffffff, 0xffffffff];
      let invalid = 0;
      let valid = 0;
      for (const index of [0, 1, 4, 5, 0x7fffffff, 0xffffffff]) {
        for (const begin of corners) {
          for (const length of [0, 1, BLOCK, BLOCK + 1, 131_072, 0x7fffffff, 0xffffffff]) {
            const size = index === 1 ? 4 * BLOCK : index === 4 ? 20_000 : -1;
            if (length > 0 && length <= BLOCK && begin + length <= size) valid++;
            else invalid++;
            holding.say(remote, { type: 'request', index, begin, length });
            holding.settle();
          }
        }
      }
      assert(valid > 5 && invalid > 300);
      assert.equal(heard(remote, 'piece').length, valid);
      assert.equal(heard(remote, 'reject').length, fast ? invalid : 0);
      assert.equal(peerAt(holding).offenses, invalid);
    }
  });

  it('unchoke nobody while seeding is off, and somebody as soon as it is on', () => {
    const world = open({ seeding: false });
    const remotes = ['a', 'b', 'c'].map((name) => joinLeech(world, name));
    world.advance(60_000);
    assert(remotes.every((remote) => remote.choked));
    setFlags(world, true, true);
    assert(remotes.every((remote) => !remote.choked));
    assert.equal(world.now, 60_000, 'at once');
  });

  it('have uploadSlots peers unchoked at most', () => {
    const world = open({ config: { uploadSlots: 2 } });
    const remotes = ['a', 'b', 'c', 'd'].map((name) => joinLeech(world, name));
    const unchoked = (): number => remotes.filter((remote) => !remote.choked).length;
    assert.equal(unchoked(), 2);
    for (let i = 0; i < 12; i++) {
      world.advance(10_000);
      assert.equal(unchoked(), 2);
    }
    world.hangUp(remotes.find((remote) => !remote.choked)!);
    world.advance(10_000);
    assert.equal(
      world.open.filter((remote) => !remote.choked).length,
      2,
      'a free slot is given on',
    );
  });
});
