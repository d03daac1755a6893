// One range of bytes, or why not (RFC 9110, section 14).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { byteRange } from '../../src/cli/serve/byte-range.ts';

const CASES: readonly (readonly [string | undefined, number, unknown])[] = [
  [undefined, 10, 'whole'],
  ['bytes=0-9', 10, { start: 0, end: 9 }],
  ['bytes=0-0', 10, { start: 0, end: 0 }],
  ['bytes=3-', 10, { start: 3, end: 9 }],
  ['bytes=9-', 10, { start: 9, end: 9 }],
  ['bytes=5-99', 10, { start: 5, end: 9 }],
  ['bytes=-3', 10, { start: 7, end: 9 }],
  ['bytes=-10', 10, { start: 0, end: 9 }],
  ['bytes=-99', 10, { start: 0, end: 9 }],
  ['BYTES=1-2', 10, { start: 1, end: 2 }],
  [' bytes= 1-2 ', 10, { start: 1, end: 2 }],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=10-12', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-1', 0, 'unsatisfiable'],
  ['bytes=0-1,3-4', 10, 'unsatisfiable'],
  ['bytes=5-3', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['bytes=a-b', 10, 'whole'],
  ['bytes=1', 10, 'whole'],
  ['bytes=0x1-2', 10, 'whole'],
  ['bytes=1e1-', 100, 'whole'],
  ['bytes=9999999999999999-', 10, 'whole'],
  ['lines=1-2', 10, 'whole'],
  ['', 10, 'whole'],
];

describe('byte ranges', () => {
  it('are read as the standard has it', () => {
    for (const [header, length, expected] of CASES) {
      assert.deepEqual(byteRange(header, length), expected, String(header));
    }
  });
});
