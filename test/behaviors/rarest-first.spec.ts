// rarestFirst against a naive model, and its cost counted in questions.
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { chain, finishPartial, rarestFirst, sequential } from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Behavior, PiecePicker } from '../../src/protocol/index.ts';
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

// ADR 33: the uplink of a peer that alone has something is what a young swarm waits for.
describe('rarestFirst, last copies before what was begun', () => {
  const blocks = { pieceCount: 6, blocksPerPiece: 4, lastBlocks: 4 };
  const behavior = rarestFirst({ afterLastCopies: chain(finishPartial(), sequential()) });
  const reasons = (torrent: ModelTorrent, peer: ModelPeer, room: number): string[] => {
    const found: string[] = [];
    torrent.picker!.pick(peer, room, 0, {
      push: (block, reason) => {
        found.push(`${torrent.pieceOf(block)} ${reason}`);
        torrent.reserve(peer, block);
      },
    });
    return found;
  };
  const some = (conn: number, ...pieces: number[]): ModelPeer =>
    new ModelPeer(
      conn,
      Array.from({ length: 6 }, (_, piece) => pieces.includes(piece)),
    );
  const open = (...peers: ModelPeer[]): ModelTorrent => {
    const torrent = new ModelTorrent(blocks);
    torrent.picker = behavior(torrent, createRandom(1));
    for (const peer of peers) torrent.addPeer(peer);
    return torrent;
  };

  it('a piece that others have is left begun while the one seed has pieces that nobody has', () => {
    const seed = allOf(2, 6);
    const leech = some(4, 0, 1, 2, 3);
    const torrent = open(seed, leech);
    torrent.reserve(leech, 0);
    const taken = reasons(torrent, seed, 10);
    assert.deepEqual(
      taken.slice(0, 8).map((each) => each.slice(2)),
      Array(8).fill('last copy'),
    );
    assert.deepEqual([...new Set(taken.slice(0, 8).map((each) => each[0]))].sort(), ['4', '5']);
    assert.deepEqual(taken.slice(8), ['0 finish partial', '0 finish partial']);
  });

  it('a last copy that was begun comes before one that was not', () => {
    const seed = allOf(2, 6);
    const torrent = open(seed, some(4, 0, 1, 2, 3));
    torrent.reserve(seed, 5 * 4);
    assert.deepEqual(reasons(torrent, seed, 4), [
      ...Array<string>(3).fill('5 last copy'),
      '4 last copy',
    ]);
  });

  it('one leech among leeches gives what it alone has first', () => {
    const rich = some(2, 0, 1, 3);
    const torrent = open(rich, some(4, 0, 1), some(6, 1));
    assert.deepEqual(reasons(torrent, rich, 5), [
      ...Array<string>(4).fill('3 last copy'),
      '0 sequential',
    ]);
  });

  it('with two seeds nothing is a last copy, nor of a leech beside a seed', () => {
    const seed = allOf(2, 6);
    const leech = some(4, 0, 1);
    const torrent = open(seed, leech, allOf(6, 6));
    torrent.reserve(leech, 0);
    assert.deepEqual(reasons(torrent, seed, 4), [
      ...Array<string>(3).fill('0 finish partial'),
      '1 sequential',
    ]);
    assert.deepEqual(reasons(open(seed, leech), leech, 1), ['0 sequential']);
  });

  it('a higher priority comes before a last copy, and what is not wanted does not come', () => {
    const seed = allOf(2, 6);
    const torrent = open(seed, some(4, 0, 1, 2, 3));
    torrent.setPriority(1, 7);
    torrent.setPriority(4, 0);
    assert.equal(reasons(torrent, seed, 1)[0]!.slice(2), 'sequential');
    torrent.setPriority(1, 1);
    assert.deepEqual(reasons(torrent, seed, 1), ['5 last copy']);
  });

  it('what is asked in between hears of every change', () => {
    const heard: string[] = [];
    const between: Behavior<PiecePicker> = () => ({
      pieceChanged: (piece) => heard.push(`piece ${piece}`),
      allChanged: () => heard.push('all'),
      pick: () => 0,
    });
    const picker = rarestFirst({ afterLastCopies: between })(
      new ModelTorrent(blocks),
      createRandom(1),
    );
    heard.length = 0;
    picker.pieceChanged(3);
    picker.allChanged();
    picker.manyCopiesChanged!();
    assert.deepEqual(heard, ['piece 3', 'all', 'all']);
  });

  it('a torrent that goes by samples has no last copies', () => {
    const sampled = rarestFirst({ exactPiecesMax: 0, afterLastCopies: finishPartial() });
    const seed = allOf(2, 6);
    const leech = some(4, 0, 1, 2, 3);
    const torrent = open(seed, leech);
    torrent.picker = sampled(torrent, createRandom(1));
    torrent.reserve(leech, 0);
    const taken = reasons(torrent, seed, 4);
    assert.deepEqual(taken.slice(0, 3), Array<string>(3).fill('0 finish partial'));
    assert.match(taken[3]!, /rarest first$/);
  });
});

function allOf(conn: number, pieceCount: number): ModelPeer {
  return new ModelPeer(conn, new Array<boolean>(pieceCount).fill(true));
}
