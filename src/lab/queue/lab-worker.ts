/**
 * A worker of the lab: takes replications off the queue, runs them in threads, and puts the answers back. It writes nothing.
 *
 * Invariant: a worker that dies loses nothing: the lock of what it had runs out, and somebody else takes it. What fails
 * by the machine (a thread that ran out of memory) is tried again; what fails by the run itself is an answer.
 */
import type { Worker } from 'bullmq';
import { defaultJobs } from '../pool.ts';
import { openRedis, tellWhenAway } from './open-redis.ts';
import { strategyFiles } from '../strategy-files.ts';
import { queueName, queuePrefix } from './orders.ts';
import type { SandboxData } from './process-task.ts';

/** Milliseconds without a sign of life after which a job is another worker's. */
const LOCK_TIME = 30_000;
/** So often a job may be left behind by workers that die before it counts as what kills them. */
const LEFT_BEHIND_MAX = 5;

export interface LabWorkerOptions {
  /** Threads, 1 or more. Default: as many as there are cores. */
  readonly jobs?: number;
  /** Milliseconds without a sign of life after which a job is another worker's. Default: 30,000. */
  readonly lockTime?: number;
  /** Told of every run that is done, and of what goes wrong by the machine. */
  readonly heard?: (done: number) => void;
  readonly told?: (line: string) => void;
}

export interface LabWorker {
  /** Host and port. */
  readonly shown: string;
  readonly queue: string;
  readonly jobs: number;
  /** Takes nothing more, ends what is under way, and lets go. */
  close(): Promise<void>;
}

/** Throws a `LabFault` where there is no such queue. */
export async function startLabWorker(
  url: string,
  options: LabWorkerOptions = {},
): Promise<LabWorker> {
  const { jobs = defaultJobs(), lockTime = LOCK_TIME, heard, told } = options;
  const open = await openRedis(url);
  const { redis, bullmq, address } = open;
  const queue = await queueName();
  const worker: Worker = new bullmq.Worker(queue, new URL('./process-task.js', import.meta.url), {
    connection: redis,
    prefix: queuePrefix,
    concurrency: jobs,
    useWorkerThreads: true,
    workerThreadsOptions: { workerData: { strategies: strategyFiles() } satisfies SandboxData },
    lockDuration: lockTime,
    stalledInterval: lockTime,
    maxStalledCount: LEFT_BEHIND_MAX,
  });
  let done = 0;
  worker.on('completed', () => heard?.(++done));
  worker.on('failed', (job, error) => told?.(`${job?.id ?? 'a job'}: ${error.message}`));
  worker.on('stalled', (id) => told?.(`${id}: left behind by a worker; it is taken again`));
  worker.on('error', () => undefined);
  const silence = tellWhenAway(open, (line) => told?.(line));
  await worker.waitUntilReady();
  return {
    shown: address.shown,
    queue,
    jobs,
    close: async () => {
      await worker.close();
      silence();
      redis.disconnect();
    },
  };
}
