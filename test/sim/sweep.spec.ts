/**
 * Sweeps: the result is decided by the seeds alone, whoever runs them and in whatever order they come (issue 3, part 5).
 * And the ground of it: the same seed gives the same run, again, in a thread, and on another carrier.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { SweepPool } from '../../src/cli/sim/sweep-pool.ts';
import {
  faultLabels,
  namedScenario,
  noChanges,
  runScenario,
  runSeed,
  scenarioOf,
  sometimesNames,
  Sweep,
  SweepTally,
} from '../../src/sim/index.ts';
import type { SeedOutcome, SimOrder } from '../../src/sim/index.ts';
import { drawnOrder, failureReport, sweepSeeds } from '../support/sweep.ts';

/** Cheap ones, of both fidelities. */
const SEEDS = [15, 16, 20, 28] as const;

function named(name: string, changes: Partial<SimOrder['changes']> = {}): SimOrder {
  return {
    source: { type: 'named', name },
    changes: { ...noChanges, ...changes },
    promises: false,
  };
}

function outcome(seed: number, fails: boolean): SeedOutcome {
  return {
    seed,
    failure: fails
      ? { law: `I-0${seed % 3}`, peer: 1, at: 5, detail: 'planted', stack: null }
      : null,
    traceHash: `hash ${seed}`,
    eventHash: '',
    time: 10 * seed,
    peers: 2,
    events: seed,
    steps: 1,
    injected: { 'F-01 segment-reset': seed % 2 },
    reached: { snub: 1 },
    judged: { 'I-01': 3, 'I-36': 0 },
  };
}

/** Everything that a sweep says. */
function told(sweep: Sweep): object {
  const { failures, hash, isOver, tally } = sweep;
  return { failures, hash, isOver, tally };
}

describe('sim: sweep', function () {
  this.timeout(120_000);

  it('counts the same, whatever the order and the number of workers', () => {
    let disorders = 0;
    const property = fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.uniqueArray(fc.integer({ min: 5, max: 34 }), { maxLength: 4 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 8 }),
      fc.infiniteStream(fc.nat()),
      (length, failing, keepGoing, workers, draws) => {
        const range = { from: 5, to: 4 + length, keepGoing };
        const fails = new Set(failing);
        const inOrder = new Sweep(range);
        for (let seed = inOrder.next(); seed !== null; seed = inOrder.next()) {
          inOrder.take(outcome(seed, fails.has(seed)));
        }
        const sweep = new Sweep(range);
        const running: number[] = [];
        let latest = 0;
        for (;;) {
          while (running.length < workers) {
            const seed = sweep.next();
            if (seed === null) break;
            running.push(seed);
          }
          if (sweep.isOver || running.length === 0) break;
          const at = draws.next().value! % running.length;
          const [seed] = running.splice(at, 1);
          if (seed! < latest) disorders++;
          latest = seed!;
          sweep.take(outcome(seed!, fails.has(seed!)));
        }
        assert.deepEqual(told(sweep), told(inOrder));
        assert(sweep.isOver);
        const expected = failing.filter((seed) => seed <= range.to).sort((a, b) => a - b);
        const seeds = sweep.failures.map(({ seed }) => seed);
        assert.deepEqual(seeds, keepGoing ? expected : expected.slice(0, 1));
        assert.equal(
          sweep.tally.seeds,
          keepGoing || expected.length === 0 ? length : expected[0]! - 4,
          'nothing behind the first failure counts',
        );
      },
    );
    fc.assert(property, { numRuns: 300 });
    assert(disorders > 300, 'the orders were no orders');
  });

  it('groups failures by law; counts what came when it is broken off', () => {
    const sweep = new Sweep({ from: 1, to: 9, keepGoing: true });
    for (const seed of [9, 4, 1, 6]) sweep.take(outcome(seed, seed !== 9));
    assert(!sweep.isOver);
    assert.equal(sweep.tally.seeds, 1, 'only the first has had its turn');
    sweep.breakOff();
    assert.equal(sweep.tally.seeds, 4);
    const kinds = [...sweep.failuresByKind()].map(([kind, all]) => [kind, all.map((f) => f.seed)]);
    assert.deepEqual(kinds, [
      ['I-01', [1, 4]],
      ['I-00', [6]],
    ]);
  });

  it('knows what was never met', () => {
    const tally = new SweepTally();
    assert.deepEqual(tally.neverReached, sometimesNames);
    assert.deepEqual(tally.neverInjected, faultLabels);
    tally.add(outcome(2, false));
    assert(tally.neverInjected.includes('segment-reset'), 'none is not met');
    tally.add(outcome(3, false));
    assert(!tally.neverInjected.includes('segment-reset'));
    assert.equal(tally.neverReached.length, sometimesNames.length - 1);
    assert.deepEqual(tally.neverJudged, ['I-36']);
    assert.equal(tally.peerTime, 2 * (20 + 30));
  });

  it('the same seed gives the same run: again, and after others', () => {
    const first = SEEDS.map((seed) => runSeed(drawnOrder, seed));
    const again = [...SEEDS].reverse().map((seed) => runSeed(drawnOrder, seed));
    assert.deepEqual(again.reverse(), first);
    assert.equal(new Set(first.map(({ traceHash }) => traceHash)).size, SEEDS.length);
    for (const { events, traceHash } of first) {
      assert(events > 100);
      assert.match(traceHash, /^[0-9a-f]{16}$/);
    }
  });

  it('in threads too: one, or three, with the guards of this process', async () => {
    const here = new Sweep({ from: 15, to: 17 });
    for (let seed = here.next(); seed !== null; seed = here.next()) {
      here.take(runSeed(drawnOrder, seed));
    }
    const one = await sweepSeeds(15, 17, { jobs: 1 });
    const three = await sweepSeeds(15, 17, { jobs: 3 });
    assert.equal(failureReport(one), failureReport(here));
    assert.deepEqual(told(one), told(here));
    assert.deepEqual(told(three), told(here));
    assert(three.tally.seeds > 1);
  });

  it('promises over the whole sweep, not in every run', () => {
    const given = scenarioOf({ ...named('churn'), promises: true }, 1);
    assert(given.faults.faults.some(({ promised }) => promised));
    const swept = scenarioOf(named('churn'), 1);
    assert(!swept.faults.faults.some(({ promised }) => promised));
    assert.deepEqual(
      swept.faults.faults.map((fault) => ({ ...fault, promised: true })),
      given.faults.faults.map((fault) => ({ ...fault, promised: true })),
    );
  });

  it('a run without end is a broken law, counted in events', () => {
    const scenario = namedScenario('two-peers', 1, null);
    const { failure, events } = runScenario(scenario, { seed: 1, eventsMax: 60 });
    assert.equal(failure?.law, 'I-37');
    assert.match(failure.detail, /spin: more than 60 events/);
    assert.equal(events, 61);
    assert.equal(runScenario(scenario, { seed: 1, eventsMax: 100_000 }).failure, null);
  });

  it('what throws outside of a run is a failure of its seed', () => {
    const thrown = runSeed(drawnOrder, 3, () => {
      throw new Error('planted');
    });
    assert.equal(thrown.failure?.law, 'bug');
    assert.equal(thrown.failure.detail, 'planted');
    assert.match(thrown.failure.stack ?? '', /sweep\.spec/);
  });

  it('a thread that breaks down is a failure of a seed, and the sweep ends', async () => {
    const sweep = new Sweep({ from: 4, to: 6, keepGoing: true });
    const imports = ['data:text/javascript,throw new Error("planted")'];
    await new SweepPool({ order: named('two-peers'), sweep, jobs: 2, imports }).run();
    assert.deepEqual(
      sweep.failures.map(({ seed, detail }) => [seed, detail]),
      [4, 5, 6].map((seed) => [seed, 'planted']),
    );
  });

  it('can be broken off', async () => {
    const sweep = new Sweep({ from: 1, to: 1_000_000 });
    const stop = new AbortController();
    const heard = ({ seed }: SeedOutcome): void => {
      if (seed === 3) stop.abort();
    };
    const { signal } = stop;
    await new SweepPool({ order: named('two-peers'), sweep, jobs: 2, signal, heard }).run();
    assert(!sweep.isOver);
    assert(sweep.tally.seeds >= 2 && sweep.tally.seeds < 1000, String(sweep.tally.seeds));
    assert.deepEqual(sweep.failures, []);
  });
});
