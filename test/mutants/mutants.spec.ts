/**
 * The test of the tests: bugs are planted in the engine one at a time, and simulated swarms must find them.
 *
 * A bug counts as found only by a run that the engine as it is passes: the control runs the whole menu without a bug, and
 * what fails there is left out. A canary, patched with what was there already, must not be found.
 * `MUTANTS=all` hunts those as well that no law is expected to see, and `MUTANTS=id,id` only some.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { describe, it } from 'mocha';
import { compiledUrl, hunt, inLanes } from '../support/mutant-hunt.ts';
import { isFinding } from '../support/mutant-report.ts';
import type { RunFailure } from '../../src/sim/index.ts';
import { canary, catalogue, unseen } from './catalogue.ts';
import type { Mutant } from './catalogue.ts';
import { menu } from './menu.ts';

const LANES = 2;
const MUTANTS_MIN = 40;
/** Percent. */
const FOUND_MIN = 95;
/** Runs that the engine must pass for a hunt to mean anything, percent. */
const CLEAN_MIN = 80;

interface Catch {
  /** How many runs it took. */
  readonly runs: number;
  readonly run: string;
  readonly failure: RunFailure;
}

/** Runs of the menu that fail without a bug, and why. */
async function control(): Promise<Map<number, RunFailure>> {
  const failing = new Map<number, RunFailure>();
  let judged = 0;
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  await inLanes(LANES, lanes, async (lane) => {
    const runs = menu.map((_, run) => run).filter((run) => run % LANES === lane);
    const report = await hunt(null, runs, false);
    if ('problem' in report) throw new Error(`the control: ${report.problem}`);
    judged += report.verdicts.length;
    for (const { run, failure } of report.verdicts) if (failure !== null) failing.set(run, failure);
  });
  assert.equal(judged, menu.length);
  return failing;
}

/** The first run that shows the bug; null: none does. Throws where the process did not get so far. */
async function caught(mutant: Mutant, runs: readonly number[]): Promise<Catch | null> {
  const report = await hunt(mutant, runs, true);
  if ('problem' in report) throw new Error(`${mutant.id}: ${report.problem}`);
  const last = report.verdicts.at(-1);
  if (!isFinding(last?.failure ?? null)) return null;
  return { runs: report.verdicts.length, run: menu[last!.run]!.name, failure: last!.failure! };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function chosen(): readonly Mutant[] {
  const only = process.env['MUTANTS'];
  if (only === undefined) return catalogue;
  const everybody = [...catalogue, ...unseen];
  if (only === 'all') return everybody;
  const ids = new Set(only.split(','));
  return everybody.filter(({ id }) => ids.has(id));
}

describe('planted bugs', () => {
  it('are each one change of the compiled engine', () => {
    const ids = new Set<string>();
    for (const { id, file, find, replace } of [...catalogue, ...unseen, canary]) {
      assert.ok(!ids.has(id), `${id} is there twice`);
      ids.add(id);
      const text = readFileSync(compiledUrl(file), 'utf8');
      assert.equal(text.split(find).length - 1, 1, `${id}: in ${file} exactly once: ${find}`);
      if (id !== canary.id) assert.notEqual(find, replace, id);
    }
    assert.ok(catalogue.length >= MUTANTS_MIN, `${catalogue.length} planted bugs`);
  });

  it('are found by swarms that an engine without them passes', async function () {
    this.timeout(1_800_000);
    const mutants = chosen();
    const failing = await control();
    for (const [run, failure] of failing) {
      console.log(
        `      left out, since it fails without a bug: ${menu[run]!.name}: ${failure.detail}`,
      );
    }
    const clean = menu.map((_, run) => run).filter((run) => !failing.has(run));
    assert.ok(clean.length * 100 >= menu.length * CLEAN_MIN, `${clean.length} clean runs`);

    const found = new Map<string, Catch | null>();
    await inLanes(LANES, [canary, ...mutants], async (mutant) => {
      found.set(mutant.id, await caught(mutant, clean));
    });

    assert.equal(found.get(canary.id), null, 'no bug was planted, and one was found');
    const hunted = mutants.filter(({ id }) => catalogue.some((each) => each.id === id));
    const caughtOnes = hunted.filter(({ id }) => found.get(id) !== null);
    const runs = median(caughtOnes.map(({ id }) => found.get(id)!.runs));
    console.log(
      `      ${caughtOnes.length} of ${hunted.length} planted bugs found, median ${runs} of ${clean.length} runs`,
    );
    for (const { id, says } of hunted) {
      if (found.get(id) === null) console.log(`      survives: ${id} (${says})`);
    }
    for (const { id, law } of unseen) {
      const catching = found.get(id);
      if (catching !== undefined && catching !== null) {
        console.log(`      found after all: ${id} by ${catching.run}: ${catching.failure.detail}`);
      } else console.log(`      not hunted: ${id}; ${law}`);
    }
    assert.ok(caughtOnes.length * 100 >= hunted.length * FOUND_MIN, 'too many bugs survive');
  });
});
