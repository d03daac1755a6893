/** S-45: connection ids cannot be guessed, borrowed, kept too long or used before they are made. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ConnectionIds } from '../../src/tracker/connection-ids.ts';

describe('tracker/connection-ids', () => {
  const ids = new ConnectionIds(new Uint8Array(32).fill(9));

  it('accepts its own for the same host, for one minute at least and two at most', () => {
    for (const made of [0, 1, 59_999, 60_000, 3_723_456]) {
      const id = ids.make('1.2.3.4', made);
      for (const age of [0, 1, 30_000, 60_000])
        assert.equal(ids.accepts(id, '1.2.3.4', made + age), true);
      assert.equal(ids.accepts(id, '1.2.3.4', made + 120_000), false);
      assert.equal(ids.accepts(id, '1.2.3.5', made), false);
    }
  });

  it('refuses one from the future, changed, of another secret, and the magic constant', () => {
    const id = ids.make('1.2.3.4', 600_000);
    assert.equal(ids.accepts(id, '1.2.3.4', 539_999), false);
    assert.equal(
      ids.accepts(
        id.map((byte) => ~byte),
        '1.2.3.4',
        600_000,
      ),
      false,
    );
    assert.equal(new ConnectionIds().accepts(id, '1.2.3.4', 600_000), false);
    const magic = Uint8Array.from(Buffer.from('0000041727101980', 'hex'));
    assert.equal(ids.accepts(magic, '1.2.3.4', 600_000), false);
    for (let bit = 0; bit < 64; bit++) {
      const changed = Uint8Array.from(id);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(ids.accepts(changed, '1.2.3.4', 600_000), false);
    }
  });
});
