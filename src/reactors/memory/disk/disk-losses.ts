/**
 * Ranges whose bytes did not reach the disk after their write was answered, until somebody is told.
 *
 * A hash over a loss fails with its fault, once: hashing what is there instead would blame honest peers for our full
 * disk. Writing the range again also ends the matter. A sync or a close tells the oldest loss and forgets none.
 */
import type { StoreFault } from '../../../core/index.ts';

interface Loss {
  readonly start: number;
  readonly end: number;
  readonly fault: StoreFault;
}

/** The losses of one store. */
export class DiskLosses {
  #losses: Loss[] = [];

  /** The fault of the oldest, or null. */
  get fault(): StoreFault | null {
    return this.#losses[0]?.fault ?? null;
  }

  add(start: number, end: number, fault: StoreFault): void {
    this.remove(start, end);
    this.#losses.push({ start, end, fault });
  }

  /** The fault of the oldest inside the range, where all are forgotten with this; or null. */
  take(start: number, end: number): StoreFault | null {
    if (this.#losses.length === 0) return null;
    const found = this.#losses.find((loss) => loss.start < end && start < loss.end);
    if (found === undefined) return null;
    this.remove(start, end);
    return found.fault;
  }

  remove(start: number, end: number): void {
    if (this.#losses.length === 0) return;
    const left: Loss[] = [];
    for (const loss of this.#losses) {
      if (loss.end <= start || end <= loss.start) {
        left.push(loss);
        continue;
      }
      if (loss.start < start) left.push({ ...loss, end: start });
      if (end < loss.end) left.push({ ...loss, start: end });
    }
    this.#losses = left;
  }
}
