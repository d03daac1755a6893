// Doubt: what is verified is hashed again, and only what is on disk is held afterwards. Named peers last over a stop.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { answerOne, BLOCK, joinLeech, learn, states, told } from '../../support/scenes.ts';

const CONTENT = makeContent(6 * BLOCK, BLOCK);

const recheck = (world: SessionWorld): void =>
  world.command({ type: 'recheck-torrent', torrent: 1 });
const start = (world: SessionWorld): void => world.command({ type: 'start-torrent', torrent: 1 });
const stop = (world: SessionWorld): void => world.command({ type: 'stop-torrent', torrent: 1 });

function seeding(): SessionWorld {
  return new SessionWorld({ content: CONTENT, existing: 'all' }).start();
}

describe('a recheck', () => {
  it('while it runs: peers go, every piece is hashed again, and it runs on', () => {
    const world = seeding();
    const leech = joinLeech(world, 'leech');
    world.disk.fill(0, BLOCK, 2 * BLOCK);
    const from = states(world).length;
    recheck(world);
    assert.equal(leech.closedBy, 'torrent-stopped');
    world.settle();
    assert.deepEqual(states(world).slice(from), [
      'stopping',
      'stopped',
      'opening',
      'checking',
      'active',
    ]);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((piece) => world.torrent.view.has(piece)),
      [true, false, true, true, true, true],
    );
    assert.equal(told(world, 'complete').length, 1, 'complete before, and not again');
  });

  it('while it is stopped: the next start checks', () => {
    const world = seeding();
    stop(world);
    world.settle();
    world.disk.fill(0, 0, BLOCK);
    recheck(world);
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
    start(world);
    world.settle();
    assert.equal(world.torrent.view.verifiedCount, 5);
  });

  it('while it stops: what was asked for next still happens', () => {
    for (const [wish, state] of [
      [stop, 'stopped'],
      [start, 'active'],
    ] as const) {
      const world = seeding();
      stop(world);
      wish(world);
      recheck(world);
      world.settle();
      assert.equal(world.torrent.state, state);
    }
  });

  it('stopped before it began to run again: stays stopped, and the doubt stays', () => {
    const world = seeding();
    world.disk.fill(0, 0, BLOCK);
    recheck(world);
    stop(world);
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
    start(world);
    world.settle();
    assert.equal(world.torrent.view.verifiedCount, 5);
  });

  it('after a failed store: nothing is believed unseen', () => {
    const world = seeding();
    world.disk.fill(0, 0, BLOCK);
    stop(world);
    world.settle();
    start(world);
    answerOne(world, 'store-open', 'io');
    assert.equal(world.torrent.state, 'error');
    start(world);
    world.settle();
    assert.equal(world.torrent.view.verifiedCount, 5);
  });
});

describe('peers that the user named', () => {
  it('are dialled when it becomes active, and again after every start', () => {
    const world = new SessionWorld({ content: CONTENT });
    learn(world, '10.9.0.1', '10.9.0.2');
    assert.equal(world.dials.length, 0);
    for (let round = 0; round < 3; round++) {
      start(world);
      world.settle();
      assert.deepEqual(
        world.dials.map(({ address }) => address.host),
        ['10.9.0.1', '10.9.0.2'],
      );
      stop(world);
      world.settle();
      assert.equal(world.dials.length, 0);
    }
  });

  it('are remembered up to candidatesMax', () => {
    const config = { candidatesMax: 3 };
    const world = new SessionWorld({ content: CONTENT, config });
    learn(world, '10.9.0.1', '10.9.0.2', '10.9.0.3', '10.9.0.4');
    start(world);
    world.settle();
    assert.equal(world.dials.length, 3);
  });
});
