import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { decodeUtf8, encodeUtf8, utf8Length } from '../../../src/protocol/bencode/utf8.ts';
import { distinctPaths } from '../../../src/protocol/metainfo/distinct-paths.ts';
import {
  elementBytesMax,
  safeElement,
  safePath,
} from '../../../src/protocol/metainfo/safe-path.ts';
import type { PathNaming } from '../../../src/protocol/metainfo/safe-path.ts';
import { bytesOf } from '../../support/bencode.ts';

const element = (text: string, naming: PathNaming = 'portable'): string | null =>
  safeElement(encodeUtf8(text), naming);
const whole = (...elements: string[]): string =>
  safePath(elements.map(encodeUtf8), 'portable').join('/');

/** What no element may hold: separators, control characters, invisible characters. */
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- they must be gone
  /[/\\\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\ufeff]/;

/** Whether no character of `text` is cut in two. */
const isWhole = (text: string): boolean => decodeUtf8(encodeUtf8(text)) === text;

/** Elements made of what attacks are made of. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('..', '.', '/', '\\', ':', ' ', '\0', '\x7f', '\x82', '\xc0\xae', '\xff'),
      fc.constantFrom(
        '\xe2\x80\xae',
        '\xe2\x80\x8b',
        '\xef\xbb\xbf',
        'CON',
        'nul',
        'C:',
        '\x1b[2J',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => bytesOf(parts.join('').replace(/[^\0-\xff]/g, '?')));

describe('metainfo/safe-path', () => {
  describe('S-01: up and here', () => {
    for (const [elements, expected] of [
      [['..', '..', 'bar'], 'bar'],
      [['foo', '..', '..', '..', 'bar'], 'foo/bar'],
      [['a', '..', 'c'], 'a/c'],
      [['/..', '.', 'c'], 'c'],
      [['..'], '_'],
      [['.', '..'], '_'],
      [['/', '/', 'bar'], '_/_/bar'],
      [['abc/../../def', '/', 'bar'], 'abc....def/_/bar'],
      [['temp/../../abc'], 'temp....abc'],
      [['\u200b..\u2060', 'x'], 'x'],
      [['../..'], '_'],
      [['', 'a'], '_/a'],
    ] as const) {
      it(`${JSON.stringify(elements)} becomes ${expected}`, () => {
        assert.equal(whole(...elements), expected);
      });
    }
  });

  describe('S-02: roots, drives, streams', () => {
    for (const [given, expected] of [
      ['/etc/passwd', 'etcpasswd'],
      ['/foobar', 'foobar'],
      ['C:\\x', 'C_x'],
      ['C:x', 'C_x'],
      ['\\\\srv\\s', 'srvs'],
      ['\\\\?\\', '_'],
      ['a:b', 'a_b'],
      ['//', '_'],
      ['\\', '_'],
    ] as const) {
      it(`${given} becomes ${expected}`, () => {
        assert.equal(element(given), expected);
      });
    }
  });

  describe('S-03: control characters, bad UTF-8, invisible characters', () => {
    it('control characters become _', () => {
      assert.equal(element('a\0b\bc\x7fd\x85e\nf\u2028g'), 'a_b_c_d_e_f_g');
      assert.equal(element('\x1b]0;x\x07'), '_]0;x_');
    });
    for (const bytes of [
      '\xc0\xae',
      '\xe0\x80\xae',
      '\xf0\x80\x80\xae',
      '\xf8\x88\x80\x80\x80',
      '\x82',
    ]) {
      it(`the bad sequence ${Buffer.from(bytes, 'latin1').toString('hex')} becomes _`, () => {
        assert.equal(safeElement(bytesOf(`${bytes}est`), 'portable'), '_est');
      });
    }
    it('a sequence that is cut short becomes _', () => {
      for (const bytes of ['x\xd2', 'x\xe2\x82', 'x\xf0\x9f\x98']) {
        assert.equal(safeElement(bytesOf(bytes), 'portable'), 'x_');
      }
    });
    it('format characters vanish', () => {
      assert.equal(element('photo\u202egpj.exe'), 'photogpj.exe');
      const invisible = '\u200b\u200c\u200d\u200e\u202b\u2060\u2062\u2066\u2069\u061c\ufeff';
      assert.equal(element(`a${invisible}b`), 'ab');
      assert.equal(element(invisible), '_');
    });
    it('other scripts and emoji stay', () => {
      assert.equal(element('Ünïcödé 日本語 😀.txt'), 'Ünïcödé 日本語 😀.txt');
    });
  });

  describe('S-04: names that Windows reserves', () => {
    const devices = [
      'CON',
      'PRN',
      'AUX',
      'NUL',
      'COM1',
      'COM9',
      'LPT1',
      'LPT9',
      'COM\u00b9',
      'CONIN$',
    ];
    for (const name of [...devices, 'con', 'nul.txt', 'COM1.tar.gz', 'aux .x']) {
      it(`${name} is escaped, and kept for posix`, () => {
        assert.equal(element(name), `_${name}`);
        assert.equal(element(name, 'posix'), name);
      });
    }
    it('names that only look alike stay', () => {
      for (const name of ['CONSOLE', 'COM10', 'nully.txt', 'xCON', 'COM']) {
        assert.equal(element(name), name);
      }
    });
    it('trailing dots and spaces go, and stay for posix', () => {
      assert.equal(element('foobar '), 'foobar');
      assert.equal(element('foobar. . .'), 'foobar');
      assert.equal(element('...'), '_');
      assert.equal(element('foobar ', 'posix'), 'foobar ');
      assert.equal(element('what?<>"|*', 'posix'), 'what?<>"|*');
      assert.equal(element('what?<>"|*'), 'what______');
    });
  });

  describe('S-06: too-long names', () => {
    it('at the limit', () => {
      assert.equal(element('x'.repeat(elementBytesMax)), 'x'.repeat(elementBytesMax));
      assert.equal(element('x'.repeat(elementBytesMax + 1)), 'x'.repeat(elementBytesMax));
    });
    it('keep a short extension', () => {
      assert.equal(element(`${'x'.repeat(300)}.tar`), `${'x'.repeat(elementBytesMax - 4)}.tar`);
      assert.equal(element(`${'x'.repeat(65_536)}.iso`), `${'x'.repeat(elementBytesMax - 4)}.iso`);
      const long = `${'x'.repeat(200)}.${'y'.repeat(100)}`;
      assert.equal(element(long), long.slice(0, elementBytesMax));
    });
    it('are cut between characters', () => {
      const cut = element(`${'é'.repeat(200)}.txt`)!;
      assert.equal(cut, `${'é'.repeat(118)}.txt`);
      assert.ok(isWhole(element('😀'.repeat(100))!));
    });
  });

  it('S-01: no list of elements leaves the root, on any system', () => {
    let ups = 0;
    fc.assert(
      fc.property(
        fc.array(hostile, { maxLength: 5 }),
        fc.constantFrom<PathNaming>('portable', 'posix'),
        (elements, naming) => {
          ups += elements.some((bytes) => bytes.join().includes('46,46')) ? 1 : 0;
          const safe = safePath(elements, naming);
          assert.ok(safe.length >= 1 && safe.length <= Math.max(elements.length, 1));
          for (const part of safe) {
            assert.ok(part !== '' && part !== '.' && part !== '..');
            assert.doesNotMatch(part, FORBIDDEN);
            assert.ok(utf8Length(part) <= elementBytesMax && isWhole(part));
          }
          const inside = path.posix.relative('/root', path.posix.join('/root', ...safe));
          assert.equal(inside, safe.join('/'));
          if (naming === 'posix') return;
          const onWindows = path.win32.relative('C:\\root', path.win32.join('C:\\root', ...safe));
          assert.equal(onWindows, safe.join('\\'));
        },
      ),
      { numRuns: 30_000 },
    );
    assert.ok(ups > 5000, `only ${ups} lists with two dots`);
  });

  it('is stable: a safe element is its own safe form', () => {
    fc.assert(
      fc.property(hostile, (bytes) => {
        const once = safeElement(bytes, 'portable');
        if (once !== null) assert.equal(element(once), once);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('metainfo/distinct-paths', () => {
  const distinct = (...paths: string[]): string[] => {
    const result = distinctPaths(
      paths.map((text) => text.split('/')),
      500,
    );
    return result.paths!.map((elements) => elements.join('/'));
  };

  for (const [what, given, expected] of [
    ['the same twice', ['foo/bar.txt', 'foo/bar.txt'], ['foo/bar.txt', 'foo/bar.1.txt']],
    ['three times', ['a', 'a', 'a'], ['a', 'a.1', 'a.2']],
    ['a number that is taken', ['a', 'a.1', 'a'], ['a', 'a.1', 'a.2']],
    ['letter case', ['A/b', 'a/B'], ['A/b', 'a/B.1']],
    ['case beyond one letter', ['stra\u00dfe', 'STRASSE'], ['stra\u00dfe', 'STRASSE.1']],
    ['composed and decomposed', ['caf\u00e9', 'cafe\u0301'], ['caf\u00e9', 'cafe\u0301.1']],
    ['a file where a folder is', ['x', 'x/y'], ['x.1', 'x/y']],
    ['a file where a later folder is, by case', ['X', 'x/y'], ['X.1', 'x/y']],
    ['a hidden file', ['.git', '.GIT'], ['.git', '.GIT.1']],
    ['the same name elsewhere', ['a/x', 'b/x'], ['a/x', 'b/x']],
    ['a path that spells another', ['1/x', 'x'], ['1/x', 'x']],
  ] as const) {
    it(`S-05: ${what}`, () => {
      assert.deepEqual(distinct(...given), expected);
    });
  }

  it('S-05: n files in give n places out, on a file system without case', () => {
    let collisions = 0;
    const name = fc.constantFrom(
      'a',
      'A',
      'a.1',
      'b',
      '\u00e9',
      'e\u0301',
      'E\u0301',
      'x.txt',
      'X.1.TXT',
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { maxLength: 30 }),
        (paths) => {
          const result = distinctPaths(paths, 500);
          assert.ok(result.paths !== null);
          const place = (elements: readonly string[]): string =>
            elements.join('/').normalize('NFC').toLowerCase();
          const files = new Set(result.paths.map(place));
          assert.equal(files.size, paths.length);
          for (const elements of result.paths) {
            for (let depth = 1; depth < elements.length; depth++) {
              assert.ok(
                !files.has(place(elements.slice(0, depth))),
                'a file where a folder must be',
              );
            }
          }
          collisions += result.paths.filter((elements, i) => elements !== paths[i]).length;
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(collisions > 1000, `only ${collisions} collisions`);
  });

  it('duplicatesMax: at the limit, and one more names the culprit', () => {
    const same = (count: number): string[][] => Array.from({ length: count }, () => ['a']);
    assert.equal(distinctPaths(same(501), 500).paths?.at(-1)?.[0], 'a.500');
    assert.deepEqual(distinctPaths(same(502), 500), { paths: null, refused: 501 });
  });
});
