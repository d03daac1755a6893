/**
 * The shrinker: planted failures whose smallest scenario is known, so that it can be asked whether it was found
 * (issue 3, part 6); and one that the engine itself breaks.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  drawScenario,
  failureKind,
  parseScenario,
  peerDefaults,
  readScenario,
  runScenario,
  scenarioDefaults,
  shrink,
  writeScenario,
} from '../../src/sim/index.ts';
import type { Candidate, PeerPlan, RunFailure, Scenario } from '../../src/sim/index.ts';

function broken(law: string, detail = 'planted'): RunFailure {
  return { law, peer: null, at: 0, detail, stack: null };
}

const planted = broken('I-11');

/** A drawn scenario with many faults, one of which meets peer 5 alone. */
function ground(): Scenario {
  const drawn = drawScenario(13, { peers: 20 });
  const reset = {
    kind: 'segment-reset',
    name: 'the one',
    promised: false,
    target: { peers: [2, 5, 9] },
    from: 1000,
    until: 15_000,
    trigger: { rate: 500, most: null },
  } as const;
  const { faults } = drawScenario(98, { peers: 20 }).faults;
  const plan = {
    ...drawn.faults,
    until: 90_000,
    faults: [...faults, reset, ...drawn.faults.faults],
  };
  const peers = drawn.peers.map((peer, i) => (i === 5 ? { ...peer, down: 54_321 } : peer));
  return { ...drawn, fidelity: 'bytes', reactor: 'rx', peers, faults: plan };
}

/** The number of the peer that is looked for, as it is numbered now. */
function special({ peers }: Scenario): number {
  return peers.findIndex(({ down }) => down === 54_321);
}

/** Breaks where the special peer is there, and the fault that meets it. */
function meets({ scenario }: Candidate): RunFailure | null {
  const peer = special(scenario);
  const fault = scenario.faults.faults.find(({ name }) => name === 'the one');
  if (peer === -1 || fault === undefined) return null;
  const { target } = fault;
  if (target === 'all' || 'share' in target) return null;
  return target.peers.includes(peer) ? planted : null;
}

describe('sim: shrink', function () {
  this.timeout(60_000);

  it('finds the one peer and the one fault, and keeps them together', () => {
    const scenario = ground();
    assert(scenario.faults.faults.length > 6);
    let runs = 0;
    const shrunk = shrink({ scenario, seed: 7 }, planted, (candidate) => {
      runs++;
      assert.equal(parseScenario(candidate.scenario).fault, null, 'only what can run is run');
      return meets(candidate);
    });
    assert.equal(shrunk.runs, runs);
    assert(shrunk.minimal);
    const { scenario: small } = shrunk;
    // Somebody must hold the content: two peers are the fewest.
    assert.equal(small.peers.length, 2);
    assert.deepEqual(small.peers[0], { ...peerDefaults, holds: 'all' });
    assert.deepEqual(small.peers[1], { ...peerDefaults, down: 54_321 });
    assert.equal(small.faults.faults.length, 1);
    assert.deepEqual(small.faults.faults[0]?.target, { peers: [1] });
    assert(small.faults.until <= 2000, String(small.faults.until));
    assert.equal(small.fidelity, 'messages');
    assert.equal(small.reactor, 'memory');
    assert.deepEqual(small.latency, scenarioDefaults.latency);
    assert.deepEqual(small.content, {
      length: 16_384,
      pieceLength: 16_384,
      files: 1,
      private: false,
    });
    assert.deepEqual(small.introduction, { type: 'given', degree: 1 });
  });

  it('finds two peers that it takes together, though neither is enough', () => {
    const scenario = drawScenario(5, { peers: 25 });
    const mark = (up: number) => (peer: PeerPlan, at: number, i: number) =>
      at === i ? { ...peer, up } : peer;
    const peers = scenario.peers
      .map((peer, i) => mark(11_111)(peer, 4, i))
      .map((peer, i) => mark(22_222)(peer, 21, i));
    const isThere = (each: Scenario, up: number): boolean => each.peers.some((p) => p.up === up);
    const { scenario: small } = shrink(
      { scenario: { ...scenario, peers }, seed: 1 },
      planted,
      ({ scenario: each }) => (isThere(each, 11_111) && isThere(each, 22_222) ? planted : null),
    );
    assert.equal(small.peers.length, 3, 'a holder and the two');
    assert.equal(small.faults.faults.length, 0);
    assert.equal(small.faults.until, 0);
  });

  it('keeps to the same law: one that is broken on the way is not taken', () => {
    const scenario = ground();
    const { failure, scenario: small } = shrink({ scenario, seed: 1 }, planted, (candidate) => {
      if (candidate.scenario.peers.length < 10) return broken('I-24');
      return meets(candidate);
    });
    assert.equal(failure.law, 'I-11');
    assert.equal(small.peers.length, 10);
    assert.notEqual(
      failureKind(broken('bug', 'index 17 of 20')),
      failureKind(broken('bug', 'offset 17 of 20')),
    );
    assert.equal(
      failureKind(broken('bug', 'index 17 of 20')),
      failureKind(broken('bug', 'index 3 of 4')),
    );
  });

  it('tries other seed values before it gives a peer up, and says which', () => {
    const scenario = drawScenario(5, { peers: 12 });
    const { scenario: small, seed } = shrink({ scenario, seed: 7 }, planted, (candidate) => {
      const alone = candidate.scenario.peers.length < 12;
      return alone && candidate.seed % 3 !== 0 ? null : planted;
    });
    assert.equal(small.peers.length, 1);
    assert.equal(seed, 9);
  });

  it('keeps to its budget, and gives the smallest so far', () => {
    const scenario = ground();
    for (const runsMax of [0, 1, 25]) {
      let runs = 0;
      const shrunk = shrink(
        { scenario, seed: 7 },
        planted,
        (candidate) => {
          runs++;
          return meets(candidate);
        },
        runsMax,
      );
      assert.equal(runs, runsMax);
      assert.equal(shrunk.runs, runsMax);
      assert(!shrunk.minimal);
      assert.deepEqual(meets(shrunk), planted, 'what it gives still fails');
      if (runsMax === 0) assert.deepEqual(shrunk.scenario, scenario);
    }
  });

  it('gives the same result each time', () => {
    const scenario = ground();
    const all = [1, 2].map(() => shrink({ scenario, seed: 7 }, planted, meets));
    assert.deepEqual(all[0], all[1]);
  });

  it('makes a swarm small that cannot keep its time, and the file breaks the same law', () => {
    const drawn = drawScenario(12);
    // Nobody can do it in a second: I-36, whatever else is wrong.
    const scenario: Scenario = {
      ...drawn,
      peers: drawn.peers.map((peer) => ({ ...peer, up: 20_000, arrives: 0, leavesAfter: null })),
      faults: { ...drawn.faults, until: 2000, faults: [] },
      patience: 1000,
    };
    const run = (each: Candidate): RunFailure | null =>
      runScenario(each.scenario, { seed: each.seed, eventsMax: 200_000 }).failure;
    const failure = run({ scenario, seed: 12 });
    assert.equal(failure?.law, 'I-36');
    const shrunk = shrink({ scenario, seed: 12 }, failure, run, 150);
    assert.equal(shrunk.scenario.peers.length, 2);
    const text = writeScenario({ ...shrunk, law: shrunk.failure.law });
    const { file } = readScenario(text);
    assert.deepEqual(file?.scenario, shrunk.scenario);
    assert.deepEqual(run({ scenario: file.scenario, seed: file.seed! }), shrunk.failure);
    assert(text.length < 700, text);
  });
});
