/**
 * Ranges whose bytes did not reach the disk, until somebody is told.
 *
 * Why: a write is answered before it reaches the disk. If the hash of a range went on to read what is there instead,
 * it would be a wrong digest, and honest peers would be blamed for our full disk. So a hash over a lost range fails
 * with the fault of the write, once; writing the range again also ends the matter.
 */
import type { StoreFault } from '../../../core/index.ts';
import type { Run } from './part.ts';

interface LostRun extends Run {
  readonly fault: StoreFault;
}

/** The lost ranges of one store. */
export class LostRuns {
  #runs: LostRun[] = [];

  /** The fault of the oldest loss, or null. */
  get fault(): StoreFault | null {
    return this.#runs[0]?.fault ?? null;
  }

  add(runs: readonly Run[], fault: StoreFault): void {
    for (const run of runs) {
      this.remove(run.start, run.end);
      this.#runs.push({ ...run, fault });
    }
  }

  /** The fault of a loss inside the range, which is forgotten with this, or null. */
  take(start: number, end: number): StoreFault | null {
    const found = this.#runs.find((run) => run.start < end && start < run.end);
    if (found !== undefined) this.remove(start, end);
    return found?.fault ?? null;
  }

  remove(start: number, end: number): void {
    if (this.#runs.length === 0) return;
    this.#runs = this.#runs.flatMap((run) => {
      if (run.end <= start || end <= run.start) return [run];
      return [
        { ...run, end: Math.min(run.end, start) },
        { ...run, start: Math.max(run.start, end) },
      ].filter((rest) => rest.start < rest.end);
    });
  }
}
