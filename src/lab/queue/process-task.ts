/**
 * One job of the queue in a thread of its own: the entry of a worker's sandbox. The thread that owns the connection goes on
 * renewing the job's lock meanwhile, however long a run takes.
 */
import type { SandboxedJob } from 'bullmq';
import runTask from '../run-task.ts';
import { pack, readTask } from './orders.ts';

export default async function processTask({ id, data }: SandboxedJob): Promise<string> {
  return Promise.resolve(pack(runTask(readTask(data, id ?? ''))));
}
