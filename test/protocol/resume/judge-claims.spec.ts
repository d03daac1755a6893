// What of old claims is believed, by how the files look (F-19, F-21): never more than was claimed, nothing of what changed.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { judgeClaims, PieceSet } from '../../../src/protocol/index.ts';
import type { FileStamp, Resumed, ResumeState } from '../../../src/protocol/index.ts';

const LENGTHS = [100, 0, 30, 70, 200];
const PIECE = 40;
const TOTAL = LENGTHS.reduce((sum, length) => sum + length, 0);
const pieceCount = Math.ceil(TOTAL / PIECE);
const files = LENGTHS.map((length, i) => ({
  offset: LENGTHS.slice(0, i).reduce((sum, each) => sum + each, 0),
  length,
}));
const THEN: readonly FileStamp[] = LENGTHS.map((size, i) => ({ size, time: BigInt(1000 + i) }));

const NO_FILE: FileStamp = { size: -1, time: 0n };
const PART: FileStamp = { size: 9000, time: 77n };

function claimOf(pieces: readonly number[], partial: readonly number[] = []): ResumeState {
  const verified = new PieceSet(pieceCount);
  for (const piece of pieces) verified.add(piece);
  return {
    infoHash: new Uint8Array(20),
    verified: verified.toWire(),
    partial: partial.map((piece) => ({ piece, blocks: Uint8Array.of(0x80) })),
    files: THEN,
    part: NO_FILE,
    downloaded: 1,
    uploaded: 2,
    times: { active: 3, finished: 2, seeding: 1 },
    downloading: true,
    seeding: true,
    paused: false,
    priorities: new Uint8Array(LENGTHS.length).fill(1),
    firstLast: false,
    peers: [],
  };
}

function judge(claim: ResumeState, now: readonly FileStamp[], part = NO_FILE): Resumed {
  const torrent = { pieceCount, pieceLength: PIECE, files };
  return judgeClaims(claim, torrent, { files: now, part }, (believed) => believed);
}

function pieces(bits: Uint8Array): number[] {
  const set = PieceSet.fromWire(bits, pieceCount)!;
  return Array.from({ length: pieceCount }, (_, i) => i).filter((piece) => set.has(piece));
}

describe('claims', () => {
  it('of files that look as they did are believed, and nothing is hashed', () => {
    const told = judge(claimOf([0, 3, 9], [5]), THEN);
    assert.deepEqual(pieces(told.verified), [0, 3, 9]);
    assert.deepEqual(pieces(told.doubtful), []);
    assert.deepEqual(told.samples, [0, 3, 9], 'samples are chosen among these');
    assert.deepEqual(
      told.partial.map(({ piece }) => piece),
      [5],
    );
    assert.deepEqual([told.downloaded, told.uploaded], [1, 2]);
  });

  for (const [what, change] of [
    ['time', { size: 30, time: 1n }],
    ['size', { size: 31, time: 1002n }],
  ] as const) {
    it(`of a file of another ${what} are hashed, with every piece that touches it`, () => {
      const now = THEN.map((stamp, i) => (i === 2 ? change : stamp));
      const told = judge(claimOf([0, 1, 2, 3, 9], [2]), now);
      // Bytes 100 to 130: pieces 2 and 3.
      assert.deepEqual(pieces(told.doubtful), [2, 3]);
      assert.deepEqual(pieces(told.verified), [0, 1, 9]);
      assert.equal(told.partial.length, 1, 'its blocks stand until the hash of the whole piece');
    });
  }

  it('of a file that is gone count for nothing, nor do its blocks', () => {
    const now = THEN.map((stamp, i) => (i === 2 ? { size: -1, time: 0n } : stamp));
    const told = judge(claimOf([0, 1, 2, 3, 9], [2]), now);
    assert.deepEqual(pieces(told.doubtful), []);
    assert.deepEqual(pieces(told.verified), [0, 1, 9]);
    assert.deepEqual(told.partial, []);
  });

  describe('of a file that was not there, and whose bytes are in the part file', () => {
    // Bytes 130 to 200, of which pieces 3 and 4 are shared.
    const absent = THEN.map((stamp, i) => (i === 3 ? NO_FILE : stamp));
    const claim = { ...claimOf([0, 2, 3, 9], [4]), files: absent, part: PART };

    it('are believed where that one looks as it did', () => {
      const told = judge(claim, absent, PART);
      assert.deepEqual(pieces(told.verified), [0, 2, 3, 9]);
      assert.deepEqual(pieces(told.doubtful), []);
      assert.equal(told.partial.length, 1);
    });

    it('are hashed where it looks otherwise', () => {
      const told = judge(claim, absent, { ...PART, time: 78n });
      assert.deepEqual(pieces(told.verified), [0, 2, 9]);
      assert.deepEqual(pieces(told.doubtful), [3, 4]);
    });

    it('count for nothing where it is gone', () => {
      const told = judge(claim, absent);
      assert.deepEqual(pieces(told.verified), [0, 2, 9]);
      assert.deepEqual(pieces(told.doubtful), []);
      assert.deepEqual(told.partial, []);
    });

    it('are hashed where somebody made the file, whatever the part file looks like', () => {
      for (const part of [PART, NO_FILE]) {
        assert.deepEqual(pieces(judge(claim, THEN, part).doubtful), [3, 4]);
      }
    });

    it('say nothing of a file that was there and is not: its bytes were never in the part file', () => {
      const told = judge({ ...claim, files: THEN }, absent, PART);
      assert.deepEqual(pieces(told.verified), [0, 2, 9]);
    });
  });

  it('never become more, whatever the files look like', () => {
    const stamp = fc.record({
      size: fc.constantFrom(-1, 0, 30, 100),
      time: fc.bigInt(999n, 1005n),
    });
    const set = fc.uniqueArray(fc.nat(pieceCount - 1));
    fc.assert(
      fc.property(
        set,
        fc.tuple(...THEN.map((then) => fc.oneof(fc.constant(then), stamp))),
        (held, now) => {
          const told = judge(claimOf(held), now);
          const believed = pieces(told.verified);
          const doubtful = pieces(told.doubtful);
          assert.ok(believed.every((piece) => held.includes(piece)));
          assert.ok(doubtful.every((piece) => !believed.includes(piece)));
          for (const piece of believed) {
            files.forEach((file, i) => {
              const touches =
                file.offset < (piece + 1) * PIECE && file.offset + file.length > piece * PIECE;
              if (file.length === 0 || !touches) return;
              assert.deepEqual([now[i]!.size, now[i]!.time], [THEN[i]!.size, THEN[i]!.time]);
            });
          }
        },
      ),
    );
  });
});
