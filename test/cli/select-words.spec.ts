// The words of --select: numbers from 1, ranges, patterns.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { selectWord } from '../../src/cli/transfer/select-words.ts';

describe('--select', () => {
  it('takes numbers, ranges and patterns, and may be repeated', () => {
    assert.deepEqual(selectWord('1,3-5, *.mkv ,docs/**'), [0, 2, 3, 4, '*.mkv', 'docs/**']);
    assert.deepEqual(selectWord('2', [0]), [0, 1]);
    assert.deepEqual(selectWord('7-7'), [6]);
    assert.deepEqual(selectWord('1-'), ['1-'], 'no range: a name');
    assert.equal(selectWord('1-1000000').length, 1_000_000);
  });

  for (const word of ['', '0', '0-3', '5-3', '1,,2', '1-1000001', '1000001']) {
    it(`refuses "${word}"`, () => assert.throws(() => selectWord(word)));
  }
});
