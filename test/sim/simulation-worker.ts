/** Runs scenarios in a thread of their own, and posts their hashes. */
import { parentPort, workerData } from 'node:worker_threads';
import { runScenario } from '../../src/sim/index.ts';
import type { Scenario } from '../../src/sim/index.ts';

export interface WorkerOrder {
  readonly scenario: Scenario;
  readonly seed: number;
}

const orders = workerData as readonly WorkerOrder[];
parentPort!.postMessage(
  orders.map(({ scenario, seed }) => {
    const { traceHash, eventHash, time, failure } = runScenario(scenario, { seed });
    return { traceHash, eventHash, time, failure };
  }),
);
