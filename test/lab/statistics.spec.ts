/**
 * Statistics against tables that everybody can look up, and against laws that hold for all data.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import { bootstrap, estimate, holm, pairedTest } from '../../src/lab/index.ts';
import { quantile } from '../../src/lab/statistics/describe.ts';
import { criticalT, tailOfT } from '../../src/lab/statistics/student.ts';

describe('lab: statistics', () => {
  it("knows Student's table", () => {
    // Two-sided 5 % and 1 %.
    for (const [degrees, five, one] of [
      [1, 12.706, 63.657],
      [2, 4.303, 9.925],
      [4, 2.776, 4.604],
      [9, 2.262, 3.25],
      [29, 2.045, 2.756],
      [120, 1.98, 2.617],
    ] as const) {
      assert(Math.abs(criticalT(0.05, degrees) - five) < 6e-4, `${degrees}: 5 %`);
      assert(Math.abs(criticalT(0.01, degrees) - one) < 6e-4, `${degrees}: 1 %`);
    }
    assert.equal(tailOfT(0, 5), 1);
  });

  it('95 of 100 intervals hold the true mean', () => {
    const random = createRandom(3);
    let held = 0;
    for (let i = 0; i < 2000; i++) {
      // Nearly normal: the sum of twelve.
      const values = Array.from({ length: 8 }, () =>
        Array.from({ length: 12 }, () => random.below(1001)).reduce((a, b) => a + b, 0),
      );
      const { low, high } = estimate(values);
      if (low! <= 6000 && high! >= 6000) held++;
    }
    assert(Math.abs(held / 2000 - 0.95) < 0.015, `${held} of 2000`);
  });

  it('a pair is worth more than two: a small shift under large noise is seen', () => {
    const random = createRandom(3);
    const base = Array.from({ length: 10 }, () => random.below(1000));
    const differences = base.map((_, i) => 5 + (i % 3) - 1);
    const { p, low, effect } = pairedTest(differences);
    assert(p! < 1e-4 && low! > 0 && effect! > 2);
  });

  it('nothing is made up of one observation, or of none that differs', () => {
    assert.deepEqual(estimate([3]), { n: 1, mean: 3, low: null, high: null });
    assert.deepEqual(pairedTest([0, 0, 0]).p, null);
    assert.equal(pairedTest([2, 2, 2]).p, 0);
  });

  it('Holm: a worked example', () => {
    const adjusted = holm([0.01, null, 0.04, 0.03]);
    assert.equal(adjusted[1], null);
    for (const [i, wanted] of [
      [0, 0.03],
      [3, 0.06],
      [2, 0.06],
    ] as const) {
      assert(Math.abs(adjusted[i]! - wanted) < 1e-12);
    }
  });

  it('Holm keeps the order, never makes a p smaller, and never passes 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (ps) => {
        const adjusted = holm(ps);
        for (const [i, p] of ps.entries()) {
          assert(adjusted[i]! >= p && adjusted[i]! <= 1);
          for (const [j, other] of ps.entries()) {
            if (p < other) assert(adjusted[i]! <= adjusted[j]!);
          }
        }
      }),
    );
  });

  it('a bootstrap of the median holds the median, and is the same for the same seed value', () => {
    const values = Array.from({ length: 40 }, (_, i) => (i * i) % 97);
    const median = (sample: number[]): number => quantile(sample, 0.5);
    const range = bootstrap(values, median, createRandom(1));
    assert(range!.low <= median(values) && range!.high >= median(values));
    assert.deepEqual(bootstrap(values, median, createRandom(1)), range);
    assert.equal(bootstrap([1], median, createRandom(1)), null);
  });
});
