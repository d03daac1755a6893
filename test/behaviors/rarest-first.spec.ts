// rarestFirst against a naive model, and its cost counted in questions.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { rarestFirst } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import { ModelPeer, ModelTorrent } from '../../src/testing/index.ts';

const size = (pieceCount: number) => ({ pieceCount, blocksPerPiece: 1, lastBlocks: 1 });

function picks(torrent: ModelTorrent, peer: ModelPeer, room: number): number[] {
  const blocks: number[] = [];
  torrent.picker!.pick(peer, room, 0, {
    push: (block) => {
      blocks.push(block);
      torrent.reserve(peer, block);
    },
  });
  return blocks;
}

describe('rarestFirst', () => {
  it('takes pieces in the order of a naive sort by priority and copies, seeds coming and going untold', () => {
    const change = fc.record({
      kind: fc.constantFrom(
        'have',
        'priority',
        'seed',
        'seed-leaves',
        'leech',
        'leaves',
        'verified',
      ),
      a: fc.nat(99),
      b: fc.nat(99),
    });
    let seedsMoved = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 12 }),
        fc.array(change, { maxLength: 60 }),
        (seed, pieceCount, changes) => {
          const random = createRandom(seed);
          const torrent = new ModelTorrent(size(pieceCount));
          torrent.picker = rarestFirst()(torrent, random);
          let conn = 0;
          for (const { kind, a, b } of changes) {
            const piece = b % pieceCount;
            const leeches = torrent.peers.filter((peer) => !peer.isSeed);
            const seeds = torrent.peers.filter((peer) => peer.isSeed);
            if (kind === 'priority') torrent.setPriority(piece, a % 3);
            if (kind === 'verified') torrent.settle(piece, true);
            if (kind === 'seed') torrent.addPeer(allOf(conn++, pieceCount));
            if (kind === 'seed-leaves' && seeds.length > 0)
              torrent.removePeer(seeds[a % seeds.length]!);
            if (kind.startsWith('seed')) seedsMoved++;
            if (kind === 'leech') {
              const has = Array.from(
                { length: pieceCount },
                (_, i) => i > 0 && random.below(2) === 0,
              );
              torrent.addPeer(new ModelPeer(conn++, has));
            }
            if (leeches.length === 0) continue;
            const leech = leeches[a % leeches.length]!;
            if (kind === 'have') torrent.have(leech, piece);
            if (kind === 'leaves') torrent.removePeer(leech);
          }
          const key = (piece: number) =>
            `${9 - torrent.priority(piece)} ${1000 + torrent.availability(piece)}`;
          const wanted = Array.from({ length: pieceCount }, (_, piece) => piece).filter(
            (piece) => torrent.priority(piece) > 0 && !torrent.has(piece),
          );
          const expected = wanted.map(key).sort();
          const asker = allOf(conn, pieceCount);
          assert.deepEqual(picks(torrent, asker, pieceCount).map(key), expected);
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(seedsMoved > 100, 'no seeds came or went');
  });

  it('breaks ties by the seed value: every piece is first about equally often', () => {
    const firsts = new Array<number>(8).fill(0);
    for (let seed = 0; seed < 1600; seed++) {
      const torrent = new ModelTorrent(size(8));
      torrent.picker = rarestFirst()(torrent, createRandom(seed));
      firsts[picks(torrent, allOf(2, 8), 1)[0]!]!++;
    }
    for (const count of firsts)
      assert.ok(count > 140 && count < 260, `firsts: ${firsts.join(' ')}`);
  });

  it('a piece that enters a crowded bucket gets a random place in it', () => {
    let first = 0;
    let last = 0;
    for (let seed = 0; seed < 1000; seed++) {
      const torrent = new ModelTorrent(size(4));
      torrent.picker = rarestFirst()(torrent, createRandom(seed));
      torrent.setPriority(3, 0);
      torrent.setPriority(3, 1);
      const order = picks(torrent, allOf(2, 4), 4);
      if (order[0] === 3) first++;
      if (order[3] === 3) last++;
    }
    assert.ok(
      first > 190 && first < 310 && last > 190 && last < 310,
      `${first} first, ${last} last`,
    );
  });

  it('takes all missing blocks of a piece before the next', () => {
    const torrent = new ModelTorrent({ pieceCount: 3, blocksPerPiece: 4, lastBlocks: 2 });
    torrent.picker = rarestFirst()(torrent, createRandom(1));
    const blocks = picks(torrent, allOf(2, 3), 10);
    const pieces = blocks.map((block) => torrent.pieceOf(block));
    assert.equal(pieces.filter((piece, i) => piece !== pieces[i - 1]).length, 3);
  });

  it('a change costs a constant number of questions, whatever the number of pieces', () => {
    const cost = (pieceCount: number): number => {
      const torrent = new ModelTorrent(size(pieceCount));
      torrent.picker = rarestFirst()(torrent, createRandom(1));
      const leech = new ModelPeer(2, new Array<boolean>(pieceCount).fill(false));
      torrent.addPeer(leech);
      torrent.questions = 0;
      for (let piece = 0; piece < 50; piece++) torrent.have(leech, piece);
      for (let piece = 0; piece < 50; piece++) torrent.setPriority(piece, 5);
      for (let piece = 0; piece < 50; piece++) torrent.settle(piece, true);
      return torrent.questions;
    };
    assert.ok(cost(100) <= 150 * 4, `${cost(100)} questions for 150 changes`);
    assert.equal(cost(5000), cost(100));
  });

  it('a block costs a constant number of questions where the peer has what is first in the order', () => {
    const torrent = new ModelTorrent(size(5000));
    torrent.picker = rarestFirst()(torrent, createRandom(1));
    const seed = allOf(2, 5000);
    torrent.questions = 0;
    for (let i = 0; i < 100; i++) assert.equal(picks(torrent, seed, 1).length, 1);
    assert.ok(torrent.questions + seed.questions <= 100 * 12, `${torrent.questions} questions`);
  });
});

function allOf(conn: number, pieceCount: number): ModelPeer {
  return new ModelPeer(conn, new Array<boolean>(pieceCount).fill(true));
}
