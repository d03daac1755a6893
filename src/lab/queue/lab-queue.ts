/**
 * Replications by workers on any machine: ordered over BullMQ on a Redis, heard here.
 *
 * Invariant: every task is heard exactly once, whatever is ordered twice, lost or run again on the way. Orders and answers
 * are in Redis until they are heard: who broke off, or died, finds with the same command what was done meanwhile.
 */
import type { Job, Queue, QueueEvents } from 'bullmq';
import { LabFault } from '../fault.ts';
import type { PoolOptions, RunTasks } from '../pool.ts';
import type { RunTask } from '../run-task.ts';
import { openRedis, tellWhenAway } from './open-redis.ts';
import type { OpenRedis } from './open-redis.ts';
import { jobName, queueName, queuePrefix, unpack } from './orders.ts';

/** Tasks that are in Redis at a time. */
export const ordersMax = 1000;
/** Milliseconds between two looks at what is ordered: for news that got lost. */
const LOOK_EVERY = 10_000;
/** News that Redis keeps, each with its answer. */
const NEWS_MAX = 200;
/** Seconds that an answer which nobody fetches is kept. */
const KEPT = 604_800;
/** Tries of a task that fails by the machine. */
const TRIES = 3;
/** Milliseconds that taking back what nobody began may take. */
const TAKE_BACK_MAX = 3000;

export interface LabQueue {
  /** Host and port. */
  readonly shown: string;
  readonly name: string;
  /** Runs tasks on the workers; `jobs` is theirs to say. */
  readonly run: RunTasks;
  close(): Promise<void>;
}

/** `told` hears what a person should know meanwhile. Throws a `LabFault` where there is no such queue. */
export async function openLabQueue(
  url: string,
  told: (line: string) => void = () => undefined,
): Promise<LabQueue> {
  const open = await openRedis(url);
  const { redis, bullmq, address } = open;
  const connection = { connection: redis, prefix: queuePrefix };
  const name = await queueName();
  const queue = new bullmq.Queue(name, {
    ...connection,
    streams: { events: { maxLen: NEWS_MAX } },
    defaultJobOptions: {
      attempts: TRIES,
      backoff: { type: 'exponential', delay: 1000 },
      removeOnComplete: { age: KEPT },
      removeOnFail: { age: KEPT },
    },
  });
  queue.on('error', () => undefined);
  const silence = tellWhenAway(open, told);
  return {
    shown: address.shown,
    name,
    run: async (tasks, options) => {
      const events = new bullmq.QueueEvents(name, { ...connection, lastEventId: '0' });
      events.on('error', () => undefined);
      try {
        await new Order(tasks, options, queue, events, told, open).done();
      } finally {
        events.close().catch(() => undefined);
      }
    },
    close: async () => {
      silence();
      queue.close().catch(() => undefined);
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

/** Tasks that are ordered together. */
class Order {
  readonly #tasks: readonly RunTask[];
  readonly #options: PoolOptions;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #told: (line: string) => void;
  readonly #open: OpenRedis;
  /** Index of the task by the name of its job: in Redis, and not heard. */
  readonly #ordered = new Map<string, number>();
  /** Heard, and not kept yet. */
  #keeping = 0;
  #next = 0;
  #filling = false;
  #looking = false;
  #over = false;
  #finish: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(
    tasks: readonly RunTask[],
    options: PoolOptions,
    queue: Queue,
    events: QueueEvents,
    told: (line: string) => void,
    open: OpenRedis,
  ) {
    this.#tasks = tasks;
    this.#options = options;
    this.#queue = queue;
    this.#events = events;
    this.#told = told;
    this.#open = open;
  }

  async done(): Promise<void> {
    const { signal } = this.#options;
    if (signal?.aborted === true || this.#tasks.length === 0) return;
    const result = new Promise<void>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    this.#events.on('completed', ({ jobId, returnvalue }) => this.#hear(jobId, returnvalue));
    // What is told of a failure may be of an earlier order.
    this.#events.on('failed', ({ jobId }) => {
      this.#lookAt(jobId).catch(this.#fail);
    });
    signal?.addEventListener('abort', this.#finish);
    const look = setInterval(() => void this.#lookAtAll(), LOOK_EVERY);
    try {
      void this.#fill();
      void this.#countWorkers();
      await result;
    } finally {
      this.#over = true;
      clearInterval(look);
      signal?.removeEventListener('abort', this.#finish);
      await this.#takeBack();
    }
  }

  /** Orders until enough is ordered. */
  async #fill(): Promise<void> {
    if (this.#filling || this.#over) return;
    this.#filling = true;
    try {
      while (this.#ordered.size < ordersMax && this.#next < this.#tasks.length) {
        if (this.#isOver()) return;
        const index = this.#next++;
        await this.#begin(jobName(this.#tasks[index]!), index);
      }
      this.#endIfDone();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#filling = false;
    }
  }

  /** It may be there already: ordered by somebody else, or an hour ago. */
  async #begin(name: string, index: number): Promise<void> {
    const job = await this.#jobOf(name);
    const ended = job?.finishedOn !== undefined;
    const failed = ended && !(await job.isCompleted());
    if (failed) await job.remove();
    if (this.#isOver()) return;
    this.#ordered.set(name, index);
    if (ended && !failed) this.#hear(name, job.returnvalue);
    else await this.#order(name, index);
  }

  async #order(name: string, index: number): Promise<void> {
    const { scenario, seed } = this.#tasks[index]!;
    await this.#queue.add('run', { scenario, seed }, { jobId: name });
  }

  async #jobOf(name: string): Promise<Job<unknown, unknown> | undefined> {
    return (await this.#queue.getJob(name)) as Job<unknown, unknown> | undefined;
  }

  /** How it stands in Redis, whatever was told of it: news may be lost, or old. */
  async #lookAt(name: string): Promise<void> {
    const job = await this.#jobOf(name);
    const index = this.#ordered.get(name);
    if (index === undefined || this.#isOver()) return;
    if (job === undefined) await this.#order(name, index);
    else if (job.finishedOn === undefined) return;
    else if (await job.isCompleted()) this.#hear(name, job.returnvalue);
    else if (await job.isFailed()) this.#break(name, job.failedReason);
  }

  async #lookAtAll(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      for (const name of [...this.#ordered.keys()]) await this.#lookAt(name);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#looking = false;
    }
  }

  #hear(name: string, packed: unknown): void {
    const index = this.#ordered.get(name);
    if (index === undefined || this.#over) return;
    this.#ordered.delete(name);
    this.#keeping++;
    void this.#keep(name, index, packed).catch((error: unknown) => this.#fail(error));
  }

  async #keep(name: string, index: number, packed: unknown): Promise<void> {
    let answer;
    try {
      answer = unpack(packed, this.#tasks[index]!);
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : '';
      const what = `--queue: an answer that cannot be used came for ${name}: ${why ?? ''}`;
      await this.#queue.remove(name);
      throw new LabFault('queue', what, 'look who else works on this queue');
    }
    await this.#options.heard(answer, index);
    await this.#queue.remove(name);
    this.#keeping--;
    void this.#fill();
  }

  #break(name: string, why: string): void {
    const index = this.#ordered.get(name);
    if (index === undefined || this.#over) return;
    this.#ordered.delete(name);
    const answer = { record: null, fault: { law: 'bug', detail: why } } as const;
    Promise.resolve(this.#options.heard(answer, index)).then(
      () => void this.#fill(),
      (error: unknown) => this.#fail(error),
    );
  }

  #endIfDone(): void {
    const rest = this.#ordered.size + this.#keeping + (this.#tasks.length - this.#next);
    if (rest === 0) this.#finish();
  }

  /** After an await, which the compiler does not see. */
  #isOver(): boolean {
    return this.#over;
  }

  async #countWorkers(): Promise<void> {
    const count = await this.#queue.getWorkersCount().catch(() => null);
    if (count !== 0 || this.#over) return;
    const { shown } = this.#open.address;
    this.#told(
      `no worker is connected to ${this.#queue.name} at ${shown}: start one with swarmwright lab worker --queue redis://${shown}`,
    );
  }

  /** What nobody has begun is not wanted any more; what is under way is found by the next order. */
  async #takeBack(): Promise<void> {
    const names = [...this.#ordered.keys()];
    if (names.length === 0) return;
    const all = Promise.all(names.map((name) => this.#queue.remove(name).catch(() => 0)));
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, TAKE_BACK_MAX)));
    await Promise.race([all, enough]);
    clearTimeout(timer);
  }
}
