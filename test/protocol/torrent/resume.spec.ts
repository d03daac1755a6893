// Going on where an earlier session was (issue 4, part 6): what is told to save, what is believed, hashed and asked for.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Resumed, SessionEvent } from '../../../src/protocol/index.ts';
import { makeContent, SessionWorld } from '../../support/session-world.ts';
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

/** Seven pieces of four blocks; the last has one, which is short. */
const PIECE = 4 * BLOCK;
const CONTENT = makeContent(6 * PIECE + 5000, PIECE);
const PIECES = 7;

type Saved = Extract<SessionEvent, { type: 'saved' }>;

const bits = (...pieces: readonly number[]): Uint8Array => {
  let byte = 0;
  for (const piece of pieces) byte |= 0x80 >> piece;
  return Uint8Array.of(byte);
};

function resumed(parts: Partial<Resumed>): Resumed {
  return {
    type: 'resume',
    verified: bits(),
    doubtful: bits(),
    samples: [],
    partial: [],
    downloaded: 0,
    uploaded: 0,
    times: { active: 0, finished: 0, seeding: 0 },
    ...parts,
  };
}

/** Somebody's earlier session: these pieces, and these blocks, are on disk. */
function worldWith(parts: Partial<Resumed>, held: readonly number[]): SessionWorld {
  const world = new SessionWorld({ content: CONTENT, existing: resumed(parts) });
  for (const piece of held) putPiece(world, piece);
  return world;
}

function putPiece(world: SessionWorld, piece: number): void {
  const at = piece * PIECE;
  world.disk.set(CONTENT.bytes.subarray(at, at + PIECE), at);
}

const holds = (world: SessionWorld): number[] =>
  Array.from({ length: PIECES }, (_, i) => i).filter((piece) => world.torrent.view.has(piece));

/** Pieces that were hashed, in order. */
const hashed = (world: SessionWorld): number[] =>
  world.log.flatMap((effect) => (effect.type === 'store-hash' ? [effect.offset / PIECE] : []));

const begin = (world: SessionWorld): void => {
  world.command({ type: 'start-torrent', torrent: 1 });
  world.settle();
};
const save = (world: SessionWorld): void => world.command({ type: 'save-torrent', torrent: 1 });
const saves = (world: SessionWorld): readonly Saved[] => told(world, 'saved');

function finish(world: SessionWorld): void {
  joinHolder(world, 'a seed');
  world.runToRest();
  assert.deepEqual(world.disk, CONTENT.bytes);
  assert.equal(world.torrent.view.complete, true);
}

describe('a torrent that goes on', () => {
  it('believes what is claimed and hashes nothing: it is active at once', () => {
    const world = worldWith({ verified: bits(0, 2, 6), downloaded: 99, uploaded: 7 }, [0, 2, 6]);
    assert.deepEqual(holds(world), [0, 2, 6], 'told before it starts');
    begin(world);
    assert.deepEqual(states(world), ['opening', 'active']);
    assert.deepEqual(hashed(world), []);
    assert.deepEqual([world.torrent.downloaded, world.torrent.uploaded], [99, 7]);
    assert.equal(world.torrent.left, 4 * PIECE);
    const leech = joinLeech(world, 'leech', true);
    world.say(leech, { type: 'request', index: 2, begin: 0, length: BLOCK });
    world.settle();
    assert.equal(heard(leech, 'piece').length, 1);
    finish(world);
  });

  it('goes on with the clocks of earlier sessions, and with its goal of time', () => {
    const all = [0, 1, 2, 3, 4, 5, 6];
    const times = { active: 90_000, finished: 50_000, seeding: 40_000 };
    const world = worldWith({ verified: bits(...all), times }, all);
    world.command({ type: 'set-share-goals', torrent: 1, ratio: null, seedTime: 60_000 });
    begin(world);
    world.advance(9999);
    assert.equal(world.torrent.state, 'active');
    world.advance(1);
    world.settle();
    assert.equal(world.torrent.state, 'stopped');
    assert.deepEqual(world.torrent.clocks.read(world.now), {
      active: 100_000,
      finished: 60_000,
      seeding: 50_000,
    });
  });

  it('completes at once where everything is claimed', () => {
    const all = [0, 1, 2, 3, 4, 5, 6];
    const world = worldWith({ verified: bits(...all), downloaded: 5 }, all);
    begin(world);
    assert.deepEqual(
      told(world, 'complete').map(({ downloaded }) => downloaded),
      [5],
    );
    assert.equal(world.counts.requests, 0);
  });

  it('hashes what is doubtful, claimed or not, and nothing else', () => {
    const world = worldWith(
      { verified: bits(0, 1, 2, 3), doubtful: bits(2, 3, 4, 5) },
      [0, 1, 2, 4],
    );
    assert.deepEqual(holds(world), [0, 1]);
    begin(world);
    assert.deepEqual(states(world), ['opening', 'checking', 'active']);
    assert.deepEqual(hashed(world), [2, 3, 4, 5]);
    assert.deepEqual(
      holds(world),
      [0, 1, 2, 4],
      'piece 3 was falsely claimed, piece 4 was not claimed',
    );
    const progress = told(world, 'check-progress').at(-1);
    assert.deepEqual([progress?.checked, progress?.verified], [7, 4]);
    finish(world);
  });

  it('asks nobody for blocks that are there, and hashes the piece when it is whole', () => {
    const world = worldWith({ partial: [{ piece: 1, blocks: Uint8Array.of(0b1011_1111) }] }, []);
    const at = PIECE;
    world.disk.set(CONTENT.bytes.subarray(at, at + BLOCK), at);
    world.disk.set(CONTENT.bytes.subarray(at + 2 * BLOCK, at + PIECE), at + 2 * BLOCK);
    begin(world);
    const seed = joinHolder(world, 'seed', false, [1]);
    assert.deepEqual(
      heard(seed, 'request').map(({ index, begin: from }) => [index, from]),
      [[1, BLOCK]],
    );
    world.serve(seed);
    world.settle();
    assert.deepEqual(holds(world), [1]);
    finish(world);
  });

  it('hashes a piece that is whole but for its hash, and blames nobody where it is wrong', () => {
    const world = worldWith({ partial: [{ piece: 1, blocks: Uint8Array.of(0b1110_0000) }] }, []);
    begin(world);
    const seed = joinHolder(world, 'seed', false, [1]);
    world.serve(seed);
    world.settle();
    assert.deepEqual(
      told(world, 'piece-failed').map(({ index }) => index),
      [1],
    );
    assert.equal(told(world, 'peer-banned').length, 0, 'three of four blocks were not its own');
    assert.equal(seed.closedBy, null);
    finish(world);
  });

  it('keeps blocks of a doubtful piece that is not right as a whole; not of one that is missing', () => {
    for (const missing of [false, true]) {
      const parts = { doubtful: bits(1), partial: [{ piece: 1, blocks: Uint8Array.of(0x80) }] };
      const world = worldWith(parts, []);
      world.disk.set(CONTENT.bytes.subarray(PIECE, PIECE + BLOCK), PIECE);
      world.command({ type: 'start-torrent', torrent: 1 });
      answerOne(world, 'store-open');
      answerOne(world, 'store-hash', missing ? 'missing' : null);
      world.settle();
      assert.equal(world.torrent.view.missingBlocks(1), missing ? 4 : 3);
      finish(world);
    }
  });

  it('samples first: all right, and nothing else is hashed', () => {
    const world = worldWith({ verified: bits(0, 1, 2), samples: [1, 2] }, [0, 1, 2]);
    begin(world);
    assert.deepEqual(hashed(world), [1, 2]);
    assert.deepEqual(holds(world), [0, 1, 2]);
  });

  it('one sample that differs, and nothing is believed: everything is hashed (S-68)', () => {
    for (const fault of [null, 'missing'] as const) {
      const parts = { verified: bits(0, 1, 2), doubtful: bits(3), samples: [0, 1] };
      const world = worldWith({ ...parts, partial: [{ piece: 5, blocks: bits(0) }] }, [0, 2, 3, 4]);
      world.command({ type: 'start-torrent', torrent: 1 });
      answerOne(world, 'store-open');
      answerOne(world, 'store-hash');
      answerOne(world, 'store-hash', fault);
      world.settle();
      assert.deepEqual(states(world), ['opening', 'checking', 'active']);
      assert.deepEqual(hashed(world), [0, 1, 0, 1, 2, 3, 4, 5, 6]);
      assert.deepEqual(holds(world), [0, 2, 3, 4]);
      assert.equal(world.torrent.view.missingBlocks(5), 4);
      finish(world);
    }
  });

  it('sets of another size claim nothing: everything is hashed', () => {
    for (const parts of [
      { verified: new Uint8Array(2) },
      { doubtful: new Uint8Array(0) },
      { verified: Uint8Array.of(0x01) }, // a bit that is no piece
    ]) {
      const world = worldWith({ verified: bits(0), ...parts }, [3]);
      begin(world);
      assert.deepEqual(hashed(world), [0, 1, 2, 3, 4, 5, 6]);
      assert.deepEqual(holds(world), [3]);
    }
  });

  it('partial pieces and samples that are none are left out', () => {
    const partial = [-1, 7, 0, 1].map((piece) => ({ piece, blocks: Uint8Array.of(255, 255) }));
    const world = worldWith({ verified: bits(0), samples: [-1, 5, 7], partial }, [0, 1]);
    begin(world);
    assert.deepEqual(hashed(world), [1], 'whole, so hashed; the samples are none of what is held');
    assert.deepEqual(holds(world), [0, 1]);
  });
});

describe('saving', () => {
  it('tells what is on the device: as it was when the sync was asked for (I-35)', () => {
    const world = new SessionWorld({ content: CONTENT }).start();
    const seed = joinHolder(world, 'seed', false, [0]);
    while (world.serve(seed)) world.settle();
    const other = joinHolder(world, 'other', false, [1]);
    world.serve(other);
    world.serve(other);
    save(world);
    while (world.serve(other)); // the rest of piece 1 comes while the sync is out
    assert.equal(saves(world).length, 0, 'nothing is told before it is true');
    world.settle();
    assert.deepEqual(holds(world), [0, 1]);
    const [saved] = saves(world);
    assert.deepEqual(saved?.verified, bits(0));
    assert.deepEqual(saved.partial, [{ piece: 1, blocks: Uint8Array.of(0b1100_0000) }]);
    assert.deepEqual([saved.downloaded, saved.uploaded], [6 * BLOCK, 0]);
    assert.deepEqual(saved.times, world.torrent.clocks.read(world.now));
  });

  it('is one sync at a time; a wish meanwhile leads to one more', () => {
    const world = new SessionWorld({ content: CONTENT }).start();
    for (let i = 0; i < 5; i++) save(world);
    assert.equal(waiting(world, 'store-sync').length, 1);
    world.settle();
    assert.equal(saves(world).length, 2);
  });

  it('before a stop is told while it stops', () => {
    const world = new SessionWorld({ content: CONTENT, existing: 'all' }).start();
    save(world);
    save(world);
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    assert.equal(saves(world).length, 1);
    assert.equal(world.torrent.state, 'stopped');
  });

  it('means nothing while it is stopped, opening or checking', () => {
    const world = new SessionWorld({ content: CONTENT, existing: 'check' });
    save(world);
    world.command({ type: 'start-torrent', torrent: 1 });
    save(world);
    answerOne(world, 'store-open');
    save(world);
    assert.equal(waiting(world, 'store-sync').length, 0);
    assert.equal(world.torrent.state, 'checking');
  });

  it('a sync that fails stops the torrent, and claims nothing (F-17)', () => {
    const world = new SessionWorld({ content: CONTENT }).start();
    save(world);
    answerOne(world, 'store-sync', 'io');
    world.settle();
    assert.deepEqual([world.torrent.state, world.torrent.fault], ['error', 'io']);
    assert.equal(saves(world).length, 0);
  });

  it('a sync that succeeds while the store fails claims nothing that is in doubt since (F-17)', () => {
    const world = new SessionWorld({ content: CONTENT }).start();
    const seed = joinHolder(world, 'seed', false, [0]);
    while (world.serve(seed)) world.settle();
    save(world);
    world.settle();
    assert.deepEqual(saves(world)[0]?.verified, bits(0), 'safe, whatever comes');
    const other = joinHolder(world, 'other', false, [1, 2]);
    for (let blocks = 0; blocks < 5; blocks++) {
      world.serve(other);
      if (blocks < 4) world.settle();
    }
    assert.deepEqual(holds(world).length, 2);
    save(world);
    answerOne(world, 'store-write', 'io');
    world.settle();
    assert.equal(saves(world).length, 2);
    assert.deepEqual(
      saves(world)[1]?.verified,
      bits(0),
      'the other piece is hashed again at the next start',
    );
    assert.deepEqual(saves(world)[1]?.partial, []);
    assert.deepEqual([world.torrent.state, world.torrent.fault], ['error', 'io']);
  });

  it('what was saved is what the next session goes on with', () => {
    const world = new SessionWorld({ content: CONTENT }).start();
    const seed = joinHolder(world, 'seed', false, [0, 1, 2]);
    for (let i = 0; i < 10; i++) {
      world.serve(seed);
      world.settle();
    }
    save(world);
    world.settle();
    const { verified, partial, downloaded } = saves(world)[0]!;
    const next = new SessionWorld({
      content: CONTENT,
      existing: resumed({ verified, partial, downloaded }),
    });
    next.disk.set(world.disk);
    begin(next);
    assert.deepEqual(holds(next), holds(world));
    joinHolder(next, 'seed');
    next.runToRest();
    assert.equal(next.torrent.downloaded, CONTENT.bytes.length, 'no byte was fetched twice');
    assert.deepEqual(next.disk, CONTENT.bytes);
  });
});

describe('a store that is full or fails (F-16)', () => {
  /** Piece 0 settled by a sync, piece 1 only hashed on its way, one block of piece 2. */
  function halfWay(): SessionWorld {
    const world = new SessionWorld({ content: CONTENT }).start();
    const seed = joinHolder(world, 'seed', false, [0]);
    while (world.serve(seed)) world.settle();
    save(world);
    world.settle();
    const other = joinHolder(world, 'other', false, [1]);
    while (world.serve(other)) world.settle();
    const third = joinHolder(world, 'third', false, [2]);
    world.serve(third);
    assert.deepEqual(holds(world), [0, 1]);
    return world;
  }

  for (const fault of ['full', 'io'] as const) {
    it(`${fault}: tries again by itself, and hashes only what no sync has covered`, () => {
      const world = halfWay();
      answerOne(world, 'store-write', fault);
      world.settle();
      assert.deepEqual([world.torrent.state, world.torrent.fault], ['error', fault]);
      world.disk.fill(0, PIECE, 2 * PIECE); // the write-back of piece 1 was lost
      const from = hashed(world).length;
      world.advance(30_000);
      world.settle();
      assert.equal(world.torrent.state, 'active');
      assert.deepEqual(hashed(world).slice(from), [1]);
      assert.deepEqual(holds(world), [0]);
      assert.equal(
        world.torrent.view.missingBlocks(2),
        4,
        'a block that may be lost is fetched again',
      );
      finish(world);
    });
  }

  for (const fault of ['denied', 'missing', 'closed'] as const) {
    it(`${fault}: waits for somebody, and then believes nothing`, () => {
      const world = halfWay();
      answerOne(world, 'store-write', fault);
      world.settle();
      const from = hashed(world).length;
      world.advance(3_600_000);
      assert.equal(world.torrent.state, 'error');
      assert.equal(world.session.deadline, Infinity, 'nothing to wake up for');
      begin(world);
      assert.deepEqual(hashed(world).slice(from), [0, 1, 2, 3, 4, 5, 6]);
      finish(world);
    });
  }

  it('a piece that was whole but for its hash is looked at', () => {
    const world = halfWay();
    const third = world.open.at(-1)!;
    while (world.serve(third));
    answerOne(world, 'store-hash', 'io');
    world.settle();
    const from = hashed(world).length;
    world.advance(30_000);
    world.settle();
    assert.deepEqual(hashed(world).slice(from), [1, 2]);
    assert.deepEqual(holds(world), [0, 1, 2]);
  });

  it('is not tried again by who was told to stop, was removed, or is shut down', () => {
    for (const order of ['stop-torrent', 'remove-torrent', 'shutdown'] as const) {
      for (const early of [true, false]) {
        const world = halfWay();
        answerOne(world, 'store-write', 'full');
        if (!early) world.settle();
        world.command(order === 'shutdown' ? { type: order } : { type: order, torrent: 1 });
        while (world.answerJob());
        assert.equal(world.session.deadline, Infinity, `${order} ${early ? 'early' : 'late'}`);
        world.advance(3_600_000);
        if (order === 'stop-torrent') assert.equal(world.torrent.state, 'error');
      }
    }
  });

  it('started by hand before the wait is over, it does not start twice', () => {
    const world = halfWay();
    answerOne(world, 'store-write', 'full');
    world.settle();
    world.advance(10_000);
    begin(world);
    const from = states(world).length;
    world.advance(60_000);
    assert.deepEqual(states(world).slice(from), []);
  });

  it('waits longer each time, and as at first once a piece was verified', () => {
    const config = { storeRetryTime: 1000 };
    const world = new SessionWorld({ content: CONTENT, config }).start();
    const fail = (): number => {
      save(world);
      answerOne(world, 'store-sync', 'full');
      world.settle();
      const { now } = world;
      const wait = world.session.deadline - now;
      world.advance(wait);
      world.settle();
      return wait;
    };
    assert.deepEqual([fail(), fail(), fail()], [1000, 2000, 4000]);
    const seed = joinHolder(world, 'seed', false, [3]);
    while (world.serve(seed)) world.settle();
    assert.deepEqual(holds(world), [3]);
    assert.equal(fail(), 1000);
  });

  it('a check that is stopped goes on where it was', () => {
    const world = new SessionWorld({
      content: CONTENT,
      existing: 'check',
      config: { checkJobsMax: 1 },
    });
    world.disk.set(CONTENT.bytes);
    world.command({ type: 'start-torrent', torrent: 1 });
    answerOne(world, 'store-open');
    answerOne(world, 'store-hash');
    answerOne(world, 'store-hash');
    world.command({ type: 'stop-torrent', torrent: 1 });
    world.settle();
    const from = hashed(world).length;
    begin(world);
    assert.deepEqual(hashed(world).slice(from), [2, 3, 4, 5, 6]);
    assert.equal(world.torrent.view.complete, true);
  });
});
