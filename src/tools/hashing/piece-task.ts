/**
 * What a hashing thread is asked and what it answers. A task is some runs of pieces; a run is bytes that lie end to end,
 * cut into pieces of `pieceLength`, the last of which may be short.
 */
import type { StoreFault } from '../../core/index.ts';

/** A part of a file, by its path; zeros where `path` is null: padding. */
export interface HashSpan {
  readonly path: string | null;
  readonly offset: number;
  readonly length: number;
}

export interface HashRun {
  readonly spans: readonly HashSpan[];
  /** Leaves of the tree of each piece (BEP 52), a power of two; 0: no tree. A run with trees is part of one file. */
  readonly leaves: number;
}

export interface PieceTask {
  readonly pieceLength: number;
  /** SHA-1 of each piece, padding included. */
  readonly v1: boolean;
  readonly runs: readonly HashRun[];
}

/** A piece that could not be read. */
export interface UnreadPiece {
  /** Within the task. */
  readonly piece: number;
  readonly path: string;
  readonly fault: StoreFault;
}

export interface PieceAnswer {
  /** 20 bytes for each piece of the task; empty where they were not asked for. */
  readonly v1: Uint8Array;
  /** 32 bytes for each piece of the task, zeros where there is no tree. */
  readonly v2: Uint8Array;
  readonly unread: readonly UnreadPiece[];
  /** The thread broke down: nothing above counts. */
  readonly broken: boolean;
}

/** Bytes of a run. */
export function runLength(run: HashRun): number {
  let length = 0;
  for (const span of run.spans) length += span.length;
  return length;
}
