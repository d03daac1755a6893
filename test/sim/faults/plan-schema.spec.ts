/**
 * The schema of fault plans: every plan that we make is accepted, every wrong one is refused with its reason, and what
 * is accepted can be compiled and survives a trip through JSON.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createRandom } from '../../../src/core/index.ts';
import {
  compileFaults,
  drawFaultPlan,
  faultLabels,
  faultPlanJsonSchema,
  faultPlans,
  faultPlanSchema,
  fitPlan,
  labelOf,
  parseFaultPlan,
} from '../../../src/sim/faults/index.ts';
import type { FaultPlan } from '../../../src/sim/faults/index.ts';

const PEERS = 8;

/** A good plan with one entry, changed by the test. */
function planWith(changes: Readonly<Record<string, unknown>>, top: object = {}): unknown {
  const entry = { kind: 'segment-reset', name: 'r', from: 0, until: 10, trigger: { rate: 5 } };
  return { version: 1, name: 'p', until: 10, faults: [{ ...entry, ...changes }], ...top };
}

function accepted(plan: FaultPlan): void {
  const parsed = parseFaultPlan(JSON.parse(JSON.stringify(plan)));
  assert.equal(parsed.fault, null, plan.name);
  assert.deepEqual(parsed.plan, plan, 'JSON changes nothing');
}

describe('sim: fault plan schema', () => {
  it('accepts all named plans, fitted to any run, and they compile', () => {
    const names = Object.keys(faultPlans);
    assert(names.length >= 12, names.join());
    for (const [name, plan] of Object.entries(faultPlans)) {
      assert.equal(plan.name, name);
      accepted(plan);
      for (const until of [1, 999, 600_000]) accepted(fitPlan(plan, { peers: 1, until }));
      compileFaults(plan, { peers: PEERS, seed: 1, now: () => 0 });
    }
    assert.equal(faultPlans['none']?.faults.length, 0);
  });

  it('accepts 1,000 drawn plans, which reach every label', () => {
    const reached = new Set<string>();
    for (let seed = 0; seed < 1000; seed++) {
      const duration = 1 + ((seed * 7919) % 120_000);
      const plan = drawFaultPlan(createRandom(seed), {
        peers: 1 + (seed % 30),
        duration,
        intensity: seed % 101,
      });
      accepted(plan);
      assert.equal(seed % 101 === 0, plan.faults.length === 0);
      for (const fault of plan.faults) reached.add(labelOf(fault));
      const { timeline } = compileFaults(plan, { peers: 1 + (seed % 30), seed, now: () => 0 });
      for (const { at } of timeline) assert(at >= 0 && at <= duration, 'past the safety phase');
    }
    assert.deepEqual([...reached].sort(), [...faultLabels].sort());
  });

  it('fills in what JSON may leave out', () => {
    const { plan, fault } = parseFaultPlan(planWith({}));
    assert.equal(fault, null);
    assert.deepEqual(plan.faults, [
      {
        kind: 'segment-reset',
        name: 'r',
        promised: true,
        target: 'all',
        from: 0,
        until: 10,
        trigger: { rate: 5, most: null },
      },
    ]);
  });

  it('refuses what is wrong, and says where', () => {
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [null, /^plan: /],
      [{}, /version: .*\n.*name: |faults/s],
      [planWith({ kind: 'rain' }), /faults\.0\.kind: /],
      [planWith({ from: 10 }), /faults\.0\.until: the window ends \(10\) before it begins/],
      [planWith({ until: 11 }), /faults\.0\.until: after the plan's own end \(10\)/],
      [planWith({ trigger: {} }), /faults\.0\.trigger/],
      [planWith({ trigger: { rate: 0 } }), /faults\.0\.trigger/],
      [planWith({ trigger: { rate: 1_000_001 } }), /faults\.0\.trigger/],
      [planWith({ trigger: { rate: 1.5 } }), /faults\.0\.trigger/],
      [planWith({ trigger: { rate: 5, at: 3 } }), /faults\.0\.trigger/],
      [planWith({ target: { share: 0 } }), /faults\.0\.target/],
      [planWith({ target: { peers: [] } }), /faults\.0\.target/],
      [planWith({ colour: 'red' }), /faults\.0: .*colour/],
      [planWith({ name: '' }), /faults\.0\.name/],
      [planWith({}, { version: 2 }), /version: /],
      [planWith({ kind: 'segment-late', by: { least: 5, most: 4 } }), /by: least is above most/],
      [
        planWith({ kind: 'adversary', trigger: undefined, adversary: { type: 'kind' }, count: 1 }),
        /faults\.0\.adversary\.type/,
      ],
    ];
    for (const [value, reason] of wrong) {
      const { plan, fault } = parseFaultPlan(value);
      assert.equal(plan, null, JSON.stringify(value));
      assert.match(fault, reason, JSON.stringify(value));
    }
  });

  it('refuses two entries of one name: the name decides the random stream', () => {
    const [entry] = (planWith({}) as { faults: unknown[] }).faults;
    const { fault } = parseFaultPlan(planWith({}, { faults: [entry, entry] }));
    assert.equal(fault, 'faults.1.name: "r" is there already');
  });

  it('publishes itself as a JSON schema that knows every kind', () => {
    const schema = JSON.stringify(faultPlanJsonSchema());
    assert.match(schema, /draft\/2020-12/);
    for (const label of faultLabels) {
      const word = label.slice(label.indexOf(':') + 1);
      assert(schema.includes(`"${word}"`), `${word} is not in the JSON schema`);
    }
    assert.equal(faultPlanSchema.safeParse(planWith({})).success, true);
  });
});
