/**
 * Runs asynchronous jobs, at most so many at a time, in the order they came.
 *
 * Invariant: a job must not reject; it reports its own faults.
 */
export class Lanes {
  readonly #runningMax: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;

  constructor(runningMax: number) {
    this.#runningMax = runningMax;
  }

  run(job: () => Promise<void>): void {
    this.#waiting.push(job);
    this.#next();
  }

  #next(): void {
    while (this.#running < this.#runningMax) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running++;
      void job().finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }
}
