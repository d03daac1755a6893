/**
 * The options of `swarmwright lab` as the parser gives them.
 */
import type { Size } from '../../lab/index.ts';

export interface LabWords {
  readonly output: string;
  readonly seed: number;
  readonly seeds: readonly number[];
  readonly set: readonly string[];
  readonly strategies: readonly string[];
  readonly grid: readonly string[];
  readonly jobs?: number;
  readonly queue?: string;
  readonly verify?: boolean;
  readonly json?: boolean;
  readonly peer: number;
  readonly play: readonly string[];
}

export interface CompareWords {
  readonly json?: boolean;
}

export interface TournamentWords {
  readonly output: string;
  readonly plays: readonly string[];
  readonly strategies: readonly string[];
  readonly seeds: readonly number[];
  readonly jobs?: number;
  readonly queue?: string;
  readonly verify?: boolean;
}

export interface WorkerWords {
  readonly queue: string;
  readonly strategies: readonly string[];
  readonly jobs?: number;
}

export interface ReproduceWords {
  readonly quick?: boolean;
  readonly size: Size;
  readonly output?: string;
  readonly seeds?: readonly number[];
  readonly jobs?: number;
  readonly json?: boolean;
}
