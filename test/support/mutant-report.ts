/**
 * What a process that hunts a planted bug is told, and what it answers.
 */
import type { RunFailure } from '../../src/sim/index.ts';
import type { Patch } from './mutant-hook.ts';

export interface MutantOrder {
  /** Null: the engine as it is. */
  readonly patch: Patch | null;
  /** Numbers of the menu. */
  readonly runs: readonly number[];
  /** End with the first failure. */
  readonly untilFound: boolean;
}

export interface MutantVerdict {
  /** The number in the menu. */
  readonly run: number;
  readonly failure: RunFailure | null;
}

/** How a run in this process ends: with verdicts, or with why there are none. */
export type MutantReport =
  | { readonly verdicts: readonly MutantVerdict[]; readonly cpu: number }
  | { readonly problem: string };

/** Whether a failure tells of a bug. A plan that met nothing says nothing about the engine. */
export function isFinding(failure: RunFailure | null): failure is RunFailure {
  return failure !== null && failure.law !== 'faults';
}
