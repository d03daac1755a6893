/**
 * A sweep over seeds: which one is next, what came of them, and when it is over.
 *
 * Invariant: the result is decided by the range alone. Outcomes may come in any order from any number of workers; they
 * are counted in the order of their seeds, up to the first failure, and what lies beyond that is not counted. With
 * `keepGoing` all are. Runs nothing itself.
 */
import { TraceHash, assert } from '../core/index.ts';
import { failureKind } from './failure-kind.ts';
import { SweepTally } from './sweep-tally.ts';
import type { RunFailure } from './run-scenario.ts';
import type { SeedOutcome } from './run-seed.ts';

export interface SweepOptions {
  /** Both ends are part of it. */
  readonly from: number;
  readonly to: number;
  /** Do not stop at the first failure. Default: false. */
  readonly keepGoing?: boolean;
}

export interface SeedFailure extends RunFailure {
  readonly seed: number;
  /** Events up to the failure. */
  readonly events: number;
}

export class Sweep {
  readonly from: number;
  readonly to: number;
  readonly tally: SweepTally = new SweepTally();
  readonly #keepGoing: boolean;
  readonly #hash = new TraceHash();
  readonly #failures: SeedFailure[] = [];
  /** Came before their turn. */
  readonly #early = new Map<number, SeedOutcome>();
  #handedOut: number;
  #counted: number;
  /** The lowest seed known to fail. */
  #firstFailing = Infinity;

  constructor({ from, to, keepGoing = false }: SweepOptions) {
    assert(from <= to, 'sweep: a range that ends before it begins');
    this.from = from;
    this.to = to;
    this.#handedOut = from;
    this.#counted = from;
    this.#keepGoing = keepGoing;
  }

  /** Ascending by seed. */
  get failures(): readonly SeedFailure[] {
    return this.#failures;
  }

  /** Over the trace hashes of all counted seeds, in order. */
  get hash(): string {
    return this.#hash.digest();
  }

  /** Every seed that decides the result has been counted. */
  get isOver(): boolean {
    return this.#counted > Math.min(this.to, this.#last);
  }

  /** The next seed to run; null: no further one is wanted. */
  next(): number | null {
    return this.#handedOut > Math.min(this.to, this.#last) ? null : this.#handedOut++;
  }

  /** Whether this seed can still change the result. */
  isWanted(seed: number): boolean {
    return seed <= this.#last;
  }

  take(outcome: SeedOutcome): void {
    if (outcome.failure !== null && outcome.seed < this.#firstFailing) {
      this.#firstFailing = outcome.seed;
    }
    this.#early.set(outcome.seed, outcome);
    while (!this.isOver) {
      const due = this.#early.get(this.#counted);
      if (due === undefined) return;
      this.#early.delete(this.#counted++);
      this.#count(due);
    }
    this.#early.clear();
  }

  /** The sweep was broken off: what has come counts, though there are gaps. */
  breakOff(): void {
    const left = [...this.#early.values()].sort((a, b) => a.seed - b.seed);
    this.#early.clear();
    for (const outcome of left) if (this.isWanted(outcome.seed)) this.#count(outcome);
  }

  /** Seeds by what went wrong, each list ascending. */
  failuresByKind(): Map<string, SeedFailure[]> {
    const kinds = new Map<string, SeedFailure[]>();
    for (const failure of this.#failures) {
      const kind = failureKind(failure);
      const known = kinds.get(kind);
      if (known === undefined) kinds.set(kind, [failure]);
      else known.push(failure);
    }
    return kinds;
  }

  get #last(): number {
    return this.#keepGoing ? Infinity : this.#firstFailing;
  }

  #count(outcome: SeedOutcome): void {
    const { seed, failure, traceHash, events } = outcome;
    this.#hash.mixNumber(seed);
    this.#hash.mixText(traceHash);
    this.tally.add(outcome);
    if (failure !== null) this.#failures.push({ seed, events, ...failure });
  }
}
