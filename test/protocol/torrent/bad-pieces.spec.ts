// Bad data: found by the hash, asked for again, its sole sender banned (S-29, S-30, I-07, F-02).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, fixedPipelining } from '../../../src/behaviors/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote } from '../../support/session-world.ts';
import { BLOCK, heard, joinHolder, peerAt, told } from '../../support/scenes.ts';

const CONTENT = makeContent(4 * 2 * BLOCK, 2 * BLOCK);

function open(depth: number): SessionWorld {
  const behaviors = { ...defaultBehaviors, pipelining: fixedPipelining(depth) };
  return new SessionWorld({ content: CONTENT, behaviors }).start();
}

/** Answers the oldest request with one bit wrong. */
function lie(world: SessionWorld, remote: Remote): void {
  const [request] = [...remote.asked.values()];
  const { index, begin, length } = request!;
  const block = world.block(index, begin, length);
  block[length - 1]! ^= 1;
  world.say(remote, { type: 'piece', index, begin, block });
}

describe('a bad piece', () => {
  it('is never had, bans its only sender, and comes right from an honest peer', () => {
    const world = open(2);
    const liar = joinHolder(world, 'liar');
    const index = heard(liar, 'request')[0]!.index;
    lie(world, liar);
    lie(world, liar);
    const { view } = world.torrent;
    assert.equal(view.partialCount > 0, true);
    world.settle();
    assert.deepEqual(
      told(world, 'piece-failed').map((event) => event.index),
      [index],
    );
    assert.equal(view.has(index), false);
    assert.equal(view.missingBlocks(index), 2, 'I-07: all its blocks can be asked for again');
    assert.equal(told(world, 'peer-banned').length, 1);
    assert.equal(liar.closedBy, 'banned');
    joinHolder(world, 'honest');
    world.runToRest();
    assert.equal(view.complete, true);
    assert.deepEqual(world.disk, CONTENT.bytes);
  });

  it('bans nobody while two have sent it, and the download still ends', () => {
    const world = open(1);
    const liar = joinHolder(world, 'liar');
    const honest = joinHolder(world, 'honest');
    assert.equal(heard(liar, 'request')[0]!.index, heard(honest, 'request')[0]!.index);
    lie(world, liar);
    world.serve(honest);
    world.settle();
    assert.equal(told(world, 'piece-failed').length, 1);
    assert.equal(told(world, 'peer-banned').length, 0);
    world.runToRest();
    assert.deepEqual(world.disk, CONTENT.bytes);
  });

  it('asks again at once: the reset does not wait for a timer', () => {
    const world = open(8);
    const one = joinHolder(world, 'one', false, [0]);
    const two = joinHolder(world, 'two', false, [0]);
    lie(world, one);
    if (two.asked.size > 0) world.serve(two);
    else world.serve(one);
    const before = world.counts.requests;
    const { now } = world;
    while (world.answerJob());
    assert.equal(world.now, now);
    assert(world.counts.requests > before);
  });

  it('in endgame does not block completion (CVE-2010-0749)', () => {
    const world = open(8);
    const liar = joinHolder(world, 'liar');
    const honest = joinHolder(world, 'honest');
    let lies = 0;
    for (let round = 0; round < 60 && !world.torrent.view.complete; round++) {
      if (liar.closedBy === null && liar.asked.size > 0) {
        lie(world, liar);
        lies++;
      }
      if (round % 3 === 0) world.serve(honest);
      world.settle();
      world.advance(500);
    }
    world.runToRest();
    assert(lies >= 2, 'no lie was told');
    assert.deepEqual(world.disk, CONTENT.bytes);
    assert.equal(honest.closedBy === 'banned', false, 'no honest peer is banned');
  });
});

describe('blocks that nobody asked for (S-30)', () => {
  it('are dropped and counted, and the peer is closed past offensesMax', () => {
    const world = new SessionWorld({ content: CONTENT, config: { offensesMax: 5 } }).start();
    const remote = world.accept('generous');
    const block = world.block(0, 0, BLOCK);
    for (let i = 0; i < 5; i++) world.say(remote, { type: 'piece', index: 0, begin: 0, block });
    assert.equal(remote.closedBy, null);
    assert.equal(world.torrent.active?.redundant, 5 * BLOCK);
    assert.equal(world.jobs.length, 0, 'nothing reaches the store');
    world.say(remote, { type: 'piece', index: 0, begin: 0, block });
    assert.equal(remote.closedBy, 'flooding');
  });

  it('earn no rate: nobody buys an upload slot with what we did not ask for', () => {
    const world = open(2);
    const remote = world.accept('generous');
    world.say(remote, { type: 'piece', index: 0, begin: 0, block: world.block(0, 0, BLOCK) });
    const peer = peerAt(world);
    assert.equal(peer.downloaded, 0);
    assert.equal(peer.downloadRate(world.now), 0);
  });
});
