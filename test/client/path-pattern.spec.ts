// Patterns for files: what they mean, and that a name made by a stranger cannot make them slow.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { matchesPath } from '../../src/client/words/path-pattern.ts';

const YES = [
  ['*.mkv', 'a.mkv'],
  ['*.mkv', 'season 1/a.mkv'],
  ['a?c', 'x/abc'],
  ['season 1/*', 'season 1/a.mkv'],
  ['season*/**', 'season 1/extras/b.mkv'],
  ['**/b.mkv', 'season 1/extras/b.mkv'],
  ['**/b.mkv', 'b.mkv'],
  ['x/**/b', 'x/b'],
  ['**', 'x/y/z'],
  ['[1].txt', 'docs/[1].txt'],
  ['a/b', 'a/b'],
  ['*', ''],
  ['é*', 'été'.normalize()],
] as const;
const NO = [
  ['*.mkv', 'a.mkv.part'],
  ['*.MKV', 'a.mkv'],
  ['a?c', 'a/c'],
  ['season 1/*', 'season 1/extras/b.mkv'],
  ['?', ''],
  ['a/b', 'x/a/b'],
  ['**/b', 'x/ab'],
  ['', 'a'],
] as const;

describe('path patterns', () => {
  it('mean what people mean', () => {
    for (const [pattern, path] of YES) assert(matchesPath(pattern, path), `${pattern} ${path}`);
    for (const [pattern, path] of NO) assert(!matchesPath(pattern, path), `${pattern} ${path}`);
  });

  it('take a time that is bounded by their lengths', () => {
    // A matcher that tries and goes back would be at it until the end of the universe.
    assert.equal(matchesPath('*a'.repeat(40) + 'b', 'a'.repeat(2000)), false);
    assert.equal(matchesPath('**/a'.repeat(40) + 'b', 'a/'.repeat(1000)), false);
  });
});
