// Priorities of files to priorities of pieces, against the sentence that defines them.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { filePriorityMax, piecePriorities } from '../../../src/protocol/index.ts';

interface Drawn {
  readonly length: number;
  readonly padding: boolean;
  readonly priority: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  length: fc.oneof(fc.nat(3), fc.nat(50)),
  padding: fc.boolean(),
  priority: fc.nat(filePriorityMax),
});

function layOut(
  files: readonly Drawn[],
  pieceLength: number,
): Parameters<typeof piecePriorities>[0] {
  let offset = 0;
  const laid = files.map(({ length, padding }, i) => {
    const file = { path: [`${i}`], length, offset, padding };
    offset += length;
    return file;
  });
  return { files: laid, pieceLength, pieceCount: Math.ceil(offset / pieceLength) };
}

describe('piece priorities', () => {
  it('are the highest of the files that have a byte in the piece, byte by byte', () => {
    fc.assert(
      fc.property(
        fc.array(drawn, { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        (files, size) => {
          const metainfo = layOut(files, size);
          const expected = new Uint8Array(metainfo.pieceCount);
          let before = 0;
          files.forEach(({ padding, priority, length }, i) => {
            if (!padding) before = priority;
            for (let byte = 0; byte < length; byte++) {
              const piece = Math.floor((metainfo.files[i]!.offset + byte) / size);
              expected[piece] = Math.max(expected[piece]!, before);
            }
          });
          const priorities = files.map(({ priority }) => priority);
          assert.deepEqual(piecePriorities(metainfo, priorities), expected);
        },
      ),
    );
  });

  it('let the first and the last piece of a wanted file go before all others', () => {
    const files = [
      { length: 35, padding: false, priority: 1 },
      { length: 40, padding: false, priority: 0 },
      { length: 25, padding: false, priority: 7 },
    ];
    const pieces = piecePriorities(
      layOut(files, 10),
      files.map(({ priority }) => priority),
      { firstLast: true },
    );
    assert.deepEqual([...pieces], [9, 1, 1, 9, 0, 0, 0, 15, 7, 15]);
  });

  it('give padding to the file that it fills up', () => {
    const files = [
      { length: 10, padding: false, priority: 0 },
      { length: 10, padding: true, priority: 1 },
      { length: 5, padding: false, priority: 2 },
      { length: 15, padding: true, priority: 0 },
    ];
    const given = files.map(({ priority }) => priority);
    assert.deepEqual([...piecePriorities(layOut(files, 10), given)], [0, 0, 2, 2]);
  });

  it('take what there is, and no more', () => {
    const metainfo = layOut([{ length: 10, padding: false, priority: 0 }], 10);
    assert.deepEqual([...piecePriorities(metainfo, [filePriorityMax])], [filePriorityMax]);
    assert.throws(() => piecePriorities(metainfo, [filePriorityMax + 1]), /out of range/);
    assert.throws(() => piecePriorities(metainfo, []), /one per file/);
  });
});
