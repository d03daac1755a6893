/**
 * The token bucket: never above rate * time + burst in any span, and never starved.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AssertionError, TokenBucket } from '../../src/core/index.ts';

/** Whole microseconds as milliseconds, the resolution that the bucket promises. */
const micros = fc.nat(3_000_000);

describe('TokenBucket', () => {
  it('never gives more than rate * time + burst, in any span', () => {
    const calls = fc.array(fc.record({ wait: micros, n: fc.nat(60_000) }), {
      maxLength: 60,
      size: 'max',
    });
    const rate = fc.integer({ min: 1, max: 1_000_000 });
    const burst = fc.integer({ min: 1, max: 100_000 });
    let taken = 0;
    fc.assert(
      fc.property(rate, burst, calls, (perSecond, most, list) => {
        const bucket = new TokenBucket(perSecond, most, 0);
        const given: { at: bigint; n: bigint }[] = [];
        let at = 0;
        for (const { wait, n } of list) {
          at += wait;
          if (!bucket.take(n, at / 1_000)) continue;
          taken += 1;
          given.push({ at: BigInt(at), n: BigInt(n) });
          let sum = 0n;
          for (let i = given.length - 1; i >= 0; i--) {
            sum += given[i]!.n;
            const span = BigInt(at) - given[i]!.at;
            const allowed = BigInt(perSecond) * span + BigInt(most) * 1_000_000n;
            assert.ok(sum * 1_000_000n <= allowed);
          }
        }
      }),
    );
    assert.ok(taken > 500, 'the property must have taken tokens');
  });

  it('gives what readyAt promised at that time, and not a microsecond earlier', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000_000 }),
        fc.integer({ min: 1, max: 9_000_000_000 }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rate, burst, start, share) => {
          const n = Math.max(1, Math.floor(burst * share));
          const empty = (): TokenBucket => {
            const bucket = new TokenBucket(rate, burst, start);
            assert.ok(bucket.take(burst, start));
            return bucket;
          };
          const at = empty().readyAt(n, start);
          assert.ok(at > start - 0.001);
          assert.ok(empty().take(n, at), 'starved');
          assert.ok(!empty().take(n, at - 0.0015), 'too early');
        },
      ),
    );
  });

  it('does not drift: a year of odd steps gives exactly the rate', () => {
    const bucket = new TokenBucket(3, 1_000_000, 0);
    assert.ok(bucket.take(1_000_000, 0));
    let at = 0;
    for (let i = 0; i < 100_000; i++) {
      at += 333.333;
      bucket.available(at);
    }
    const passed = Math.round(at * 1_000);
    assert.equal(bucket.available(at), Math.floor((3 * passed) / 1_000_000));
  });

  it('takes all or none, caps at the burst, and knows never from later', () => {
    const bucket = new TokenBucket(10, 20, 0);
    assert.equal(bucket.take(21, 0), false);
    assert.equal(bucket.available(0), 20);
    assert.equal(bucket.readyAt(21, 0), Infinity);
    assert.equal(bucket.take(20, 0), true);
    assert.equal(bucket.readyAt(1, 0), 100);
    assert.equal(bucket.available(1e9), 20);
    assert.equal(new TokenBucket(0, 5, 0).readyAt(6, 0), Infinity);
    const spent = new TokenBucket(0, 5, 0);
    assert.equal(spent.take(5, 0), true);
    assert.equal(spent.readyAt(1, 1e9), Infinity);
  });

  it('has no limit at rate Infinity', () => {
    const bucket = new TokenBucket(Infinity, 0, 0);
    assert.equal(bucket.take(1e15, 0), true);
    assert.equal(bucket.available(0), Infinity);
    assert.equal(bucket.readyAt(1e15, 3), 3);
  });

  it('ignores a clock that goes backwards', () => {
    const bucket = new TokenBucket(1_000, 1_000, 0);
    assert.ok(bucket.take(1_000, 500));
    assert.equal(bucket.available(100), 0);
    assert.equal(bucket.available(600), 100);
  });

  it('keeps books of debts: paid before anything is given, and forgiven beyond burstMax', () => {
    const bucket = new TokenBucket(1_000, 2_000, 0);
    bucket.owe(5_000, 0);
    assert.equal(bucket.available(0), -3_000);
    assert.equal(bucket.take(1, 2_999), false);
    assert.equal(bucket.readyAt(1_000, 0), 4_000);
    assert.equal(bucket.take(1_000, 4_000), true);
    bucket.giveBack(500, 4_000);
    assert.equal(bucket.available(4_000), 500);
    bucket.giveBack(9_000, 4_000);
    assert.equal(bucket.available(4_000), 2_000, 'the burst is the most there is');
    bucket.owe(1e15, 4_000);
    assert.equal(bucket.available(4_000), 2_000 - 9_000_000_000);
  });

  it('changes its rate from now on: what was saved up or owed stays', () => {
    const bucket = new TokenBucket(1_000, 10_000, 0);
    assert.ok(bucket.take(10_000, 0));
    bucket.change(10, 5_000, 3_000); // 3,000 were gained at the old rate
    assert.equal(bucket.available(3_000), 3_000);
    assert.equal(bucket.available(4_000), 3_010);
    bucket.change(10, 1_000, 4_000);
    assert.equal(bucket.available(4_000), 1_000, 'no more than the new burst');
    bucket.owe(2_000, 4_000);
    bucket.change(500, 1_000, 4_000);
    assert.equal(bucket.readyAt(0, 4_000), 6_000);
    assert.throws(() => bucket.change(0.5, 1, 4_000), AssertionError);
  });

  it('refuses rates and bursts that it could not keep exactly', () => {
    assert.throws(() => new TokenBucket(0.5, 1, 0), AssertionError);
    assert.throws(() => new TokenBucket(1, 9_000_000_001, 0), AssertionError);
    assert.doesNotThrow(() => new TokenBucket(1, 9_000_000_000, 0));
  });
});
