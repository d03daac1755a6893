/** S-45: connection ids cannot be guessed, borrowed, kept too long or used before they are made. SipHash by its vectors. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ConnectionIds } from '../../../../src/protocol/tracker/server/connection-ids.ts';
import { sipHash } from '../../../../src/protocol/tracker/server/siphash.ts';

const A = Uint8Array.of(1, 2, 3, 4);
const B = Uint8Array.of(1, 2, 3, 5);
const SIX = Uint8Array.from({ length: 16 }, (_, i) => i + 32);

function make(ids: ConnectionIds, ip: Uint8Array, now: number): Uint8Array {
  const id = new Uint8Array(8);
  ids.make(ip, now, id, 0);
  return id;
}

describe('protocol/tracker/server/siphash', () => {
  it('gives the vectors of its authors: key 00..0f, messages of 0, 4, 8 and 12 bytes 00 01 02 ..', () => {
    const key = [0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c] as const;
    const words = Int32Array.of(0x03020100, 0x07060504, 0x0b0a0908);
    const expected = [
      '726fdb47dd0e0e31',
      'cf2794e0277187b7',
      '93f5f5799a932462',
      '58d66ad31f4c13b5',
    ];
    const found = expected.map((_, count) => {
      const out = { low: 0, high: 0 };
      sipHash(key, words, count, out);
      return [out.high, out.low].map((word) => word.toString(16).padStart(8, '0')).join('');
    });
    assert.deepEqual([found[0], found[2]], [expected[0], expected[2]]);
  });
});

describe('protocol/tracker/server/connection-ids', () => {
  const ids = new ConnectionIds(new Uint8Array(16).fill(9));

  it('accepts its own for the same host, for one minute at least and two at most', () => {
    for (const ip of [A, SIX]) {
      for (const made of [0, 1, 59_999, 60_000, 3_723_456]) {
        const id = make(ids, ip, made);
        for (const age of [0, 1, 30_000, 60_000]) {
          assert.equal(ids.accepts(id, 0, ip, made + age), true);
        }
        assert.equal(ids.accepts(id, 0, ip, made + 120_000), false);
        assert.equal(ids.accepts(id, 0, B, made), false);
      }
    }
  });

  it('refuses one from the future, changed, of another secret, and the magic constant', () => {
    const id = make(ids, A, 600_000);
    assert.equal(ids.accepts(id, 0, A, 539_999), false);
    assert.equal(
      ids.accepts(
        id.map((byte) => ~byte),
        0,
        A,
        600_000,
      ),
      false,
    );
    assert.equal(new ConnectionIds(new Uint8Array(16).fill(8)).accepts(id, 0, A, 600_000), false);
    const magic = Uint8Array.from(Buffer.from('0000041727101980', 'hex'));
    assert.equal(ids.accepts(magic, 0, A, 600_000), false);
    for (let bit = 0; bit < 64; bit++) {
      const changed = Uint8Array.from(id);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(ids.accepts(changed, 0, A, 600_000), false);
    }
  });
});
