/**
 * Threads that run replications, one at a time each.
 *
 * Invariant: what comes of a task does not depend on how many threads there are; answers come in the order in which they
 * are ready, so whoever hears them must not care. No thread outlives `runTasks`. Breaking it off loses what is under way
 * and nothing that was heard.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { ThreadTask } from './run-in-thread.ts';
import type { RunAnswer, RunTask } from './run-task.ts';
import { strategyFiles } from './strategy-files.ts';

export interface PoolOptions {
  /** Threads, 1 or more. Default: as many as there are cores. */
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  /** Awaited before the task counts as done. */
  readonly heard: (answer: RunAnswer, index: number) => Promise<void> | void;
}

/** Runs tasks somewhere: on threads, or by the workers of a queue. */
export type RunTasks = (tasks: readonly RunTask[], options: PoolOptions) => Promise<void>;

export function defaultJobs(): number {
  return availableParallelism();
}

/** Resolves when all are done, or it was broken off. Rejects with the first error of `heard`. */
export async function runTasks(tasks: readonly RunTask[], options: PoolOptions): Promise<void> {
  const { jobs = defaultJobs(), signal, heard } = options;
  // A sweep that finds everything starts no thread.
  if (tasks.length === 0) return;
  const threads = Math.min(jobs, tasks.length);
  const pool = new Piscina<ThreadTask, RunAnswer>({
    filename: new URL('./run-in-thread.js', import.meta.url).href,
    // As many at least: one that waits a moment for its next task would be ended, and a new one has to compile all again.
    minThreads: threads,
    maxThreads: threads,
    recordTiming: false,
  });
  const breaks = new AbortController();
  const stop = (): void => breaks.abort();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  let next = 0;
  // As many takers as threads: what is not begun is not queued, and can be left.
  const take = async (): Promise<void> => {
    while (next < tasks.length && !breaks.signal.aborted) {
      const index = next++;
      const answer = await answerOf(pool, tasks[index]!, breaks.signal);
      if (answer !== null) await heard(answer, index);
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, take));
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.destroy();
  }
}

/** Null: broken off. */
async function answerOf(
  pool: Piscina<ThreadTask, RunAnswer>,
  task: RunTask,
  signal: AbortSignal,
): Promise<RunAnswer | null> {
  try {
    return await pool.run({ task, strategies: strategyFiles() }, { signal });
  } catch (error) {
    if (signal.aborted) return null;
    // The thread broke down: out of memory, most likely.
    const detail = error instanceof Error ? error.message : String(error);
    return { record: null, fault: { law: 'bug', detail } };
  }
}
