/** Where real randomness enters: the peer id (BEP 20) and the seed value. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { drawPeerId, drawSeedValue, PEER_ID_PREFIX } from '../../src/client/entropy.ts';

describe('entropy', () => {
  it('BEP 20: a peer id is a dash, two letters, four digits, a dash and 12 random bytes', () => {
    assert.match(PEER_ID_PREFIX, /^-[A-Za-z]{2}\d{4}-$/);
    const ids = Array.from({ length: 50 }, drawPeerId);
    for (const id of ids) {
      assert.equal(id.length, 20);
      assert.equal(Buffer.from(id.subarray(0, 8)).toString('latin1'), PEER_ID_PREFIX);
    }
    const random = new Set(ids.map((id) => Buffer.from(id.subarray(8)).toString('hex')));
    assert.equal(random.size, ids.length, 'two ids alike');
  });

  it('seed values are 32-bit integers, of either sign', () => {
    const values = Array.from({ length: 200 }, drawSeedValue);
    for (const value of values) assert.equal(value, value | 0);
    assert(values.some((value) => value < 0) && values.some((value) => value > 0));
    assert(new Set(values).size > 190);
  });
});
