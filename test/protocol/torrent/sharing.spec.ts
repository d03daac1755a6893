// Share goals: a torrent that has everything stops when it has given enough, exactly then, and not before.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import { BLOCK, heard, joinHolder, joinLeech, states, told } from '../../support/scenes.ts';

/** 4 pieces of 2 blocks. */
const CONTENT = makeContent(8 * BLOCK, 2 * BLOCK);

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, existing: 'all', ...options });
}

function goals(world: SessionWorld, ratio: number | null, seedTime: number | null): void {
  world.command({ type: 'set-share-goals', torrent: 1, ratio, seedTime });
}

function ask(world: SessionWorld, remote: Remote, blocks: number): void {
  for (let block = 0; block < blocks; block++) {
    const index = block >> 1;
    world.say(remote, { type: 'request', index, begin: (block & 1) * BLOCK, length: BLOCK });
  }
  world.settle();
}

describe('share goals', () => {
  it('end at the block that reaches the ratio: of the length, where nothing was received', () => {
    const world = open();
    goals(world, 0.5, null);
    world.start();
    const leech = joinLeech(world, 'leech');
    ask(world, leech, 3);
    assert.equal(world.torrent.state, 'active');
    ask(world, leech, 1);
    assert.equal(world.torrent.state, 'stopped');
    assert.deepEqual(told(world, 'share-reached'), [
      { type: 'share-reached', torrent: 1, goal: 'ratio' },
    ]);
    assert.equal(heard(leech, 'piece').length, 4);
    assert.equal(world.torrent.uploaded, 4 * BLOCK);
    assert.equal(world.session.deadline, Infinity);
  });

  it('count the ratio of what was received, and only from completion on', () => {
    const world = new SessionWorld({ content: CONTENT });
    goals(world, 1, 1_000_000);
    world.start();
    joinHolder(world, 'seed');
    world.runToRest();
    assert.equal(world.torrent.view.complete, true);
    const leech = joinLeech(world, 'leech');
    ask(world, leech, 7);
    assert.equal(world.torrent.state, 'active');
    ask(world, leech, 1);
    assert.equal(world.torrent.state, 'stopped');
  });

  it('end when the time is over, to the millisecond, stops not counted', () => {
    const world = open();
    goals(world, 2, 60_000);
    world.start();
    world.advance(20_000);
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    world.advance(500_000);
    world.start();
    world.advance(39_999);
    assert.equal(world.torrent.state, 'active');
    world.advance(1);
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
    assert.deepEqual(told(world, 'share-reached'), [
      { type: 'share-reached', torrent: 1, goal: 'time' },
    ]);
  });

  it('can be set, moved and taken away while it seeds', () => {
    const world = open();
    world.start();
    goals(world, null, 10_000);
    world.advance(9000);
    goals(world, null, 30_000);
    world.advance(11_000);
    goals(world, null, null);
    world.advance(100_000);
    assert.equal(world.torrent.state, 'active');
    const leech = joinLeech(world, 'leech');
    ask(world, leech, 8);
    goals(world, 1, null); // reached already
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
  });

  it('reached at once where nothing is to be given', () => {
    const world = open();
    goals(world, 0, null);
    world.command({ type: 'start-torrent', torrent: 1 });
    world.settle();
    world.tick();
    world.settle();
    assert.deepEqual(states(world), ['opening', 'active', 'stopping', 'stopped']);
  });

  it('say nothing while the torrent is not complete', () => {
    const world = new SessionWorld({ content: CONTENT });
    goals(world, 0, 0);
    world.start();
    joinHolder(world, 'seed', false, [0, 1]);
    world.runToRest(3);
    assert.equal(world.torrent.state, 'active');
  });
});
