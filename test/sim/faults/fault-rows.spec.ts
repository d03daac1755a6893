/**
 * The table of rows: every fault of the acceptance table is either caused by some kind, or says why not.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { countKeyOf, faultLabels, faultPlans, faultRows } from '../../../src/sim/faults/index.ts';
import type { FaultRow } from '../../../src/sim/faults/index.ts';

/** Rows that no plan in memory can cause: they need a real process or file system, or a part that is not there. */
const ELSEWHERE = ['F-20', 'F-23', 'F-24', 'F-25', 'F-32'];

describe('sim: fault rows', () => {
  it('name F-01 to F-32, each with its kinds or with why not', () => {
    const expected = Array.from({ length: 32 }, (_, i) => `F-${String(i + 1).padStart(2, '0')}`);
    assert.deepEqual(Object.keys(faultRows).sort(), expected);
    const empty: string[] = [];
    for (const row of expected as FaultRow[]) {
      const { labels, why } = faultRows[row]!;
      if (labels.length > 0) continue;
      empty.push(row);
      assert(why !== null && why.length > 20, `${row} has neither kinds nor a reason`);
    }
    assert.deepEqual(empty, ELSEWHERE);
  });

  it('are the keys under which faults are counted', () => {
    assert.equal(new Set(faultLabels).size, faultLabels.length);
    for (const fault of faultPlans['all']!.faults) {
      assert.match(countKeyOf(fault), /^F-\d\d [a-z]/, fault.name);
    }
  });

  it('are all in the plan of everything', () => {
    const rows = new Set(faultPlans['all']!.faults.map((fault) => countKeyOf(fault).slice(0, 4)));
    const covered = Object.keys(faultRows).filter((row) => !ELSEWHERE.includes(row));
    assert.deepEqual(
      covered.filter((row) => !rows.has(row)),
      [],
    );
  });
});
