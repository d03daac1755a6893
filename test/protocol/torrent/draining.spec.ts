// A graceful stop: nothing new begins, what is owed either way is settled, then the torrent stops.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bitsOf, makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Remote, WorldOptions } from '../../support/session-world.ts';
import {
  answerOne,
  BLOCK,
  heard,
  joinHolder,
  joinLeech,
  learn,
  states,
  told,
  waiting,
} from '../../support/scenes.ts';

/** 8 pieces of 2 blocks. */
const CONTENT = makeContent(16 * BLOCK, 2 * BLOCK);

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, ...options }).start();
}

function drain(world: SessionWorld): void {
  world.command({ type: 'drain-torrent', torrent: 1 });
}

function ask(world: SessionWorld, remote: Remote, index: number): void {
  world.say(remote, { type: 'request', index, begin: 0, length: BLOCK });
}

describe('a graceful stop', () => {
  it('takes every block that was asked for, asks for none, and has it all on the device', () => {
    const world = open({ config: { requestsOutDefault: 3 } });
    const seed = joinHolder(world, 'seed');
    assert.equal(seed.asked.size, 3);
    drain(world);
    for (let left = 3; left > 0; left--) {
      assert.deepEqual([world.torrent.state, seed.closedBy], ['active', null]);
      world.serve(seed);
    }
    assert.equal(seed.closedBy, 'torrent-stopped', 'it has sent everything');
    assert.equal(world.torrent.state, 'active', 'what came is not written yet');
    while (waiting(world, 'store-write').length > 0) answerOne(world, 'store-write');
    assert.equal(world.torrent.state, 'active', 'nor hashed');
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
    assert.equal(heard(seed, 'request').length, 3);
    const [saved] = told(world, 'saved');
    assert.deepEqual(saved?.verified, bitsOf([told(world, 'piece-verified')[0]!.index], 8));
    assert.equal(saved.partial.length, 1, 'the third block');
    assert.equal(world.session.deadline, Infinity);
  });

  it('sends every block that was promised, and rejects what is asked for later', () => {
    const world = open({ existing: 'all' });
    const leech = joinLeech(world, 'leech', true);
    ask(world, leech, 0);
    ask(world, leech, 1);
    drain(world);
    ask(world, leech, 2);
    world.advance(11_000); // the choker’s interval passes: who is unchoked stays so
    assert.equal(heard(leech, 'choke').length, 0);
    assert.deepEqual(
      heard(leech, 'reject').map(({ index }) => index),
      [2],
    );
    world.settle();
    assert.deepEqual(
      heard(leech, 'piece').map(({ index }) => index),
      [0, 1],
    );
    assert.equal(leech.closedBy, 'torrent-stopped');
    assert.equal(world.torrent.state, 'stopped');
  });

  it('lets nobody in, dials nobody, and lets those go who owe nothing', () => {
    const world = open();
    const idle = world.accept('idle');
    const seed = joinHolder(world, 'seed');
    learn(world, '10.5.0.1');
    assert.equal(world.dials.length, 1);
    drain(world);
    assert.equal(world.dials.length, 0, 'given up');
    assert.equal(idle.closedBy, 'torrent-stopped');
    assert.equal(seed.closedBy, null);
    assert.equal(world.accept('late').closedBy, 'torrent-stopped');
    learn(world, '10.5.0.2');
    world.advance(5000);
    assert.equal(world.dials.length, 0);
    world.hangUp(seed);
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
  });

  it('is taken back by a start: it goes on as if nothing had been', () => {
    const world = open({ config: { requestsOutDefault: 2 } });
    const seed = joinHolder(world, 'seed');
    drain(world);
    world.serve(seed);
    world.start();
    world.runToRest();
    assert.equal(world.torrent.view.complete, true);
    world.advance(120_000);
    assert.equal(world.torrent.state, 'active');
    assert(!states(world).includes('stopping'));
  });

  it('gives way to a stop, a recheck and a pause of the session, after which it stays stopped', () => {
    for (const type of ['stop-torrent', 'recheck-torrent', 'pause-session'] as const) {
      const world = open();
      const seed = joinHolder(world, 'seed');
      drain(world);
      world.command(type === 'pause-session' ? { type } : { type, torrent: 1 });
      assert.equal(seed.closedBy, 'torrent-stopped');
      world.settle();
      world.command({ type: 'resume-session' });
      world.settle();
      assert.equal(world.torrent.state, 'stopped', type);
    }
  });

  it('stops at once where nothing is under way, in whatever state', () => {
    const alone = open();
    drain(alone);
    alone.settle();
    assert.equal(alone.torrent.state, 'stopped');
    const checking = new SessionWorld({ content: CONTENT, existing: 'check' });
    checking.command({ type: 'start-torrent', torrent: 1 });
    answerOne(checking, 'store-open');
    assert.equal(checking.torrent.state, 'checking');
    drain(checking);
    checking.settle();
    assert.deepEqual(states(checking), ['opening', 'checking', 'stopping', 'stopped']);
  });

  it('does not start again by itself where the store fails meanwhile', () => {
    const world = open();
    const seed = joinHolder(world, 'seed');
    drain(world);
    world.serve(seed);
    answerOne(world, 'store-write', 'full');
    world.settle();
    assert.equal(world.torrent.state, 'error');
    world.advance(3_600_000);
    assert.equal(world.torrent.state, 'error');
  });
});
