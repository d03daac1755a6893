/**
 * Scenario files: what we make is accepted and survives the trip through a file, short files work, wrong ones are refused
 * with the path of each mistake, and what somebody asks for on top of a scenario fits it.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { defaultConfig } from '../../src/protocol/index.ts';
import {
  adaptScenario,
  drawScenario,
  faultPlans,
  namedScenario,
  namedScenarios,
  noChanges,
  parseScenario,
  peerDefaults,
  readScenario,
  runScenario,
  scenarioDefaults,
  scenarioJsonSchema,
  writeScenario,
} from '../../src/sim/index.ts';
import type { Scenario } from '../../src/sim/index.ts';

function accepted(scenario: Scenario): void {
  const parsed = parseScenario(JSON.parse(JSON.stringify(scenario)));
  assert.equal(parsed.fault, null, scenario.name);
  assert.deepEqual(parsed.file.scenario, scenario, 'JSON changes nothing');
  const text = writeScenario({ scenario, seed: 3, law: null });
  const { file, fault } = readScenario(text);
  assert.equal(fault, null, text);
  assert.deepEqual(file, { scenario, seed: 3, law: null });
}

/** A file of two peers, changed. */
function refused(changes: object, pattern: RegExp): void {
  const value = { peers: [{ holds: 'all' }, {}], ...changes };
  const { file, fault } = parseScenario(value);
  assert.equal(file, null, JSON.stringify(value));
  assert.match(fault, pattern);
}

function faulty(target: object): object {
  const reset = { kind: 'segment-reset', name: 'r', from: 0, until: 9, trigger: { rate: 5 } };
  return {
    faults: { version: 1, name: 'p', until: 9, faults: [{ ...reset, ...target }] },
  };
}

describe('sim: scenario schema', function () {
  this.timeout(60_000);

  it('accepts 1,000 drawn scenarios, and writes and reads them without loss', () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 1000; seed++) {
      const scenario = drawScenario(seed);
      accepted(scenario);
      kinds.add(`${scenario.fidelity} ${scenario.introduction.type}`);
      for (const { kind } of scenario.faults.faults) kinds.add(kind);
    }
    assert(kinds.size > 30, [...kinds].join());
  });

  it('accepts every named scenario, at any size, and runs the small ones', () => {
    const names = Object.keys(namedScenarios);
    assert(names.length >= 10);
    for (const name of names) {
      for (const peers of [null, 2, 40]) {
        const scenario = namedScenario(name, 5, peers);
        accepted(scenario);
        if (peers !== null) assert.equal(scenario.peers.length, peers);
      }
    }
    const { failure, complete } = runScenario(namedScenario('two-peers', 1, null), { seed: 1 });
    assert.equal(failure, null);
    assert.equal(complete, 2);
  });

  it('takes short files, and fills in what is left out', () => {
    const { file } = readScenario(
      '{"peers":[{"holds":"all"},{"count":3,"up":50000}],"faults":"churn"}',
    );
    const leech = { ...peerDefaults, up: 50_000 };
    assert.deepEqual(file, {
      scenario: {
        ...scenarioDefaults,
        peers: [{ ...peerDefaults, holds: 'all' }, leech, leech, leech],
        faults: faultPlans['churn'],
      },
      seed: null,
      law: null,
    });
    const minimal = parseScenario({ peers: [{ holds: 'all' }, {}], seed: 9, law: 'I-08' });
    assert.equal(minimal.file?.seed, 9);
    const result = runScenario(minimal.file.scenario, { seed: 9 });
    assert.equal(result.failure, null);
    assert.equal(result.complete, 2);
  });

  it('writes no more than it must', () => {
    const scenario = { ...scenarioDefaults, peers: [{ ...peerDefaults, holds: 'all' as const }] };
    const text = writeScenario({ scenario, seed: null, law: null });
    assert.deepEqual(JSON.parse(text), {
      version: 1,
      name: 'scenario',
      peers: [{ holds: 'all' }],
    });
  });

  it('refuses what is wrong, with the path', () => {
    const wrong: readonly [object, RegExp][] = [
      [{ peers: [] }, /^peers: /],
      [{ peers: [{}] }, /^peers: nobody holds all/],
      [{ peers: [{ holds: 'all' }, { up: 0 }] }, /^peers\.1\.up: /],
      [{ peers: [{ holds: 'all' }, { upp: 1 }] }, /^peers\.1: .*upp/],
      [{ peers: [{ holds: 'al' }] }, /^peers\.0\.holds: /],
      [{ peers: [{ holds: 'all', picker: 'best' }] }, /^peers\.0\.picker: /],
      [{ peers: [{ holds: 'all', config: { slots: 1 } }] }, /^peers\.0\.config: .*slots/],
      [{ peers: [{ holds: 'all', config: { uploadSlots: 0 } }] }, /config\.uploadSlots: /],
      [{ peers: [{ holds: 'all', arrives: 1.5 }] }, /^peers\.0\.arrives: /],
      [{ peers: [{ holds: 'all', count: 200_000 }] }, /^peers\.0\.count: /],
      [{ version: 2 }, /^version: /],
      [{ fidelity: 'atoms' }, /^fidelity: /],
      [{ reactor: 'node' }, /^reactor: /],
      [{ speed: 3 }, /^scenario: .*speed/],
      [{ seed: -1 }, /^seed: /],
      [{ content: { length: 2 ** 30 } }, /^content\.length: bytes fidelity/],
      [{ content: { length: 2 ** 39 }, fidelity: 'messages' }, /^content\.pieceLength: more than/],
      [{ content: { length: 0 } }, /^content\.length: /],
      [{ latency: { least: 50 } }, /^latency\.most: below least/],
      [{ latency: { least: 0 } }, /^latency\.least: /],
      [{ introduction: { type: 'rumour' } }, /^introduction(\.type)?: /],
      [{ introduction: { type: 'given', degree: 0 } }, /^introduction\.degree: /],
      [{ faults: 'chrun' }, /^faults: .*churn/],
      [faulty({ trigger: { rate: 0 } }), /^faults\.faults\.0\.trigger\.rate: /],
      [faulty({ target: { peers: [1, 2] } }), /^faults\.faults\.0\.target: there is no peer 2/],
      [faulty({ until: 10 }), /^faults\.faults\.0\.until: after/],
      [faulty({ kind: 'gremlin' }), /^faults\.faults\.0\.kind: /],
    ];
    for (const [changes, pattern] of wrong) refused(changes, pattern);
    assert.match(parseScenario([]).fault ?? '', /^scenario: /);
    assert.match(readScenario('{"peers":').fault ?? '', /^not JSON: /);
    const many = parseScenario({ peers: [{ up: 0 }], version: 3, seed: 0.5 }).fault ?? '';
    assert.equal(many.split('\n').length, 3, many);
  });

  it('publishes a schema of the same fields', () => {
    const schema = scenarioJsonSchema() as {
      readonly required: readonly string[];
      readonly properties: Readonly<Record<string, unknown>>;
    };
    assert.deepEqual(schema.required, ['peers']);
    const known = new Set(Object.keys(schema.properties));
    for (const field of Object.keys(drawScenario(1))) assert(known.has(field), field);
    const text = JSON.stringify(schema);
    for (const field of [...Object.keys(defaultConfig), ...Object.keys(peerDefaults)]) {
      assert(text.includes(`"${field}"`), field);
    }
    assert(text.includes('"churn"') && text.includes('"segment-reset"'));
  });

  it('fits what is asked for on top of a scenario', () => {
    const scenario = drawScenario(13);
    const size = scenario.peers.length;
    assert.deepEqual(adaptScenario(scenario, noChanges), scenario);
    for (const peers of [1, 3, size, size + 1, 3 * size]) {
      for (const faults of [null, ...Object.values(faultPlans)]) {
        const adapted = adaptScenario(scenario, { ...noChanges, peers, faults });
        assert.equal(adapted.peers.length, peers);
        assert.equal(parseScenario(adapted).fault, null);
        assert.equal(adapted.faults.until, scenario.faults.until, 'the same safety phase');
        if (faults !== null) assert.equal(adapted.faults.faults.length, faults.faults.length);
      }
    }
    const late = { ...scenario, peers: [...scenario.peers].reverse() };
    const few = adaptScenario(late, { ...noChanges, peers: 2 });
    assert(
      few.peers.some(({ holds }) => holds === 'all'),
      'a holder stays',
    );
    const changed = adaptScenario(scenario, { ...noChanges, fidelity: 'messages', reactor: 'rx' });
    assert.equal(changed.fidelity, 'messages');
    assert.equal(changed.reactor, 'rx');
  });
});
