/**
 * The rate meter: exact over its window, sensible when young, and no slower than its calls.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RateMeter } from '../../src/core/index.ts';

describe('RateMeter', () => {
  it('divides a young meter by its age, and by one second at least', () => {
    const meter = new RateMeter(1_000);
    assert.equal(meter.rate(1_000), 0);
    meter.add(16_384, 1_000);
    assert.equal(meter.rate(1_000), 16_384);
    assert.equal(meter.rate(1_500), 16_384);
    assert.equal(meter.rate(3_000), 8_192);
    assert.equal(meter.total, 16_384);
  });

  it('begins with the first bytes when no time is given', () => {
    const meter = new RateMeter();
    assert.equal(meter.rate(5_000), 0);
    meter.add(4_000, 90_000);
    assert.equal(meter.rate(94_000), 1_000);
  });

  it('tells a steady rate exactly, for ever', () => {
    const meter = new RateMeter(0);
    for (let now = 0; now < 100_000; now += 100) {
      meter.add(1_000, now);
      if (now >= 10_000) assert.ok(Math.abs(meter.rate(now) - 10_000) <= 100, `at ${now}`);
    }
    assert.equal(meter.total, 1_000_000);
  });

  it('forgets all bytes once the window has passed, and not before nine tenths of it', () => {
    const meter = new RateMeter(0, 20_000);
    meter.add(1_000_000, 0);
    assert.ok(meter.rate(17_999) > 0);
    assert.equal(meter.rate(20_000), 0);
    meter.add(500, 1e12);
    assert.equal(meter.rate(1e12 + 1_000), Math.floor(500_000 / 19_000));
  });

  it('is the sum of the last tenths over their time, for any calls', () => {
    const call = fc.record({ bytes: fc.nat(1_000_000), wait: fc.nat(9_000) });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 60, size: 'max' }), (calls) => {
        const window = 20_000;
        const meter = new RateMeter(0, window);
        const added: { at: number; bytes: number }[] = [];
        let now = 0;
        for (const { bytes, wait } of calls) {
          now += wait;
          meter.add(bytes, now);
          added.push({ at: now, bytes });
          const bucket = window / 10;
          const from = Math.max(0, Math.floor(now / bucket) * bucket - 9 * bucket);
          const recent = added.filter((entry) => entry.at >= from);
          const sum = recent.reduce((total, entry) => total + entry.bytes, 0);
          assert.equal(meter.rate(now), Math.floor((sum * 1_000) / Math.max(now - from, 1_000)));
        }
        assert.equal(
          meter.total,
          added.reduce((total, entry) => total + entry.bytes, 0),
        );
      }),
    );
  });
});
