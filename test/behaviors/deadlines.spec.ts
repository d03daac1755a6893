// Deadlines: what is waited for goes first, late blocks are asked of one more, and nothing else changes.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  chain,
  deadlines,
  deadlinesFirst,
  defaultPicker,
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

function join(torrent: ModelTorrent, conn: number, lacks: readonly number[] = []): ModelPeer {
  const has = Array.from({ length: torrent.pieceCount }, (_, piece) => !lacks.includes(piece));
  const peer = new ModelPeer(conn, has);
  torrent.addPeer(peer);
  return peer;
}

function pick(torrent: ModelTorrent, peer: ModelPeer, room: number, now = 0): number[] {
  const blocks: number[] = [];
  const told = torrent.picker!.pick(peer, room, now, {
    push: (block) => {
      blocks.push(block);
      torrent.reserve(peer, block);
    },
  });
  assert.equal(told, blocks.length);
  return blocks;
}

const at = (...pairs: (readonly [piece: number, at: number])[]): ModelTorrent['deadlines'] =>
  pairs.map(([piece, time]) => ({ piece, at: time }));

describe('deadlines', () => {
  it('take pieces soonest first, whole, and leave the rest to the next picker', () => {
    const torrent = open(chain(deadlines(), sequential()));
    torrent.deadlines = at([5, 100], [3, 200]);
    const peer = join(torrent, 2);
    assert.deepEqual(pick(torrent, peer, 7), [10, 11, 6, 7, 0, 1, 2]);
  });

  it('take nothing where nobody waits, nor what is not wanted, held, or not given', () => {
    const torrent = open(deadlines());
    const peer = join(torrent, 2, [4]);
    assert.deepEqual(pick(torrent, peer, 4), []);
    torrent.deadlines = at([3, 0], [4, 0], [5, 0], [6, 0]);
    torrent.setPriority(3, 0);
    torrent.settle(5, true);
    assert.deepEqual(pick(torrent, peer, 4), [12, 13]);
    peer.peerChoking = true;
    torrent.release(peer, 12);
    assert.deepEqual(pick(torrent, peer, 4), []);
  });

  it('ask one more peer for what is late, and nobody for what is not', () => {
    const torrent = open(deadlines());
    torrent.deadlines = at([1, 100], [2, 200]);
    const [slow, fast, other] = [join(torrent, 2), join(torrent, 4), join(torrent, 6)];
    assert.deepEqual(pick(torrent, slow, 10), [2, 3, 4, 5]);
    assert.deepEqual(pick(torrent, fast, 10, 99), [], 'none is late');
    assert.deepEqual(pick(torrent, fast, 10, 100), [2, 3], 'the first is, at its moment');
    assert.deepEqual(pick(torrent, slow, 10, 100), [], 'never of one peer twice');
    assert.deepEqual(pick(torrent, other, 10, 100), [], 'two peers at most');
    assert.deepEqual(pick(torrent, other, 1, 200), [4], 'no more than there is room');
  });

  it('ask for what nobody was asked for before what is late', () => {
    const torrent = open(deadlines());
    torrent.deadlines = at([1, 0], [2, 5000]);
    const [slow, fast] = [join(torrent, 2), join(torrent, 4)];
    assert.deepEqual(pick(torrent, slow, 3), [2, 3, 4]);
    assert.deepEqual(pick(torrent, fast, 10, 1000), [5, 2, 3]);
  });

  it('never ask twice where one requester is the bound', () => {
    const torrent = open(deadlines({ requestersMax: 1 }));
    torrent.deadlines = at([1, 0]);
    const [slow, fast] = [join(torrent, 2), join(torrent, 4)];
    assert.deepEqual(pick(torrent, slow, 3), [2, 3]);
    assert.deepEqual(pick(torrent, fast, 3, 1000), []);
  });

  it('change nothing for a torrent in which nobody waits: not one draw of chance', () => {
    for (const inner of [rarestFirst(), defaultPicker()]) {
      const [plain, wrapped] = [open(inner), open(deadlinesFirst(inner))];
      for (const torrent of [plain, wrapped]) for (const conn of [2, 4]) join(torrent, conn);
      for (let i = 0; i < 8; i++) {
        const which = i % 2;
        assert.deepEqual(
          pick(wrapped, wrapped.peers[which]!, 2),
          pick(plain, plain.peers[which]!, 2),
        );
      }
    }
  });

  it('are part of what everybody uses', () => {
    const torrent = open(defaultPicker());
    torrent.deadlines = at([7, 0], [0, 1]);
    assert.deepEqual(pick(torrent, join(torrent, 2), 4), [14, 15, 0, 1]);
  });

  it('ask no more of the torrent than there are pieces waited for', () => {
    const size = { pieceCount: 20_000, blocksPerPiece: 1, lastBlocks: 1 };
    const torrent = open(deadlines(), size);
    torrent.deadlines = at([19_000, 0], [3, 5000]);
    const peer = join(torrent, 2);
    torrent.questions = 0;
    pick(torrent, peer, 2);
    assert(torrent.questions < 40, `${torrent.questions} questions`);
  });
});
