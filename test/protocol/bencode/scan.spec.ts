import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import { scan } from '../../../src/protocol/bencode/scan.ts';
import type { ScanFaultCode, ScanRules } from '../../../src/protocol/bencode/scan.ts';
import {
  anyValue,
  bytesOf,
  singleTorrent,
  strictRules,
  tolerantRules,
} from '../../support/bencode.ts';

function faultOf(text: string, rules: ScanRules = strictRules): ScanFaultCode | null {
  return scan(bytesOf(text), 0, rules).fault?.code ?? null;
}

const dictOf = (count: number): string => 'd1:a'.repeat(count);

/** What the package behind the scan accepts, or dies of. */
const PACKAGE_TABLE: [string, ScanFaultCode][] = [
  ['l-3:e', 'syntax'],
  ['l-3:', 'syntax'],
  ['i03e', 'leading-zero'],
  ['i+5e', 'syntax'],
  ['i1.5e', 'syntax'],
  ['ie', 'syntax'],
  ['i-0e', 'leading-zero'],
  ['05:hello', 'leading-zero'],
  ['1.9:ab', 'syntax'],
  ['-1:a', 'syntax'],
  ['5:ab', 'truncated'],
  ['1:atrailing', 'trailing'],
  ['d1:b0:1:a0:e', 'key-order'],
  ['d1:a0:1:a0:e', 'duplicate-key'],
  ['i12345678901234567890e', 'integer-range'],
  ['l'.repeat(20_000), 'too-deep'],
  ['', 'empty'],
];

/** The field's list of what must fail. */
const MUST_FAIL: [string, ScanFaultCode][] = [
  ['e', 'syntax'],
  ['0:0:', 'trailing'],
  ['i-e', 'syntax'],
  ['i-', 'truncated'],
  ['i', 'truncated'],
  ['i10', 'truncated'],
  ['i341foo382e', 'syntax'],
  ['i35412-5633e', 'syntax'],
  ['i92337203t854775807e', 'syntax'],
  ['i184467440737095516154e', 'integer-range'],
  ['i6easd', 'trailing'],
  ['2:abfdjslhfld', 'trailing'],
  ['35208734823ljdah', 'truncated'],
  ['l', 'truncated'],
  ['l0:', 'truncated'],
  ['leanfdldjfh', 'trailing'],
  ['relwjhr', 'syntax'],
  ['d', 'truncated'],
  ['defoobar', 'trailing'],
  ['d3:fooe', 'syntax'],
  ['d1:ai1e1:be', 'syntax'],
  ['di5e1:ae', 'syntax'],
  ['di2ei0ee', 'syntax'],
  ['d0:', 'truncated'],
  ['d0:0:', 'truncated'],
  ['9999:x', 'truncated'],
  ['-10:foobar', 'syntax'],
  ['18446744073709551615:foobar', 'truncated'],
  ['99999999:foobar', 'truncated'],
  ['l2:..', 'truncated'],
  ['d1000', 'truncated'],
  ['d1000:', 'truncated'],
  ['df00:', 'syntax'],
  ['100:..', 'truncated'],
  ['d1:a1919191010:11111', 'truncated'],
  ['d2143289344:a4:aaaae', 'truncated'],
  ['d9205357638345293824:a4:aaaae', 'truncated'],
  ['d10000000000', 'truncated'],
  ['l'.repeat(1024) + 'e'.repeat(1024), 'too-deep'],
  ['i00e', 'leading-zero'],
  ['i01e', 'leading-zero'],
  ['i-03e', 'leading-zero'],
  ['i+0e', 'syntax'],
  ['i--1e', 'syntax'],
  ['00:', 'leading-zero'],
  ['06:foobar', 'leading-zero'],
  ['02:xy', 'leading-zero'],
  ['l01:ae', 'leading-zero'],
  ['d2:aai1e2:aai2ee', 'duplicate-key'],
  ['di1e0:e', 'syntax'],
  ['dle0:e', 'syntax'],
  ['dde0:e', 'syntax'],
  ['i1ei2e', 'trailing'],
  [':', 'syntax'],
  [' i1e', 'syntax'],
];

const MUST_PASS = [
  'i4e',
  'i0e',
  'i-10e',
  'i9007199254740991e',
  'i-9007199254740991e',
  '0:',
  '3:abc',
  '10:1234567890',
  'le',
  'l0:0:0:e',
  'de',
  'd0:i420ee',
  'ldedee',
  'll5:Alice3:Bobeli2ei3eee',
  'd3:agei25e4:eyes4:bluee',
  'd3:a\0bi1ee',
  'd1:a0:1:b0:2:b\xff0:e',
  'd1:ad1:ad1:aleeee',
];

describe('bencode/scan', () => {
  for (const [text, code] of [...PACKAGE_TABLE, ...MUST_FAIL]) {
    it(`S-09: refuses ${JSON.stringify(text.slice(0, 30))} as ${code}`, () => {
      assert.equal(faultOf(text), code);
    });
  }

  for (const text of MUST_PASS) {
    it(`accepts ${JSON.stringify(text)} and ends at its end`, () => {
      const { end, sorted } = scan(bytesOf(text), 0, strictRules);
      assert.deepEqual({ end, sorted }, { end: text.length, sorted: true });
    });
  }

  it('S-10: refuses integers above 2^53 - 1, on either side', () => {
    assert.equal(faultOf('i9007199254740992e'), 'integer-range');
    assert.equal(faultOf('i-9007199254740992e'), 'integer-range');
    assert.equal(faultOf('i9223372036854775807e'), 'integer-range');
  });

  it('tells at which byte', () => {
    assert.deepEqual(scan(bytesOf('li1ei02ee'), 0, strictRules).fault, {
      code: 'leading-zero',
      offset: 4,
    });
    assert.deepEqual(scan(bytesOf('d1:b0:1:a0:e'), 0, strictRules).fault, {
      code: 'key-order',
      offset: 6,
    });
    assert.deepEqual(scan(bytesOf('d1:b0:1:a0:1:b0:e'), 0, tolerantRules).fault, {
      code: 'duplicate-key',
      offset: 11,
    });
  });

  it('tolerates unsorted keys where told to, and says so, but never a key twice', () => {
    const { fault, sorted } = scan(bytesOf('d1:b0:1:a0:e'), 0, tolerantRules);
    assert.deepEqual({ fault, sorted }, { fault: null, sorted: false });
    assert.equal(faultOf('d1:b0:1:a0:1:b0:e', tolerantRules), 'duplicate-key');
    assert.equal(
      faultOf('d1:z0:1:ad1:a0:1:b0:e1:cl1:a1:ae1:ai1ee', tolerantRules),
      'duplicate-key',
    );
    assert.equal(faultOf('d1:z0:1:ad1:a0:1:z0:e1:cl1:c1:cee', tolerantRules), null);
  });

  it('compares keys as bytes, and the shorter first', () => {
    assert.equal(faultOf('d1:a0:2:aa0:e'), null);
    assert.equal(faultOf('d2:aa0:1:a0:e'), 'key-order');
    assert.equal(faultOf('d1:\x7f0:1:\x800:e'), null);
    // U+FFxx against a surrogate pair: text order and byte order differ.
    assert.equal(faultOf('d3:\xef\xbc\xa10:4:\xf0\x9f\x98\x800:e'), null);
    assert.equal(faultOf('d1:a0:4:\xef\xbb\xbfa0:e'), null, 'a byte order mark is part of the key');
  });

  it('takes a prefix where the caller asks for one, from any offset', () => {
    const rules: ScanRules = { ...strictRules, trailing: 'allowed' };
    assert.equal(scan(bytesOf('d8:msg_typei1eeBLOCK'), 0, rules).end, 15);
    assert.equal(scan(bytesOf('xxi7eyy'), 2, rules).end, 5);
    assert.equal(scan(bytesOf('xx'), 2, rules).fault?.code, 'empty');
  });

  describe('S-08: limits, each at its bound', () => {
    const nested = (depth: number): string => 'l'.repeat(depth) + 'e'.repeat(depth);
    it('depthMax', () => {
      assert.equal(faultOf(nested(100)), null);
      assert.equal(faultOf(nested(101)), 'too-deep');
      assert.equal(faultOf(`${dictOf(100)}de${'e'.repeat(100)}`), 'too-deep');
    });
    it('tokensMax', () => {
      const rules = { ...strictRules, tokensMax: 1000 };
      assert.equal(faultOf(`l${'0:'.repeat(999)}e`, rules), null);
      assert.equal(faultOf(`l${'0:'.repeat(1000)}e`, rules), 'too-many-tokens');
      assert.equal(faultOf('d1:ai1e1:bi2ee', { ...rules, tokensMax: 5 }), null);
      assert.equal(faultOf('d1:ai1e1:bi2ee', { ...rules, tokensMax: 4 }), 'too-many-tokens');
    });
    it('lengthMax', () => {
      assert.equal(faultOf('5:abcde', { ...strictRules, lengthMax: 7 }), null);
      assert.equal(faultOf('5:abcde', { ...strictRules, lengthMax: 6 }), 'too-long');
      const prefix: ScanRules = { ...strictRules, trailing: 'allowed' };
      assert.equal(faultOf('5:abcdeBLOCK', { ...prefix, lengthMax: 7 }), null);
      assert.equal(faultOf('5:abcdeBLOCK', { ...prefix, lengthMax: 6 }), 'too-long');
      assert.equal(faultOf('i123456eBLOCK', { ...prefix, lengthMax: 6 }), 'too-long');
    });
    it('10 MB of each bomb is refused', () => {
      const rules = { ...tolerantRules, lengthMax: 10_000_000, tokensMax: 3_000_000 };
      const bomb = (unit: string): Uint8Array =>
        bytesOf(unit).length === 1
          ? new Uint8Array(10_000_000).fill(unit.charCodeAt(0))
          : new Uint8Array(Buffer.alloc(10_000_000, unit, 'latin1'));
      assert.equal(scan(bomb('l'), 0, rules).fault?.code, 'too-deep');
      assert.equal(scan(bomb('d1:a'), 0, rules).fault?.code, 'too-deep');
      const strings = bomb('0:');
      strings[0] = 0x6c; // l
      strings[1] = 0x6c;
      assert.equal(scan(strings, 0, rules).fault?.code, 'too-many-tokens');
      assert.equal(scan(bomb('9'), 0, rules).fault?.code, 'truncated');
      strings.fill(0x31).fill(0x69, 0, 1); // i111...
      assert.equal(scan(strings, 0, rules).fault?.code, 'integer-range');
    });
  });

  it('S-09: refuses every truncation of a good torrent', () => {
    const torrent = singleTorrent();
    assert.equal(scan(torrent, 0, strictRules).fault, null);
    for (let length = 0; length < torrent.length; length++) {
      const { fault } = scan(torrent.subarray(0, length), 0, strictRules);
      assert.equal(fault?.code, length === 0 ? 'empty' : 'truncated', `at ${length}`);
    }
  });

  it('accepts whatever encode writes, in its strictest mode', () => {
    fc.assert(
      fc.property(anyValue, fc.uint8Array({ maxLength: 5 }), (value, more) => {
        const bytes = encode(value);
        assert.deepEqual(scan(bytes, 0, strictRules), {
          end: bytes.length,
          sorted: true,
          fault: null,
        });
        const followed = Uint8Array.of(...bytes, ...more);
        const { end } = scan(followed, 0, { ...strictRules, trailing: 'allowed' });
        assert.equal(end, bytes.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('finds a repeated key wherever it stands, as a naive model does', () => {
    let repeated = 0;
    const key = fc.constantFrom('', 'a', 'b', 'ab', '\xff', '__proto__');
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 6 }),
        fc.array(key, { maxLength: 4 }),
        (outer, inner) => {
          const dict = (keys: string[], value: string): string =>
            `d${keys.map((k) => `${k.length}:${k}${value}`).join('')}e`;
          const twice = (keys: string[]): boolean => new Set(keys).size < keys.length;
          const expected = twice(outer) || (outer.length > 0 && twice(inner));
          if (expected) repeated++;
          const code = faultOf(dict(outer, dict(inner, 'l0:e')), tolerantRules);
          assert.equal(code, expected ? 'duplicate-key' : null);
        },
      ),
      { numRuns: 2000 },
    );
    assert.ok(repeated > 200, `only ${repeated} with a repeated key`);
  });
});
