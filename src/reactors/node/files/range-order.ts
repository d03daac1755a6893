/**
 * Puts operations on byte ranges in order: one that overlaps an earlier one starts when that is done, unless both
 * only read; all others may overtake.
 *
 * Invariant: an operation starts once, when nothing earlier that it conflicts with is outstanding. Since waits point
 * backwards only, there is no deadlock. It knows nothing of files.
 *
 * Operations are kept by the regions that they touch, so that entering one costs what lies near it and not what is under
 * way: with small pieces that are thousands of writes. Few are so long that they are kept apart and looked at every time.
 */
import { RegionIndex } from './region-index.ts';

/** One operation, waiting or running; who entered it needs it for `done` alone. */
export class RangeOperation {
  readonly offset: number;
  readonly end: number;
  readonly writes: boolean;
  readonly start: () => void;
  /** How many this one waits for. */
  waits = 0;
  /** Who waits for this one. */
  readonly next: RangeOperation[] = [];

  constructor(offset: number, end: number, writes: boolean, start: () => void) {
    this.offset = offset;
    this.end = end;
    this.writes = writes;
    this.start = start;
  }
}

/** The order of one store. */
export class RangeOrder {
  readonly #writers = new RegionIndex<RangeOperation>();
  readonly #readers = new RegionIndex<RangeOperation>();

  /** Enters an operation; `start` is called now, or from the `done` of what it waits for. */
  add(offset: number, end: number, writes: boolean, start: () => void): RangeOperation {
    const operation = new RangeOperation(offset, end, writes, start);
    this.#await(operation, this.#writers);
    if (writes) this.#await(operation, this.#readers);
    (writes ? this.#writers : this.#readers).add(operation);
    if (operation.waits === 0) start();
    return operation;
  }

  /** Calls `start` when all writes entered so far are done; with `reads`, all reads as well. Nothing waits for it. */
  afterAll(reads: boolean, start: () => void): void {
    const operation = new RangeOperation(0, Infinity, true, start);
    this.#await(operation, this.#writers);
    if (reads) this.#await(operation, this.#readers);
    if (operation.waits === 0) start();
  }

  /** The operation is over: whoever waited for it may start. */
  done(operation: RangeOperation): void {
    const { next, writes } = operation;
    (writes ? this.#writers : this.#readers).delete(operation);
    for (const waiter of next) {
      waiter.waits--;
      if (waiter.waits === 0) waiter.start();
    }
  }

  #await(operation: RangeOperation, earlier: RegionIndex<RangeOperation>): void {
    earlier.overlapping(operation.offset, operation.end, (other) => {
      other.next.push(operation);
      operation.waits++;
    });
  }
}
