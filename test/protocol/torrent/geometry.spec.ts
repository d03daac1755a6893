// Piece and block arithmetic: the blocks tile the torrent exactly, and no number that a remote sends gets through (S-24).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { Geometry } from '../../../src/protocol/index.ts';
import { BLOCK } from '../../support/scenes.ts';

const shape = fc.record({
  length: fc.integer({ min: 1, max: 3_000_000 }),
  pieceLength: fc.integer({ min: 1, max: 400_000 }),
});

describe('geometry', () => {
  it('tiles the torrent with pieces, and each piece with blocks, without gap or overlap', () => {
    fc.assert(
      fc.property(shape, ({ length, pieceLength }) => {
        fc.pre(length / pieceLength < 500);
        const geometry = new Geometry(length, pieceLength);
        let at = 0;
        for (let piece = 0; piece < geometry.pieceCount; piece++) {
          assert.equal(geometry.pieceOffset(piece), at);
          let within = 0;
          for (let block = 0; block < geometry.blocksIn(piece); block++) {
            const size = geometry.blockSize(piece, block);
            assert(size > 0 && size <= BLOCK);
            assert.equal(within, block * BLOCK);
            within += size;
          }
          assert.equal(within, geometry.pieceSize(piece));
          at += within;
        }
        assert.equal(at, length);
      }),
    );
  });

  it('numbers blocks so that each index names one block of one piece', () => {
    fc.assert(
      fc.property(shape, ({ length, pieceLength }) => {
        fc.pre(length / pieceLength < 500);
        const geometry = new Geometry(length, pieceLength);
        const seen = new Set<number>();
        for (let piece = 0; piece < geometry.pieceCount; piece++) {
          for (let block = 0; block < geometry.blocksIn(piece); block++) {
            const index = geometry.indexOf(piece, block);
            assert(!seen.has(index));
            seen.add(index);
            assert.equal(geometry.pieceOf(index), piece);
            const size = geometry.blockSize(piece, block);
            assert.equal(geometry.exactBlock(piece, block * BLOCK, size), index);
            assert.equal(geometry.exactBlock(piece, block * BLOCK, size - 1), -1);
            assert.equal(geometry.exactBlock(piece, block * BLOCK, size + 1), -1);
            assert.equal(geometry.exactBlock(piece, block * BLOCK + 1, size), -1);
          }
        }
      }),
    );
  });

  it('stays exact for a torrent of a petabyte', () => {
    const length = 2 ** 50 + 5;
    const geometry = new Geometry(length, 2 ** 24);
    const last = geometry.pieceCount - 1;
    assert.equal(geometry.pieceOffset(last) + geometry.pieceSize(last), length);
    assert.equal(geometry.pieceOf(geometry.indexOf(last, 0)), last);
    assert.equal(geometry.blocksIn(last), 1);
  });

  it('accepts a range of a remote exactly where it lies inside its piece (S-24)', () => {
    const geometry = new Geometry(100_000, 40_000);
    const corners = [0, 1, 16_384, 19_999, 20_000, 20_001, 39_999, 40_000, 0x7fffffff, 0xffffffff];
    let inside = 0;
    for (const piece of [0, 1, 2, 3, 0x7fffffff, 0xffffffff]) {
      for (const begin of corners) {
        for (const length of corners) {
          const size = piece < 2 ? 40_000 : piece === 2 ? 20_000 : -1;
          const expected = length > 0 && begin + length <= size;
          assert.equal(
            geometry.isRange(piece, begin, length),
            expected,
            `${piece} ${begin} ${length}`,
          );
          if (!expected) assert.equal(geometry.exactBlock(piece, begin, length), -1);
          if (expected) inside++;
        }
      }
    }
    assert(inside > 20, 'the table has no valid rows');
  });
});
