/**
 * Runs asynchronous jobs, at most so many at a time, in the order they came; small ones more at a time, up to so many bytes
 * in all: the end of a job is heard of once a turn, so of small ones four would be little work for a turn.
 *
 * Invariant: a job must not reject; it reports its own faults.
 */
interface Waiting {
  readonly job: () => Promise<void>;
  readonly bytes: number;
}

export class Lanes {
  readonly #runningMax: number;
  readonly #bytesMax: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #bytes = 0;

  /** More than `runningMax` run while all of them together have no more than `bytesMax` bytes. */
  constructor(runningMax: number, bytesMax = 0) {
    this.#runningMax = runningMax;
    this.#bytesMax = bytesMax;
  }

  /** `bytes`: how much work it is; of no meaning where the lanes count jobs alone. */
  run(job: () => Promise<void>, bytes = 1): void {
    this.#waiting.push({ job, bytes });
    this.#next();
  }

  #next(): void {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined) return;
      const { job, bytes } = first;
      if (this.#running >= this.#runningMax && this.#bytes + bytes > this.#bytesMax) return;
      this.#waiting.shift();
      this.#running++;
      this.#bytes += bytes;
      void job().finally(() => {
        this.#running--;
        this.#bytes -= bytes;
        this.#next();
      });
    }
  }
}
