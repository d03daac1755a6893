// Requests out: how many, how long they may take, what happens to those that are not answered (I-09, I-10, S-34).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, fixedPipelining } from '../../../src/behaviors/index.ts';
import type { Pipelining } from '../../../src/protocol/index.ts';
import { encodeExtendedHandshake } from '../../../src/protocol/extensions/extended-handshake.ts';
import { bitsOf, makeContent, SessionWorld } from '../../support/session-world.ts';
import type { WorldOptions } from '../../support/session-world.ts';
import {
  answerOne,
  BLOCK,
  heard,
  joinHolder,
  peerAt,
  place,
  waiting,
} from '../../support/scenes.ts';

/** 16 pieces of 4 blocks. */
const CONTENT = makeContent(16 * 4 * BLOCK, 4 * BLOCK);

function open(depth: number, options: Partial<WorldOptions> = {}): SessionWorld {
  const behaviors = { ...defaultBehaviors, pipelining: fixedPipelining(depth) };
  return new SessionWorld({ content: CONTENT, behaviors, ...options }).start();
}

describe('pipeline depth', () => {
  it('is what the behavior says, refilled as blocks arrive', () => {
    const world = open(6);
    const remote = joinHolder(world, 'peer');
    assert.equal(remote.asked.size, 6);
    for (let i = 0; i < 20; i++) {
      world.serve(remote);
      assert.equal(remote.asked.size, 6);
    }
  });

  it('follows the behavior when that changes its mind', () => {
    let depth = 2;
    const pipelining = (): Pipelining => ({ depth: () => depth });
    const world = open(0, { behaviors: { ...defaultBehaviors, pipelining } });
    const remote = joinHolder(world, 'peer');
    assert.equal(remote.asked.size, 2);
    depth = 5;
    world.serve(remote);
    assert.equal(remote.asked.size, 5);
    depth = 1;
    for (let i = 0; i < 4; i++) world.serve(remote);
    assert.equal(remote.asked.size, 1);
  });

  it('never exceeds requestsOutDefault, whatever the behavior wants', () => {
    const world = open(500, { config: { requestsOutDefault: 7 } });
    assert.equal(joinHolder(world, 'peer').asked.size, 7);
  });

  it('never exceeds the reqq that the peer told (BEP 10, I-09)', () => {
    const world = open(500);
    const remote = world.connect();
    world.shake(remote, 'peer', CONTENT.metainfo.infoHash, true);
    assert.equal(heard(remote, 'extended').length, 1, 'ours comes with the handshake');
    world.say(remote, { type: 'bitfield', bits: bitsOf([0, 1, 2, 3], 16) });
    const payload = encodeExtendedHandshake({ requestQueue: 3 });
    world.say(remote, { type: 'extended', id: 0, payload });
    world.say(remote, { type: 'unchoke' });
    assert.equal(remote.asked.size, 3);
    world.serve(remote);
    assert.equal(remote.asked.size, 3);
  });
});

describe('a peer that stalls (S-34)', () => {
  it('is snubbed after stallTimeMax: its requests are cancelled and given to others', () => {
    const world = open(8, { config: { stallTimeMax: 20_000 } });
    const slow = joinHolder(world, 'slow');
    const asked = heard(slow, 'request').map(place);
    world.serve(slow);
    world.advance(19_999);
    assert.equal(heard(slow, 'cancel').length, 0);
    const other = joinHolder(world, 'other');
    while (world.serve(other)) if (world.torrent.view.missingTotal === 0) break;
    world.advance(1);
    assert.equal(peerAt(world).snubbed, true);
    assert.equal(heard(slow, 'cancel').length, 8);
    while (world.serve(other)) world.settle();
    const again = heard(other, 'request').map(place);
    for (const each of asked.slice(1)) assert(again.includes(each), `${each} was lost`);
    assert.equal(world.torrent.view.complete, true);
  });

  it('is asked for one block at a time from then on, and trusted again when it answers', () => {
    const world = open(8);
    const slow = joinHolder(world, 'slow');
    world.advance(20_000);
    assert.equal(peerAt(world).snubbed, true);
    assert.equal(slow.asked.size, 1);
    world.serve(slow);
    assert.equal(peerAt(world).snubbed, false);
    assert.equal(slow.asked.size, 8);
  });

  it('may still answer late: the block is taken and no offense', () => {
    const world = open(2);
    const slow = joinHolder(world, 'slow');
    const [request] = heard(slow, 'request');
    world.advance(20_000);
    const { index, begin, length } = request!;
    world.say(slow, { type: 'piece', index, begin, block: world.block(index, begin, length) });
    assert.equal(peerAt(world).offenses, 0);
    assert.equal(world.torrent.active?.redundant, 0);
    assert.equal(world.log.filter((effect) => effect.type === 'store-write').length, 1);
  });

  it('loses a single request after requestTimeMax, though it answers all others', () => {
    const world = open(2, { config: { requestTimeMax: 30_000, stallTimeMax: 20_000 } });
    const picky = joinHolder(world, 'picky');
    const [ignored] = [...picky.asked.values()];
    for (let second = 1; second < 30; second++) {
      world.advance(1000);
      const next = [...picky.asked.values()].find((request) => place(request) !== place(ignored!))!;
      const { index, begin, length } = next;
      world.say(picky, { type: 'piece', index, begin, block: world.block(index, begin, length) });
      world.settle();
    }
    world.advance(999);
    assert.equal(heard(picky, 'cancel').length, 0);
    const other = joinHolder(world, 'other');
    world.advance(1);
    assert.deepEqual(heard(picky, 'cancel').map(place), [place(ignored!)]);
    assert.equal(peerAt(world).snubbed, false);
    while (world.serve(other)) world.settle();
    assert(heard(other, 'request').map(place).includes(place(ignored!)));
  });
});

describe('endgame', () => {
  const small = makeContent(2 * 4 * BLOCK, 4 * BLOCK);

  it('asks others for the last blocks, bounded, and cancels them when one arrives (I-10)', () => {
    const world = open(8, { content: small });
    const slow = joinHolder(world, 'slow');
    assert.equal(slow.asked.size, 8);
    assert.equal(world.torrent.view.missingTotal, 0, 'every block is being asked for');
    const others = ['b', 'c', 'd', 'e', 'f'].map((name) => joinHolder(world, name));
    let duplicates = 0;
    for (let block = 0; block < 8; block++) {
      const requesters = world.torrent.view.requesters(block);
      assert(requesters <= 3, 'endgame() allows three requesters per block');
      duplicates += requesters - 1;
    }
    assert(duplicates > 0 && duplicates <= 16);
    const twin = others.find((other) => other.asked.size > 0)!;
    const [shared] = [...twin.asked.values()];
    const holders = [slow, ...others].filter((remote) =>
      [...remote.asked.values()].some((request) => place(request) === place(shared!)),
    );
    assert(holders.length >= 2);
    const { index, begin, length } = shared!;
    world.say(twin, { type: 'piece', index, begin, block: world.block(index, begin, length) });
    for (const remote of holders) {
      const cancelled = heard(remote, 'cancel').map(place).includes(place(shared!));
      assert.equal(cancelled, remote !== twin);
    }
  });

  it('ends with every byte right and the waste bounded by the duplicates', () => {
    const world = open(8, { content: small });
    joinHolder(world, 'slow');
    for (const name of ['b', 'c', 'd']) joinHolder(world, name);
    world.runToRest();
    assert.equal(world.torrent.view.complete, true);
    assert.deepEqual(world.disk, small.bytes);
    assert(world.torrent.active!.redundant <= 16 * BLOCK);
    assert.equal(world.torrent.ledger.leases, 0);
  });
});

describe('unwrittenBytesMax', () => {
  it('stops requests at the limit and lets them go on below half of it', () => {
    const world = open(4, { config: { unwrittenBytesMax: 8 * BLOCK } });
    const remote = joinHolder(world, 'peer');
    let served = 0;
    while (world.serve(remote)) served++;
    // The eighth block fills the store's queue; the three that were asked for before it still come.
    assert.equal(served, 11);
    const other = joinHolder(world, 'other');
    assert.equal(other.asked.size, 0, 'nobody is asked');
    assert.equal(waiting(world, 'store-write').length, 11);
    for (let i = 0; i < 7; i++) answerOne(world, 'store-write');
    assert.equal(remote.asked.size + other.asked.size, 0, 'not yet below half');
    answerOne(world, 'store-write');
    assert.equal(remote.asked.size, 4);
    assert.equal(other.asked.size, 4);
  });
});
