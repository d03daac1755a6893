/** The lenient walk for people: any input, every byte accounted for, one pass. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BencodeDump, dumpLimits } from '../../../src/protocol/bencode/dump.ts';
import type { DumpLimits, DumpToken } from '../../../src/protocol/bencode/dump.ts';
import { encode } from '../../../src/protocol/bencode/encode.ts';
import { scan } from '../../../src/protocol/bencode/scan.ts';
import { anyValue, bytesOf, strictRules } from '../../support/bencode.ts';

function tokensOf(bytes: Uint8Array, limits: DumpLimits = dumpLimits): DumpToken[] {
  const walk = new BencodeDump(bytes, limits);
  const tokens: DumpToken[] = [];
  for (let token = walk.next(); token !== null; token = walk.next()) tokens.push(token);
  assert.equal(walk.next(), null);
  return tokens;
}

const faultOf = (text: string, limits?: DumpLimits): [string, number] | null => {
  const last = tokensOf(bytesOf(text), limits).at(-1);
  return last?.kind === 'fault' ? [last.reason, last.offset] : null;
};

describe('bencode/dump', () => {
  it('tells offsets, depths and keys', () => {
    const told = tokensOf(bytesOf('d1:ali-7e2:xxee')).map((token) => [
      token.kind,
      token.offset,
      token.depth,
    ]);
    assert.deepEqual(told, [
      ['dict', 0, 0],
      ['bytes', 1, 1],
      ['list', 4, 1],
      ['integer', 5, 2],
      ['bytes', 9, 2],
      ['end', 13, 1],
      ['end', 14, 0],
    ]);
  });

  it('says of damage what and where', () => {
    assert.deepEqual(faultOf(''), ['the input ends inside a value', 0]);
    assert.deepEqual(faultOf('d'), ['the input ends inside a value', 1]);
    assert.deepEqual(faultOf('i12'), ['the input ends inside an integer', 0]);
    assert.deepEqual(faultOf('i1x2e'), ["an integer with byte 0x78 'x'", 2]);
    assert.deepEqual(faultOf('l-3:e'), ["a value should be here, not byte 0x2d '-'", 1]);
    assert.deepEqual(faultOf('9:ab'), ['a string of 9 bytes, and 2 are left', 0]);
    assert.deepEqual(faultOf('12'), ['the input ends inside a length', 0]);
    assert.deepEqual(faultOf('1.9:ab'), ["a length with byte 0x2e '.'", 1]);
    assert.deepEqual(faultOf('di1e0:e'), ["a key or an end should be here, not byte 0x69 'i'", 1]);
    assert.deepEqual(faultOf('d1:ae'), ['a key has no value', 4]);
    assert.deepEqual(faultOf('i1ei2e'), ['3 bytes follow the value', 3]);
    assert.equal(faultOf(`${'9'.repeat(400)}:x`)?.[1], 0);
  });

  it('has limits, each with its word', () => {
    assert.equal(faultOf('l'.repeat(4) + 'e'.repeat(4), { depthMax: 4, tokensMax: 100 }), null);
    assert.match(faultOf('l'.repeat(5), { depthMax: 4, tokensMax: 100 })![0], /more than 4/);
    assert.equal(faultOf('l1:a1:be', { depthMax: 4, tokensMax: 4 }), null);
    assert.match(faultOf('l1:a1:be', { depthMax: 4, tokensMax: 3 })![0], /more than 3 tokens/);
  });

  it('notes oddities and goes on', () => {
    const notes = tokensOf(bytesOf('d1:bi03e1:a02:xx1:ai-0ee')).flatMap((token) =>
      'note' in token && token.note !== null ? [token.note] : [],
    );
    assert.deepEqual(notes, [
      'leading zero',
      'key out of order',
      'leading zero',
      'key twice',
      'leading zero',
    ]);
  });

  it('what the scan accepts has no fault and no note, and its tokens lie end to end', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encode(value);
        assert.equal(scan(bytes, 0, strictRules).fault, null);
        let depth = 0;
        for (const token of tokensOf(bytes)) {
          assert.notEqual(token.kind, 'fault');
          if ('note' in token) assert.equal(token.note, null);
          if (token.kind === 'end') depth--;
          assert.equal(token.depth, depth);
          if (token.kind === 'dict' || token.kind === 'list') depth++;
        }
        assert.equal(depth, 0);
      }),
    );
  });

  it('any bytes: offsets never go back, the walk ends, and a fault is the last word', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const tokens = tokensOf(bytes);
        let before = -1;
        for (const [i, { kind, offset }] of tokens.entries()) {
          assert.ok(offset > before || kind === 'fault');
          assert.ok(offset <= bytes.length);
          assert.ok(kind !== 'fault' || i === tokens.length - 1);
          before = offset;
        }
        const good = scan(bytes, 0, strictRules).fault === null;
        if (good) assert.notEqual(tokens.at(-1)?.kind, 'fault');
      }),
    );
  });
});
