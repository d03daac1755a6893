// What somebody waits for: the machine keeps the list true, whatever it is told.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultBehaviors, fixedPipelining } from '../../../src/behaviors/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import { BLOCK, heard, joinHolder, place } from '../../support/scenes.ts';

const CONTENT = makeContent(16 * 2 * BLOCK, 2 * BLOCK);

function open(): SessionWorld {
  const behaviors = { ...defaultBehaviors, pipelining: fixedPipelining(4) };
  return new SessionWorld({ content: CONTENT, behaviors }).start();
}

function wait(world: SessionWorld, ...deadlines: (readonly [number, number])[]): void {
  world.command({
    type: 'set-deadlines',
    torrent: 1,
    deadlines: deadlines.map(([piece, within]) => ({ piece, within })),
  });
}

/** Pieces and moments as behaviors see them. */
function seen(world: SessionWorld): [number, number][] {
  const { view } = world.torrent;
  return Array.from({ length: view.deadlineCount }, (_, i) => [
    view.deadlinePiece(i),
    view.deadlineAt(i),
  ]);
}

describe('deadlines of pieces', () => {
  it('are in order, each piece once, and replaced as a whole', () => {
    const world = open();
    world.advance(1000);
    wait(world, [9, 300], [4, 100], [9, 50], [4, 100], [2, 100]);
    assert.deepEqual(seen(world), [
      [9, 1050],
      [4, 1100],
      [2, 1100],
    ]);
    wait(world, [3, 0]);
    assert.deepEqual(seen(world), [[3, 1000]]);
    wait(world);
    assert.deepEqual(seen(world), []);
  });

  it('leave out what is held and what does not exist, and end when the piece is here', () => {
    const world = open();
    wait(world, [5, 0], [16, 0], [-1, 0], [0.5, 0], [6, 10]);
    assert.deepEqual(seen(world), [
      [5, 0],
      [6, 10],
    ]);
    const seed = joinHolder(world, 'seed');
    assert.deepEqual(heard(seed, 'request').map(place), ['5/0', '5/16384', '6/0', '6/16384']);
    world.serve(seed);
    world.serve(seed);
    world.settle();
    assert.deepEqual(seen(world), [[6, 10]]);
    wait(world, [5, 0]);
    assert.deepEqual(seen(world), []);
  });

  it('are acted upon at once where somebody may be asked', () => {
    const world = open();
    const seed = joinHolder(world, 'seed');
    world.serve(seed);
    const before = heard(seed, 'request').map(place);
    assert(!before.some((each) => each.startsWith('11/')), before.join(' '));
    wait(world, [11, 0]);
    for (let i = 0; i < 3; i++) world.serve(seed);
    const since = heard(seed, 'request').slice(before.length).map(place);
    assert.deepEqual(since.slice(0, 2), ['11/0', '11/16384']);
  });

  it('let a late block be asked of one more peer, and cancel it there when it comes (I-11)', () => {
    const world = open();
    wait(world, [7, 500]);
    const slow = joinHolder(world, 'slow');
    assert.deepEqual(heard(slow, 'request').slice(0, 2).map(place), ['7/0', '7/16384']);
    world.advance(501);
    const quick = joinHolder(world, 'quick');
    assert.deepEqual(heard(quick, 'request').slice(0, 2).map(place), ['7/0', '7/16384']);
    world.serve(quick);
    world.serve(quick);
    world.settle();
    assert.equal(world.torrent.view.has(7), true);
    assert.deepEqual(heard(slow, 'cancel').map(place), ['7/0', '7/16384']);
  });

  it('want nothing that nobody wants', () => {
    const world = open();
    const pieces = new Uint8Array(16).fill(1);
    pieces[7] = 0;
    world.command({ type: 'set-priorities', torrent: 1, pieces, files: null });
    wait(world, [7, 0]);
    const seed = joinHolder(world, 'seed');
    world.runToRest();
    assert.equal(
      heard(seed, 'request').some(({ index }) => index === 7),
      false,
    );
  });
});
