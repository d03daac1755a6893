/**
 * Who comes when, over which link, and what it plays: drawn from a seed value, the same whatever is played.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRandom } from '../../src/core/index.ts';
import { apportion, apportionWithin, counts } from '../../src/lab/apportion.ts';
import { drawArrivals } from '../../src/lab/arrivals.ts';
import { exponential } from '../../src/lab/exponential.ts';
import { drawRun, expandScenario, withSettings } from '../../src/lab/index.ts';

const scenario = expandScenario({
  content: { length: 1_048_576, pieceLength: 65_536 },
  seeds: [{ up: 100_000 }],
  classes: [
    { name: 'slow', share: 0.7, up: 20_000 },
    { name: 'fast', share: 0.3, up: 100_000 },
  ],
  arrivals: [
    { type: 'poisson', rate: 2, lasts: 60 },
    { type: 'decay', count: 30, tau: 20, from: 10 },
    { type: 'trace', times: [3, 1, 2] },
  ],
  departures: { complete: { type: 'after', seconds: 30, spread: 'exponential' }, givesUp: 900 },
  population: [
    { name: 'a', share: 0.5 },
    { name: 'b', share: 0.5, play: { picker: 'random' } },
  ],
});

describe('lab: arrivals', () => {
  it('exponential deviates have the mean, the variance and the tail that they should', () => {
    const random = createRandom(5);
    const drawn = Array.from({ length: 40_000 }, () => exponential(random));
    const mean = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
    const variance = drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0) / drawn.length;
    const tail = drawn.filter((each) => each > 2).length / drawn.length;
    assert(Math.abs(mean - 1) < 0.02, `mean ${mean}`);
    assert(Math.abs(variance - 1) < 0.05, `variance ${variance}`);
    assert(Math.abs(tail - 0.1353) < 0.006, `beyond 2: ${tail}`);
  });

  it('a Poisson process has as many arrivals as its rate says, evenly', () => {
    const process = { type: 'poisson', rate: 5, lasts: 2000, from: 100, holds: 'none' } as const;
    const times = drawArrivals([process], createRandom(1)).map(({ at }) => at);
    assert(Math.abs(times.length - 10_000) < 400, `${times.length} came`);
    assert(times.every((at, i) => at >= 100 && at < 2100 && (i === 0 || at >= times[i - 1]!)));
    const early = times.filter((at) => at < 1100).length / times.length;
    assert(Math.abs(early - 0.5) < 0.02, `in the first half: ${early}`);
  });

  it('a decaying one comes early: 1 - 1/e of it within tau', () => {
    const process = { type: 'decay', count: 5000, tau: 50, from: 0, holds: 'none' } as const;
    const times = drawArrivals([process], createRandom(1)).map(({ at }) => at);
    assert.equal(times.length, 5000);
    assert(Math.abs(times.filter((at) => at < 50).length / 5000 - 0.632) < 0.02);
  });

  it('shares become counts that add up and are off by less than one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer(),
        (weights, count, seed) => {
          const sum = weights.reduce((total, each) => total + each, 0);
          fc.pre(sum > 0);
          const shares = weights.map((each) => each / sum);
          const whole = counts(shares, count);
          assert.equal(
            whole.reduce((total, each) => total + each, 0),
            count,
          );
          for (const [i, each] of whole.entries()) {
            assert(Math.abs(each - shares[i]! * count) < 1 + 1e-6);
          }
          const random = createRandom(seed);
          const strata = apportion(shares, count, random);
          const kinds = apportionWithin(shares, strata, random);
          for (const [kind, each] of whole.entries()) {
            assert.equal(kinds.filter((one) => one === kind).length, each);
          }
        },
      ),
    );
  });

  it('half and half is half and half within every class of links as well', () => {
    const strata = Array.from({ length: 90 }, (_, i) => (i < 60 ? 0 : 1));
    for (let seed = 1; seed <= 20; seed++) {
      const kinds = apportionWithin([0.5, 0.5], strata, createRandom(seed));
      const fast = kinds.filter((kind, i) => kind === 0 && strata[i] === 1).length;
      assert(Math.abs(fast - 15) <= 1, `${fast} of 30`);
    }
  });

  it('one in a hundred falls into every class of links in its turn', () => {
    const strata = Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : 1));
    const found = Array.from(
      { length: 60 },
      (_, seed) => strata[apportionWithin([0.01, 0.99], strata, createRandom(seed)).indexOf(0)]!,
    );
    const fast = found.filter((stratum) => stratum === 1).length;
    assert(fast > 15 && fast < 45, `${fast} of 60`);
  });

  it('common random numbers: another strategy changes no arrival, no link and no patience', () => {
    const other = withSettings(scenario, [
      { path: 'population.0.play.picker', value: 'sequential' },
    ]);
    const without = (drawn: ReturnType<typeof drawRun>): unknown =>
      drawn.peers.map((peer) => ({ ...peer, play: null }));
    assert.deepEqual(without(drawRun(other, 4)), without(drawRun(scenario, 4)));
    assert.notDeepEqual(without(drawRun(scenario, 5)), without(drawRun(scenario, 4)));
  });
});
