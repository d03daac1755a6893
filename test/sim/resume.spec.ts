/**
 * I-35, F-19 in simulation: a leech that saves as it goes crashes at each of its store operations in turn, with and
 * without the power, and goes on from what it saved, unseen. The judges hold every claim against the disk.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { peerDefaults, runScenario, scenarioDefaults } from '../../src/sim/index.ts';
import type { RunResult, Scenario } from '../../src/sim/index.ts';

const KIB = 1024;
type Mode = 'process' | 'power';
const OPERATIONS = [
  'store-open',
  'store-write',
  'store-hash',
  'store-sync',
  'store-close',
  'store-read',
] as const;

/** One seed, one leech; the leech crashes at its operation number `at`, and comes back. */
function crashing(fidelity: Scenario['fidelity'], mode: Mode, at: number): Scenario {
  return {
    ...scenarioDefaults,
    fidelity,
    content: { length: 7 * 32 * KIB + 5000, pieceLength: 32 * KIB, files: 3, private: false },
    peers: [
      { ...peerDefaults, holds: 'all', up: 60 * KIB },
      { ...peerDefaults, arrives: 100 },
    ],
    faults: {
      ...scenarioDefaults.faults,
      until: 60_000,
      faults: [
        {
          kind: 'crash-at',
          name: 'crash',
          promised: false,
          target: { peers: [1] },
          from: 0,
          until: 60_000,
          trigger: { at, sticky: false },
          operations: [...OPERATIONS],
          mode,
          lasts: { least: 500, most: 500 },
        },
      ],
    },
  };
}

interface Crashes {
  readonly runs: number;
  readonly resumed: number;
}

/** Crashes at operation 0, 1, 2, ... until a run has fewer operations than that. */
function crashAtEach(fidelity: Scenario['fidelity'], mode: Mode): Crashes {
  let resumed = 0;
  for (let at = 0; ; at++) {
    const moments = new Set<string>();
    const reached = (what: string): void => void moments.add(what);
    const result: RunResult = runScenario(crashing(fidelity, mode, at), { seed: 1 + at, reached });
    assert.equal(result.failure, null, `${mode}, operation ${at}`);
    assert.equal(result.complete, 2);
    if (moments.has('goes on from what was saved')) resumed++;
    if (Object.values(result.injected).every((times) => times === 0)) return { runs: at, resumed };
    assert.ok(at < 1000, 'it does not end');
  }
}

describe('sim: going on after a crash', function () {
  this.timeout(120_000);

  for (const fidelity of ['bytes', 'messages'] as const) {
    for (const mode of ['process', 'power'] as const) {
      it(`I-35: ${mode} lost at each store operation (${fidelity}): what was saved is true`, () => {
        const { runs, resumed } = crashAtEach(fidelity, mode);
        console.log(`      ${runs} crashes, ${resumed} of which went on from what was saved`);
        assert.ok(runs > 20 && resumed > runs / 3, `${resumed} of ${runs}`);
      });
    }
  }
});
