/** Figures of a report: an interval never says what cannot be. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { sampleCurves } from '../../src/lab/report/figures.ts';
import type { NamedRuns } from '../../src/lab/select-cell.ts';

/** A cell whose runs have one sample each, of these values. */
function cellOf(utilisation: readonly number[], leeching: readonly number[]): NamedRuns {
  const runs = utilisation.map((value, i) => ({
    samples: [{ time: 0, utilisation: value, leeching: leeching[i] }],
  }));
  return { cell: { label: 'cell', scenario: {} }, runs } as unknown as NamedRuns;
}

describe('lab: figures', () => {
  it('the interval of a share ends at 0 and at 1, that of a count at 0', () => {
    const cells = [cellOf([0.02, 0.9, 0.97], [0, 0, 30])];
    const [share] = sampleCurves(cells, 'utilisation');
    assert.deepEqual([share?.low, share?.high], [0, 1], 'the raw one is -0.7 to 1.9');
    const [count] = sampleCurves(cells, 'leeching');
    assert.equal(count?.low, 0);
    assert(count.high !== null && count.high > 30, 'nothing bounds a count above');
  });

  it('an interval that is within its bounds stays as it is', () => {
    const [share] = sampleCurves([cellOf([0.5, 0.5, 0.5], [1, 1, 1])], 'utilisation');
    assert.deepEqual([share?.low, share?.mean, share?.high], [0.5, 0.5, 0.5]);
  });
});
