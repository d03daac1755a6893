// A set of pieces against a Set of numbers; spare bits and length of what comes from the wire (S-22).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { PieceSet } from '../../../src/protocol/index.ts';
import { bitsOf } from '../../support/session-world.ts';

const some = fc
  .integer({ min: 1, max: 70 })
  .chain((length) =>
    fc.record({ length: fc.constant(length), pieces: fc.array(fc.nat(length - 1)) }),
  );

function setOf(pieces: Iterable<number>, length: number): PieceSet {
  const set = new PieceSet(length);
  for (const piece of pieces) set.add(piece);
  return set;
}

describe('piece set', () => {
  it('does as a Set of numbers does', () => {
    const op = fc.record({ add: fc.boolean(), piece: fc.nat(69) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.array(op), (length, ops) => {
        const set = new PieceSet(length);
        const model = new Set<number>();
        for (const { add, piece: any } of ops) {
          const piece = any % length;
          const had = model.has(piece);
          if (add) {
            model.add(piece);
            assert.equal(set.add(piece), !had);
          } else {
            model.delete(piece);
            assert.equal(set.remove(piece), had);
          }
          assert.equal(set.count, model.size);
          assert.equal(set.isFull, model.size === length);
          assert.equal(set.isEmpty, model.size === 0);
        }
        for (let piece = 0; piece < length; piece++) assert.equal(set.has(piece), model.has(piece));
        assert.equal(set.has(length), false);
        assert.deepEqual(set.toWire(), bitsOf(model, length));
      }),
    );
  });

  it('comes back from the wire as it was sent, as a copy', () => {
    fc.assert(
      fc.property(some, ({ length, pieces }) => {
        const bits = bitsOf(pieces, length);
        const set = PieceSet.fromWire(bits, length);
        assert(set !== null);
        bits.fill(0xff); // the buffer was borrowed
        assert.equal(set.count, new Set(pieces).size);
        assert.deepEqual(set.toWire(), bitsOf(pieces, length));
      }),
    );
  });

  it('refuses a wrong length and any spare bit (S-22)', () => {
    let refused = 0;
    for (let length = 1; length <= 33; length++) {
      const right = Math.ceil(length / 8);
      for (const wrong of [0, right - 1, right + 1]) {
        if (wrong !== right) assert.equal(PieceSet.fromWire(new Uint8Array(wrong), length), null);
      }
      for (let spare = length; spare < right * 8; spare++) {
        const bits = new Uint8Array(right);
        bits[spare >> 3]! |= 0x80 >> (spare & 7);
        assert.equal(PieceSet.fromWire(bits, length), null, `${length} pieces, bit ${spare}`);
        refused++;
      }
      assert.equal(PieceSet.fromWire(bitsOf([length - 1], length), length)?.count, 1);
    }
    assert(refused > 50);
  });

  it('fills without spare bits', () => {
    for (let length = 1; length <= 33; length++) {
      const set = setOf([0], length);
      set.fill();
      assert(set.isFull);
      assert.equal(PieceSet.fromWire(set.toWire(), length)?.isFull, true);
    }
  });

  it('counts what another set lacks', () => {
    fc.assert(
      fc.property(some, fc.array(fc.nat(69)), ({ length, pieces }, others) => {
        const theirs = others.map((piece) => piece % length);
        const expected = [...new Set(pieces)].filter((piece) => !theirs.includes(piece)).length;
        assert.equal(setOf(pieces, length).countWithout(setOf(theirs, length)), expected);
      }),
    );
  });

  it('finds the next piece that two others lack, however far', () => {
    const sets = fc
      .integer({ min: 1, max: 300 })
      .chain((length) =>
        fc.tuple(
          fc.constant(length),
          fc.array(fc.nat(length - 1), { maxLength: 40 }),
          fc.array(fc.nat(length - 1), { maxLength: 40 }),
          fc.array(fc.nat(length - 1), { maxLength: 40 }),
        ),
      );
    fc.assert(
      fc.property(sets, ([length, ours, theirs, more]) => {
        const taken = new Set([...theirs, ...more]);
        const left = [...new Set(ours)].filter((piece) => !taken.has(piece)).sort((a, b) => a - b);
        const [set, other, another] = [ours, theirs, more].map((each) => setOf(each, length));
        const found: number[] = [];
        for (
          let piece = set!.nextWithout(0, other!, another);
          piece >= 0;
          piece = set!.nextWithout(piece + 1, other!, another)
        ) {
          found.push(piece);
        }
        assert.deepEqual(found, left);
        assert.equal(set!.countWithout(other!, another), left.length);
        assert.equal(set!.nextWithout(length, other!), -1);
      }),
    );
  });

  it('gives each, clears, and takes out a range, as a Set does', () => {
    const plan = some.chain(({ length, pieces }) =>
      fc.tuple(fc.constant(length), fc.constant(pieces), fc.nat(length), fc.nat(length)),
    );
    fc.assert(
      fc.property(plan, ([length, pieces, a, b]) => {
        const [from, end] = [Math.min(a, b), Math.max(a, b)];
        const set = setOf(pieces, length);
        set.removeRange(from, end);
        const expected = [...new Set(pieces)]
          .filter((piece) => piece < from || piece >= end)
          .sort((x, y) => x - y);
        const found: number[] = [];
        set.each((piece) => found.push(piece));
        assert.deepEqual([found, set.count], [expected, expected.length]);
        set.clear();
        assert.deepEqual([set.isEmpty, set.toWire()], [true, bitsOf([], length)]);
      }),
    );
  });
});
