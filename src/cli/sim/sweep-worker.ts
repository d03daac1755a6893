/**
 * What a thread of a sweep does: says that it is ready (null), then answers each seed value with its outcome.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { runSeed } from '../../sim/index.ts';
import type { SimOrder } from '../../sim/index.ts';

export interface SweepWorkerData {
  readonly order: SimOrder;
  /** Modules to load first. */
  readonly imports: readonly string[];
}

const { order, imports } = workerData as SweepWorkerData;
const port = parentPort!;
for (const each of imports) await import(each);
port.on('message', (seed: number) => port.postMessage(runSeed(order, seed)));
port.postMessage(null);
