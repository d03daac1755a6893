/** Which bytes of a part mean anything, which were lost, and where they lie in files. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FileLayout } from '../../../src/reactors/node/files/file-layout.ts';
import { LostRuns } from '../../../src/reactors/node/files/lost-runs.ts';
import { joinRun, Part } from '../../../src/reactors/node/files/part.ts';
import type { Run } from '../../../src/reactors/node/files/part.ts';
import { file } from './tools.ts';

const range = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 30 })).map(([start, length]) => ({
  start,
  end: start + length,
}));

describe('joinRun', () => {
  it('agrees with a set of bytes, and stays sorted, disjoint and merged', () => {
    fc.assert(
      fc.property(fc.array(range), (added) => {
        let runs: Run[] = [];
        const bytes = new Set<number>();
        for (const { start, end } of added) {
          runs = joinRun(runs, start, end);
          for (let i = start; i < end; i++) bytes.add(i);
        }
        const told = runs.flatMap(({ start, end }) =>
          Array.from({ length: end - start }, (_, i) => start + i),
        );
        assert.deepEqual(
          told,
          [...bytes].sort((a, b) => a - b),
        );
        runs.slice(1).forEach((run, i) => assert.ok(run.start > runs[i]!.end));
      }),
    );
  });
});

describe('Part', () => {
  it('is full when every byte has come, in any order, and views what it was given', () => {
    const part = new Part(100, 30, new Uint8Array(64).fill(0xee));
    part.put(120, new Uint8Array(10).fill(3));
    part.put(100, new Uint8Array(10).fill(1));
    assert.equal(part.full, false);
    assert.equal(part.covers(105, 125), false);
    assert.equal(part.overlaps(109, 111), true);
    assert.equal(part.overlaps(110, 120), false);
    part.putZeros(110, 10);
    assert.equal(part.full, true);
    assert.deepEqual([...part.view(109, 121)], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
  });
});

describe('LostRuns', () => {
  it('tells a loss once, and only to those whom it concerns', () => {
    const lost = new LostRuns();
    assert.equal(lost.fault, null);
    lost.add(
      [
        { start: 10, end: 20 },
        { start: 40, end: 50 },
      ],
      'full',
    );
    assert.equal(lost.take(0, 10), null);
    assert.equal(lost.take(20, 40), null);
    assert.equal(lost.take(15, 18), 'full');
    assert.equal(lost.take(15, 18), null);
    assert.equal(lost.take(10, 15), 'full');
    lost.remove(0, 30);
    assert.equal(lost.take(0, 40), null);
    assert.equal(lost.fault, 'full');
    lost.add([{ start: 45, end: 60 }], 'io');
    assert.equal(lost.take(50, 51), 'io');
    assert.equal(lost.take(44, 45), 'full');
  });
});

describe('FileLayout', () => {
  it('covers every range exactly, over empty and padding files', () => {
    const files = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(files, fc.nat(), fc.nat(), (list, from, to) => {
        const layout = new FileLayout(
          list.map(([length, padding], i) => file(`${i}`, length, padding)),
        );
        const owner = list.flatMap(([length], i) =>
          Array.from({ length }, (_, at) => [i, at] as const),
        );
        assert.equal(layout.length, owner.length);
        const [a, b] = [from % (owner.length + 1), to % (owner.length + 1)];
        const [start, end] = a < b ? [a, b] : [b, a];
        const spans = layout.spans(start, end - start);
        const told = spans.flatMap(({ file: index, fileOffset, length, at, padding }) => {
          assert.ok(length > 0);
          assert.equal(padding, list[index]![1]);
          return Array.from({ length }, (_, i) => [at + i, index, fileOffset + i]);
        });
        assert.deepEqual(
          told,
          owner.slice(start, end).map(([index, at], i) => [i, index, at]),
        );
      }),
    );
  });

  it('refuses a range that is not its own', () => {
    const layout = new FileLayout([file('a', 5)]);
    for (const [offset, length] of [
      [-1, 1],
      [0, 6],
      [5, 1],
      [6, 0],
    ] as const) {
      assert.throws(() => layout.spans(offset, length), { code: 'SWARMWRIGHT_BUG' });
    }
  });
});
