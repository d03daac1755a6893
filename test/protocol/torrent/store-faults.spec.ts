// The store fails: the torrent stops in state `error`, loses nothing, claims nothing false, and can go on (F-16, F-17, I-01).
import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import type { StoreFault } from '../../../src/core/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
import type { Content, WorldOptions } from '../../support/session-world.ts';
import {
  answerOne,
  BLOCK,
  heard,
  joinHolder,
  joinLeech,
  states,
  told,
  waiting,
} from '../../support/scenes.ts';

const CONTENT = makeContent(6 * 2 * BLOCK + 5000, 2 * BLOCK);
const FAULTS = ['full', 'denied', 'missing', 'io'] as const;
let injected = 0;

function open(options: Partial<WorldOptions> = {}): SessionWorld {
  return new SessionWorld({ content: CONTENT, ...options }).start();
}

/** The newest fault that the application was told. */
function toldFault(world: SessionWorld): StoreFault | null {
  return told(world, 'state-changed').findLast((event) => event.state === 'error')?.fault ?? null;
}

/** Starts again, brings an honest seed, and lets everything come to an end. */
function recover(world: SessionWorld): void {
  world.command({ type: 'start-torrent', torrent: 1 });
  world.settle();
  assert.equal(world.torrent.state, 'active');
  assert.equal(world.torrent.fault, null);
  for (let piece = 0; piece < world.torrent.view.pieceCount; piece++) {
    if (!world.torrent.view.has(piece)) continue;
    const at = piece * 2 * BLOCK;
    const held = world.disk.subarray(at, at + 2 * BLOCK);
    assert.deepEqual(held, world.content.bytes.subarray(at, at + 2 * BLOCK), 'I-01: falsely had');
  }
  if (!world.torrent.view.complete) joinHolder(world, 'honest');
  world.runToRest();
  assert.equal(world.torrent.view.complete, true);
  assert.deepEqual(world.disk, world.content.bytes);
}

describe('a store fault', () => {
  for (const fault of FAULTS) {
    it(`${fault} on open: error at once, and nothing to close`, () => {
      const world = new SessionWorld({ content: CONTENT });
      world.command({ type: 'start-torrent', torrent: 1 });
      answerOne(world, 'store-open', fault);
      assert.deepEqual(states(world), ['opening', 'error']);
      assert.equal(toldFault(world), fault);
      assert.equal(world.torrent.fault, fault);
      assert.equal(waiting(world, 'store-close').length, 0);
      recover(world);
    });

    it(`${fault} on write: the peers go, the store closes, the block is not had`, () => {
      const world = open();
      const seed = joinHolder(world, 'seed');
      const [first] = heard(seed, 'request');
      world.serve(seed);
      const offset = first!.index * 2 * BLOCK + first!.begin;
      world.disk.fill(0, offset, offset + first!.length); // it did not get there
      answerOne(world, 'store-write', fault);
      assert.equal(seed.closedBy, 'torrent-stopped');
      assert.equal(world.torrent.state, 'stopping');
      world.settle();
      assert.deepEqual(states(world).slice(-2), ['stopping', 'error']);
      assert.equal(toldFault(world), fault);
      recover(world);
    });

    it(`${fault} on hash: the piece is not had`, () => {
      const world = open();
      const seed = joinHolder(world, 'seed', false, [2]);
      world.serve(seed);
      world.serve(seed);
      answerOne(world, 'store-hash', fault);
      assert.equal(world.torrent.view.has(2), false);
      world.settle();
      assert.equal(toldFault(world), fault);
      assert.equal(told(world, 'piece-failed').length, 0, 'no peer is to blame');
      recover(world);
    });

    it(`${fault} on read: no payload, and the check finds what is gone`, () => {
      const world = open({ existing: 'all' });
      const leech = joinLeech(world, 'leech', true);
      world.say(leech, { type: 'request', index: 1, begin: 0, length: BLOCK });
      world.disk.fill(0, 2 * BLOCK, 4 * BLOCK);
      answerOne(world, 'store-read', fault);
      assert.equal(heard(leech, 'piece').length, 0);
      assert.equal(heard(leech, 'reject').length, 1, 'I-15: even this request is answered');
      world.settle();
      assert.equal(toldFault(world), fault);
      world.command({ type: 'start-torrent', torrent: 1 });
      world.settle();
      assert.equal(world.torrent.view.has(1), false);
      assert.equal(world.torrent.view.verifiedCount, 6);
      recover(world);
    });
  }

  it('is told once, though many jobs fail at the same time', () => {
    const world = open();
    const seed = joinHolder(world, 'seed');
    for (let i = 0; i < 6; i++) world.serve(seed);
    while (answerOne(world, 'store-write', 'full'));
    while (world.answerJob());
    assert.equal(states(world).filter((state) => state === 'error').length, 1);
  });

  it('on closing does not keep the torrent from stopping', () => {
    const world = open();
    world.command({ type: 'stop-torrent', torrent: 1 });
    answerOne(world, 'store-close', 'io');
    assert.equal(world.torrent.state, 'stopped');
  });

  it('at any operation of a download: error, start again, all bytes right (F-17)', () => {
    for (let index = 0; index < 40; index++) {
      const world = new SessionWorld({ content: CONTENT, existing: 'check' });
      world.command({ type: 'start-torrent', torrent: 1 });
      let answered = 0;
      const fault = FAULTS[index % FAULTS.length]!;
      for (let round = 0; round < 200 && world.torrent.state !== 'error'; round++) {
        if (world.jobs.length > 0) {
          const isFaulty = answered++ === index;
          if (isFaulty) injected++;
          world.answerJob(isFaulty ? fault : null);
          continue;
        }
        const seed = world.open[0] ?? joinHolder(world, 'seed');
        if (!world.serve(seed)) break;
      }
      while (world.answerJob());
      if (world.torrent.state === 'error') recover(world);
      else assert.deepEqual(world.disk, CONTENT.bytes, 'a missing file is no fault of a check');
    }
  });

  after(() => {
    assert(injected >= 20, `only ${injected} faults were injected`);
  });
});

describe('checking what is there', () => {
  function check(content: Content, prepare: (disk: Uint8Array) => void, jobs = 32): SessionWorld {
    const config = { checkJobsMax: jobs };
    const world = new SessionWorld({ content, existing: 'check', config });
    prepare(world.disk);
    return world;
  }

  it('finds the good pieces, the short last one included, and no others', () => {
    const world = check(CONTENT, (disk) => {
      disk.set(CONTENT.bytes);
      disk[2 * BLOCK]! ^= 1; // piece 1 is corrupt
      disk.fill(0, 3 * 2 * BLOCK, 4 * 2 * BLOCK); // piece 3 is a hole
    }).start();
    const { view } = world.torrent;
    const had = [0, 1, 2, 3, 4, 5, 6].filter((piece) => view.has(piece));
    assert.deepEqual(had, [0, 2, 4, 5, 6]);
    assert.equal(world.torrent.left, 2 * 2 * BLOCK);
    const progress = told(world, 'check-progress').at(-1);
    assert.deepEqual([progress?.checked, progress?.verified], [7, 5]);
    assert.equal(told(world, 'complete').length, 0);
  });

  it('takes a file that is missing for nothing held, not for a fault', () => {
    const world = check(CONTENT, () => undefined);
    world.command({ type: 'start-torrent', torrent: 1 });
    answerOne(world, 'store-open');
    while (answerOne(world, 'store-hash', 'missing'));
    world.settle();
    assert.equal(world.torrent.state, 'active');
    assert.equal(world.torrent.view.verifiedCount, 0);
    recover(world);
  });

  it('ends in error where the device fails, and begins anew at the next start', () => {
    const world = check(CONTENT, (disk) => disk.set(CONTENT.bytes));
    world.command({ type: 'start-torrent', torrent: 1 });
    answerOne(world, 'store-open');
    answerOne(world, 'store-hash');
    answerOne(world, 'store-hash', 'io');
    world.settle();
    assert.equal(world.torrent.state, 'error');
    recover(world);
  });

  it('hashes checkJobsMax pieces at once, answered in any order', () => {
    const world = check(CONTENT, (disk) => disk.set(CONTENT.bytes), 3);
    world.command({ type: 'start-torrent', torrent: 1 });
    answerOne(world, 'store-open');
    for (let left = 7; left > 0; left--) {
      assert.equal(waiting(world, 'store-hash').length, Math.min(3, left));
      world.answerJob(null, left); // any of them
    }
    assert.equal(world.torrent.view.complete, true);
  });

  it('that finds everything completes at once, and asks nobody for anything', () => {
    const world = check(CONTENT, (disk) => disk.set(CONTENT.bytes)).start();
    assert.equal(told(world, 'complete').length, 1);
    const peer = world.accept('peer');
    world.say(peer, { type: 'unchoke' });
    assert.equal(world.counts.requests, 0);
  });

  it('tells its progress about a hundred times, however many pieces there are', () => {
    const many = makeContent(1000 * 64, 64);
    const world = check(many, (disk) => disk.set(many.bytes)).start();
    assert.equal(told(world, 'check-progress').length, 100);
  });
});

describe('padding (BEP 47)', () => {
  it('is neither asked for nor written, and a piece of nothing else is had by its hash', () => {
    const padding = [
      { offset: 20_000, length: 2 * BLOCK - 20_000 },
      { offset: 4 * BLOCK, length: 4 * BLOCK },
    ];
    const content = makeContent(10 * BLOCK, 2 * BLOCK, 3, padding);
    const world = new SessionWorld({ content }).start();
    world.settle();
    assert.equal(world.torrent.view.has(2) && world.torrent.view.has(3), true);
    assert.equal(world.torrent.view.verifiedCount, 2);
    const seed = joinHolder(world, 'seed');
    world.runToRest();
    assert.equal(world.torrent.view.complete, true);
    assert.deepEqual(world.disk, content.bytes);
    assert(heard(seed, 'request').every(({ index }) => index !== 2 && index !== 3));
  });
});
