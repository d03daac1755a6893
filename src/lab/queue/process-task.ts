/**
 * One job of the queue in a thread of its own: the entry of a worker's sandbox. The thread that owns the connection goes on
 * renewing the job's lock meanwhile, however long a run takes.
 */
import { workerData } from 'node:worker_threads';
import type { SandboxedJob } from 'bullmq';
import runTask from '../run-task.ts';
import { loadStrategies } from '../strategy-files.ts';
import { pack, readTask } from './orders.ts';

/** What the worker tells its threads. */
export interface SandboxData {
  /** Absolute paths of strategies' files. */
  readonly strategies: readonly string[];
}

export default async function processTask({ id, data }: SandboxedJob): Promise<string> {
  await loadStrategies((workerData as SandboxData).strategies);
  return pack(runTask(readTask(data, id)));
}
