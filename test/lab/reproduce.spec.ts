/**
 * Laws of published results: the one rule that judges them, that it can fail, and that kept runs are found again.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { cellId, expandScenario, papers, reproduce, sizes } from '../../src/lab/index.ts';
import type { Paper, Reproduction, Verdict } from '../../src/lab/index.ts';
import {
  SEEDS_LEAST,
  atLeast,
  atMost,
  exact,
  meanOf,
  medianOf,
  near,
  within,
} from '../../src/lab/papers/criterion.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tinyScenario } from './tiny.ts';

const paperOf = (name: string): Paper => papers.find((paper) => paper.name === name)!;

function verdict(told: Reproduction | null, what: RegExp): Verdict {
  const found = told?.criteria.filter((each) => what.test(each.what)) ?? [];
  assert.equal(found.length, 1, `one criterion is ${what.source}`);
  return found[0]!.verdict;
}

describe('lab: the rule of published results', () => {
  const sample = [0.9, 1, 1.1, 1, 1];

  it('holds where the mean is in the range, and fails where all of its interval is outside', () => {
    assert.equal(atLeast('', meanOf(sample), 1).verdict, 'holds');
    assert.equal(atMost('', meanOf(sample), 1).verdict, 'holds');
    // The interval is 1 ± 0.088.
    assert.equal(atLeast('', meanOf(sample), 1.05).verdict, 'open');
    assert.equal(atLeast('', meanOf(sample), 1.09).verdict, 'fails');
    assert.equal(atMost('', meanOf(sample), 0.95).verdict, 'open');
    assert.equal(atMost('', meanOf(sample), 0.91).verdict, 'fails');
    assert.equal(near('', meanOf(sample), 1.2, 0.1).verdict, 'open');
    assert.equal(near('', meanOf(sample), 1.3, 0.1).verdict, 'fails');
    assert.equal(within('', meanOf(sample.map((x) => x - 2)), 0.5).verdict, 'fails');
    assert.equal(atLeast('', medianOf(sample), 1.2).verdict, 'fails');
  });

  it('leaves nothing open that is exact, was measured once, or was not measured', () => {
    assert.equal(atLeast('', exact(0.999), 1).verdict, 'fails');
    assert.equal(atLeast('', meanOf([0.999]), 1).verdict, 'fails');
    for (const none of [meanOf([]), medianOf([]), meanOf([1, NaN]), medianOf([1, NaN])]) {
      assert.equal(atLeast('', none, 0).verdict, 'fails');
      assert.equal(atMost('', none, 0).verdict, 'fails');
    }
  });

  it('is given seeds enough to fail, by every paper in every size', () => {
    for (const paper of papers) {
      for (const size of sizes) {
        for (const { label, seeds } of paper.plan(size)) {
          assert(seeds.length >= SEEDS_LEAST, `${paper.name} ${size} ${label}: ${seeds.length}`);
        }
      }
    }
  });
});

describe('lab: published results', function () {
  this.timeout(300_000);
  const folder = tempFolder();

  it('are reproduced by the strategy that is meant, and not by another one under its name', async () => {
    const keep = folder('o4');
    // Without the matching tracker, of which nothing is judged in the small.
    const whole = paperOf('o4').plan('quick');
    const plan = whole.filter(({ label }) => !label.startsWith('matching'));
    assert.equal(plan.length, 2);
    const o4: Paper = { ...paperOf('o4'), plan: () => plan };
    const told = await reproduce(o4, { size: 'quick', keep });
    assert.equal(verdict(told, /by blocks: most uploaded/), 'holds');
    assert.equal(told?.passed, true);
    const byRate = plan.find(({ label }) => label === 'by rate')!;
    const wrong: Paper = {
      ...o4,
      plan: () =>
        plan.map((runs) =>
          runs.label === 'by blocks' ? { ...runs, scenario: byRate.scenario } : runs,
        ),
    };
    const wrongly = await reproduce(wrong, { size: 'quick', keep });
    assert.equal(verdict(wrongly, /by blocks: most uploaded/), 'fails');
    assert.equal(wrongly?.passed, false);
  });

  it('are not reproduced over links that are slower than a paper says', async () => {
    const fluid = paperOf('fluid');
    const slower: Paper = {
      ...fluid,
      plan: (size) =>
        fluid.plan(size).map(({ scenario, ...runs }) => ({
          ...runs,
          scenario: expandScenario({
            ...scenario,
            seeds: scenario.seeds.map((seed) => ({ ...seed, up: seed.up! * 0.9 })),
          }),
        })),
    };
    const told = await reproduce(slower, { size: 'quick' });
    assert.equal(verdict(told, /one uplink/), 'fails');
    assert.equal(verdict(told, /H4/), 'holds');
    assert.equal(told?.passed, false);
  });

  it('are taken from where they were kept, and what another engine left there is found out', async () => {
    const keep = folder('kept');
    const scenario = tinyScenario();
    const paper: Paper = {
      name: 'tiny',
      title: '',
      source: '',
      plan: () => [
        { label: 'as drawn', scenario, seeds: [1, 2] },
        {
          label: 'one',
          scenario,
          seeds: [1, 2],
          change: (seed) => ({
            arrival: seed,
            play: { ...scenario.seedPlay, choker: { name: 'lazy', parameters: {} } },
          }),
        },
      ],
      judge: () => ({ table: { head: [], rows: [] }, criteria: [], remarks: [] }),
    };
    const heard: number[] = [];
    const progress = (done: number): number => heard.push(done);
    const first = await reproduce(paper, { size: 'quick', keep, progress });
    assert.deepEqual(heard, [1, 2, 3, 4, 5]);
    const hashes = first?.traces.map(({ traceHash }) => traceHash);
    assert.equal(new Set(hashes).size, 4, 'what one plays is part of what is kept');
    heard.length = 0;
    const again = await reproduce(paper, { size: 'quick', keep, progress });
    assert.deepEqual(heard, [5], 'the first one alone is run once more');
    assert.deepEqual(again?.traces, first?.traces);
    assert.equal(again?.passed, true);
    const path = join(keep, 'tiny', 'runs', `${cellId(scenario)}-1.json`);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(first!.traces[0]!.traceHash, '0123456789abcdef'));
    const stale = await reproduce(paper, { size: 'quick', keep });
    assert.equal(verdict(stale, /H4/), 'fails');
    assert.equal(stale?.passed, false);
  });
});
