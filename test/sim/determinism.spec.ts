/**
 * One seed, one run (H4, F-44): twice, in any order, in any thread, over either reactor; and nothing in it can ask what
 * time it is, or for chance.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, it } from 'mocha';
import { drawScenario, runScenario } from '../../src/sim/index.ts';
import type { RunResult, Scenario } from '../../src/sim/index.ts';
import { forbiddenNames, withoutClockAndChance } from './forbidden-calls.ts';
import type { WorkerOrder } from './simulation-worker.ts';

/** Small swarms with all kinds of faults, in both fidelities. */
const orders: readonly WorkerOrder[] = [10, 15, 17, 20].map((seed, i) => {
  const drawn = drawScenario(seed, { peers: 5 });
  const content = { ...drawn.content, length: Math.min(drawn.content.length, 1_000_001) };
  return { seed, scenario: { ...drawn, content, fidelity: i % 2 === 0 ? 'bytes' : 'messages' } };
});

function run({ scenario, seed }: WorkerOrder, more: Partial<Scenario> = {}): RunResult {
  return runScenario({ ...scenario, ...more }, { seed });
}

/** What a run says of itself, its scenario left out. */
function said(result: RunResult): unknown {
  return { ...result, scenario: null };
}

describe('a simulated run', () => {
  it('is the same twice, in either order of runs, to the last count', () => {
    const forwards = orders.map((order) => run(order));
    const backwards = [...orders]
      .reverse()
      .map((order) => run(order))
      .reverse();
    assert.deepEqual(backwards.map(said), forwards.map(said));
    assert(forwards.every(({ steps }) => steps > 500));
    assert(forwards.some(({ injected }) => Object.keys(injected).length > 1));
  });

  it('is another one for another seed', () => {
    const [{ scenario }] = orders as [WorkerOrder];
    const hashes = [1, 2, 3].map((seed) => run({ scenario, seed }).traceHash);
    assert.equal(new Set(hashes).size, 3);
  });

  it('is the same in worker threads', async () => {
    const some = orders.slice(0, 2);
    const file = new URL('./simulation-worker.js', import.meta.url);
    const answers = await Promise.all(
      [some, [...some].reverse()].map(async (workerData) => {
        const [answer] = (await once(new Worker(file, { workerData }), 'message')) as [unknown[]];
        return answer;
      }),
    );
    const here = some.map((order) => {
      const { traceHash, eventHash, time, failure } = run(order);
      return { traceHash, eventHash, time, failure };
    });
    assert.deepEqual(answers, [here, [...here].reverse()]);
  });

  it('is the same over the memory reactor and over RxJS', () => {
    for (const order of orders) {
      const memory = run(order, { reactor: 'memory' });
      const rx = run(order, { reactor: 'rx' });
      assert.deepEqual([rx.traceHash, rx.eventHash], [memory.traceHash, memory.eventHash]);
      assert.deepEqual([rx.steps, rx.failure], [memory.steps, memory.failure]);
    }
  });

  it('asks neither for the time nor for chance, nor to be called later, whoever is asked', () => {
    const results: RunResult[] = [];
    const asked = withoutClockAndChance(() => {
      for (const order of orders.slice(0, 2)) results.push(run(order));
      results.push(run(orders[2]!, { reactor: 'rx' }));
    });
    assert.deepEqual([...asked], []);
    assert(results.every(({ steps, failure }) => steps > 500 && failure?.law !== 'bug'));
  });

  it('could not get them: every door is shut, and open again afterwards', () => {
    const doors: Readonly<Record<string, () => unknown>> = {
      'new Date': () => new Date(),
      'Date.now': () => Date.now(),
      'Math.random': () => Math.random(),
      'performance.now': () => performance.now(),
      'process.hrtime': () => process.hrtime(),
      'process.uptime': () => process.uptime(),
      'process.nextTick': () => process.nextTick(() => undefined),
      setTimeout: () => setTimeout(() => undefined, 0),
      setInterval: () => setInterval(() => undefined, 1),
      setImmediate: () => setImmediate(() => undefined),
      queueMicrotask: () => queueMicrotask(() => undefined),
      'Promise.then': () => Promise.resolve().then(() => undefined),
      'crypto.getRandomValues': () => crypto.getRandomValues(new Uint8Array(1)),
      'crypto.randomUUID': () => crypto.randomUUID(),
    };
    assert.deepEqual(Object.keys(doors), forbiddenNames);
    let denied = 0;
    const asked = withoutClockAndChance(() => {
      for (const [name, ask] of Object.entries(doors)) {
        assert.throws(ask, new RegExp(`^Error: ${name} was called`));
        denied++;
      }
    });
    assert.equal(denied, forbiddenNames.length);
    assert.deepEqual(
      [...asked],
      forbiddenNames.map((name) => [name, 1]),
    );
    for (const [name, ask] of Object.entries(doors)) {
      if (name !== 'setInterval') assert.doesNotThrow(ask, name);
    }
  });
});
