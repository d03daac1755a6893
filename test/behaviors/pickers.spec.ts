// What each picker is for, beyond the law: order, phases, bounds of endgame, composition.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  chain,
  defaultPicker,
  endgame,
  finishPartial,
  randomFirst,
  rarestFirst,
  sequential,
} from '../../src/behaviors/index.ts';
import { createRandom } from '../../src/core/index.ts';
import type { Behavior, PiecePicker } from '../../src/protocol/index.ts';
import { ModelPeer, ModelTorrent } from '../../src/testing/index.ts';

const SIZE = { pieceCount: 8, blocksPerPiece: 2, lastBlocks: 2 };

function open(behavior: Behavior<PiecePicker>, size = SIZE): ModelTorrent {
  const torrent = new ModelTorrent(size);
  torrent.picker = behavior(torrent, createRandom(7));
  return torrent;
}

function join(torrent: ModelTorrent, conn: number): ModelPeer {
  const peer = new ModelPeer(conn, new Array<boolean>(torrent.pieceCount).fill(true));
  torrent.addPeer(peer);
  return peer;
}

function pick(
  torrent: ModelTorrent,
  peer: ModelPeer,
  room: number,
): { blocks: number[]; reasons: string[] } {
  const blocks: number[] = [];
  const reasons: string[] = [];
  torrent.picker!.pick(peer, room, 0, {
    push: (block, reason) => {
      blocks.push(block);
      reasons.push(reason);
      torrent.reserve(peer, block);
    },
  });
  return { blocks, reasons };
}

describe('sequential', () => {
  it('takes the lowest index first, a higher priority before it, and goes back to what failed', () => {
    const torrent = open(sequential());
    const peer = join(torrent, 2);
    torrent.setPriority(5, 2);
    assert.deepEqual(pick(torrent, peer, 6).blocks, [10, 11, 0, 1, 2, 3]);
    torrent.release(peer, 1);
    assert.deepEqual(pick(torrent, peer, 2).blocks, [1, 4]);
  });

  it('does not look again at what lies before the lowest open piece', () => {
    const torrent = open(sequential(), { pieceCount: 2000, blocksPerPiece: 1, lastBlocks: 1 });
    const peer = join(torrent, 2);
    for (let i = 0; i < 1900; i++) pick(torrent, peer, 1);
    const before = peer.questions;
    pick(torrent, peer, 1);
    assert.equal(peer.questions - before, 1);
  });
});

describe('randomFirst', () => {
  it('steps aside when 4 pieces are verified, and comes back when one of them is lost', () => {
    const torrent = open(randomFirst());
    const peer = join(torrent, 2);
    for (const piece of [0, 1, 2]) torrent.settle(piece, true);
    assert.equal(pick(torrent, peer, 1).blocks.length, 1);
    torrent.settle(3, true);
    assert.equal(pick(torrent, peer, 1).blocks.length, 0);
    torrent.settle(3, false);
    assert.equal(pick(torrent, peer, 20).blocks.length, 9);
  });

  it('begins with each piece about equally often', () => {
    const firsts = new Array<number>(4).fill(0);
    for (let seed = 0; seed < 1000; seed++) {
      const torrent = new ModelTorrent({ pieceCount: 4, blocksPerPiece: 1, lastBlocks: 1 });
      torrent.picker = randomFirst()(torrent, createRandom(seed));
      firsts[pick(torrent, join(torrent, 2), 1).blocks[0]!]!++;
    }
    for (const count of firsts)
      assert.ok(count > 190 && count < 310, `firsts: ${firsts.join(' ')}`);
  });
});

describe('finishPartial', () => {
  it('takes from the oldest piece begun, a higher priority before it, and begins none', () => {
    const torrent = open(finishPartial());
    const other = join(torrent, 2);
    const peer = join(torrent, 4);
    for (const block of [12, 4, 8]) torrent.reserve(other, block);
    torrent.setPriority(4, 3);
    assert.deepEqual(pick(torrent, peer, 9).blocks, [9, 13, 5]);
  });

  it('leaves alone a piece that is no longer wanted', () => {
    const torrent = open(finishPartial());
    const peer = join(torrent, 2);
    torrent.reserve(peer, 0);
    torrent.setPriority(0, 0);
    assert.deepEqual(pick(torrent, peer, 9).blocks, []);
  });
});

describe('endgame', () => {
  function everythingAsked(torrent: ModelTorrent, slow: ModelPeer): void {
    for (let block = 0; block < 16; block++) torrent.reserve(slow, block);
  }

  it('does nothing while a wanted block is missing', () => {
    const torrent = open(endgame());
    const slow = join(torrent, 2);
    const peer = join(torrent, 4);
    everythingAsked(torrent, slow);
    torrent.release(slow, 3);
    assert.equal(pick(torrent, peer, 9).blocks.length, 0);
    torrent.setPriority(1, 0);
    assert.equal(pick(torrent, peer, 9).blocks.length, 4);
  });

  it('at the limit: 3 requesters per block, 4 duplicates per peer, none for a busy peer', () => {
    const torrent = open(endgame());
    everythingAsked(torrent, join(torrent, 2));
    for (let conn = 4; conn <= 40; conn += 2) {
      const peer = join(torrent, conn);
      assert.ok(pick(torrent, peer, 100).blocks.length <= 4);
      assert.equal(pick(torrent, peer, 100).blocks.length, 0, 'it has work now');
    }
    for (let block = 0; block < 16; block++) assert.equal(torrent.requesters(block), 3);
  });

  it('takes blocks with the fewest requesters first', () => {
    const torrent = open(endgame());
    const slow = join(torrent, 2);
    everythingAsked(torrent, slow);
    assert.deepEqual(pick(torrent, join(torrent, 4), 4).blocks, [0, 1, 2, 3]);
    assert.deepEqual(pick(torrent, join(torrent, 6), 4).blocks, [4, 5, 6, 7]);
  });

  it('looks at a bounded number of blocks per pick, and goes on from there', () => {
    const torrent = open(endgame({ looksMax: 4, outstandingMax: 2 }));
    const slow = join(torrent, 2);
    everythingAsked(torrent, slow);
    const seen = new Set<number>();
    for (let conn = 4; conn < 40; conn += 2) {
      for (const block of pick(torrent, join(torrent, conn), 100).blocks) seen.add(block);
    }
    assert.equal(seen.size, 16);
  });
});

describe('chain and defaultPicker', () => {
  it('fills the room from each in turn', () => {
    const torrent = open(chain(finishPartial(), sequential()));
    const peer = join(torrent, 2);
    torrent.reserve(peer, 6);
    const { blocks, reasons } = pick(torrent, peer, 3);
    assert.deepEqual(blocks, [7, 0, 1]);
    assert.deepEqual(reasons, ['finish partial', 'sequential', 'sequential']);
  });

  it('tells every link of changes, and that all changed', () => {
    const heard: string[] = [];
    const link = (name: string): Behavior<PiecePicker> => {
      return () => ({
        pieceChanged: (piece) => heard.push(`${name} ${piece}`),
        allChanged: () => heard.push(`${name} all`),
        pick: () => 0,
      });
    };
    const torrent = open(chain(link('a'), link('b')));
    torrent.picker!.pieceChanged(3);
    torrent.picker!.allChanged();
    assert.deepEqual(heard, ['a 3', 'b 3', 'a all', 'b all']);
  });

  it('a link added at the end does not disturb what the others draw', () => {
    const first = (behavior: Behavior<PiecePicker>): number[] => {
      const torrent = open(behavior);
      return pick(torrent, join(torrent, 2), 16).blocks;
    };
    assert.deepEqual(first(chain(rarestFirst())), first(chain(rarestFirst(), randomFirst())));
  });

  it('the default begins at random, finishes what it began, then takes the rarest, then repeats', () => {
    const torrent = open(defaultPicker());
    const peer = join(torrent, 2);
    join(torrent, 6); // with one seed alone every piece would be a last copy
    assert.deepEqual(pick(torrent, peer, 1).reasons, ['random first']);
    assert.deepEqual(pick(torrent, peer, 2).reasons, ['finish partial', 'random first']);
    for (let piece = 0; piece < 4; piece++) {
      for (const block of [...peer.requests]) torrent.release(peer, block);
      torrent.settle(piece, true);
    }
    assert.deepEqual(pick(torrent, peer, 8).reasons, new Array<string>(8).fill('rarest first'));
    assert.deepEqual(pick(torrent, join(torrent, 4), 1).reasons, ['endgame']);
  });

  it('before all that it takes what the peer alone has', () => {
    const torrent = open(defaultPicker());
    assert.deepEqual(pick(torrent, join(torrent, 2), 1).reasons, ['last copy']);
  });
});
