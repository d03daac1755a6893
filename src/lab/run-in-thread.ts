/**
 * The entry of the lab's threads: makes known what the thread that asks has loaded, and runs one replication.
 */
import type { RunAnswer, RunTask } from './run-task.ts';
import runTask from './run-task.ts';
import { loadStrategies } from './strategy-files.ts';

export interface ThreadTask {
  readonly task: RunTask;
  /** Absolute paths of strategies' files. */
  readonly strategies: readonly string[];
}

export default async function runInThread({ task, strategies }: ThreadTask): Promise<RunAnswer> {
  await loadStrategies(strategies);
  return runTask(task);
}
