/**
 * Whole swarms that know each other through our tracker alone: the core, the store and the fronts that serve sockets, on
 * virtual time. All laws hold, everybody finishes, and a seed value decides everything.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { drawScenario, runScenario } from '../../src/sim/index.ts';

describe('sim: tracker', () => {
  for (const transport of ['http', 'udp', 'both'] as const) {
    it(`a swarm finds itself through the tracker over ${transport}, the same way each time`, () => {
      const drawn = drawScenario(11, { peers: 6 });
      const introduction = { type: 'tracker', transport, interval: 120_000 } as const;
      const scenario = { ...drawn, introduction };
      const first = runScenario(scenario, { seed: 11 });
      assert.equal(first.failure, null);
      assert.ok(first.came > 2, `${first.came} peers`);
      assert.equal(first.complete, first.came);
      const second = runScenario(scenario, { seed: 11 });
      assert.equal(second.traceHash, first.traceHash);
    });
  }
});
