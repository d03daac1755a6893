/**
 * Hashes content on all cores: cuts runs of pieces into tasks, hands them to threads, and puts the answers together by
 * piece. Memory is the digests and a few tasks, whatever the size of the content. Little content is hashed here, before a
 * thread would be up.
 */
import { availableParallelism } from 'node:os';
import { codedError } from '../../client/errors.ts';
import type { StoreFault } from '../../core/index.ts';
import { MERKLE_DIGEST } from '../../protocol/metainfo/merkle.ts';
import { ThreadPool } from '../../reactors/node/hashing/thread-pool.ts';
import { hashPieces } from './hash-pieces.ts';
import { runLength } from './piece-task.ts';
import type { HashRun, HashSpan, PieceAnswer, PieceTask } from './piece-task.ts';

export interface HashOptions {
  /** Threads. Default: one for each core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears bytes that were hashed since the last call. */
  readonly progress?: ((bytes: number) => void) | undefined;
}

export interface HashedContent {
  /** 20 bytes for each piece; empty where they were not asked for. */
  readonly v1: Uint8Array;
  /** 32 bytes for each piece, zeros where there is no tree. */
  readonly v2: Uint8Array;
  /** Pieces that could not be read, and why. */
  readonly unread: ReadonlyMap<number, { readonly path: string; readonly fault: StoreFault }>;
}

/** Bytes of a task, or one piece where that is more. */
const TASK_BYTES = 4 * 1024 * 1024;
/** Runs of a task: content may be many tiny files. */
const TASK_RUNS_MAX = 512;
/** Content of less is hashed on the calling thread. */
const INLINE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Hashes the pieces of all runs, in their order. Rejects with the signal's reason; a thread that breaks down is a
 * `SWARMWRIGHT_BUG`.
 */
export async function hashContent(
  runs: readonly HashRun[],
  pieceLength: number,
  v1: boolean,
  options: HashOptions = {},
): Promise<HashedContent> {
  const threads = options.threads ?? availableParallelism();
  const total = runs.reduce((sum, run) => sum + runLength(run), 0);
  const count = runs.reduce((sum, run) => sum + Math.ceil(runLength(run) / pieceLength), 0);
  const result = {
    v1: new Uint8Array(v1 ? count * 20 : 0),
    v2: new Uint8Array(count * MERKLE_DIGEST),
    unread: new Map<number, { readonly path: string; readonly fault: StoreFault }>(),
  };
  const tasks = tasksOf(runs, pieceLength, v1);
  const inline = total < INLINE_BYTES_MAX;
  const pool = inline ? null : poolOf(threads);
  let first = 0;
  const lane = async (): Promise<void> => {
    for (let next = tasks.next(); next.done !== true; next = tasks.next()) {
      options.signal?.throwIfAborted();
      const { task, pieces, bytes } = next.value;
      const at = first;
      first += pieces;
      const answer = pool === null ? hashPieces(task) : await pool.run(task);
      if (answer.broken)
        throw codedError('SWARMWRIGHT_BUG', `hashing failed: ${pool?.lastError ?? ''}`);
      if (v1) result.v1.set(answer.v1, at * 20);
      result.v2.set(answer.v2, at * MERKLE_DIGEST);
      for (const { piece, path, fault } of answer.unread)
        result.unread.set(at + piece, { path, fault });
      options.progress?.(bytes);
    }
  };
  try {
    const lanes = pool === null ? 1 : pool.inFlightMax;
    await Promise.all(Array.from({ length: lanes }, lane));
    options.signal?.throwIfAborted();
  } finally {
    pool?.stop();
  }
  return result;
}

function poolOf(threads: number): ThreadPool<PieceTask, PieceAnswer> {
  const none = new Uint8Array(0);
  const failed = (): PieceAnswer => ({ v1: none, v2: none, unread: [], broken: true });
  return new ThreadPool(new URL('./piece-worker.js', import.meta.url), threads, failed);
}

interface SizedTask {
  readonly task: PieceTask;
  readonly pieces: number;
  readonly bytes: number;
}

/** Tasks of about `TASK_BYTES`, in order: long runs cut at pieces, short ones gathered. */
function* tasksOf(
  runs: readonly HashRun[],
  pieceLength: number,
  v1: boolean,
): Generator<SizedTask, undefined> {
  const most = Math.max(1, Math.floor(TASK_BYTES / pieceLength)) * pieceLength;
  let gathered: HashRun[] = [];
  let pieces = 0;
  let bytes = 0;
  for (const run of runs) {
    for (const part of cutRun(run, most)) {
      const length = runLength(part);
      gathered.push(part);
      pieces += Math.ceil(length / pieceLength);
      bytes += length;
      if (bytes < most && gathered.length < TASK_RUNS_MAX) continue;
      yield { task: { pieceLength, v1, runs: gathered }, pieces, bytes };
      [gathered, pieces, bytes] = [[], 0, 0];
    }
  }
  if (gathered.length > 0) yield { task: { pieceLength, v1, runs: gathered }, pieces, bytes };
  return undefined;
}

/** A run in parts of `most` bytes, a multiple of the piece length. */
function* cutRun({ spans, leaves }: HashRun, most: number): Iterable<HashRun> {
  let part: HashSpan[] = [];
  let filled = 0;
  for (const { path, offset, length: all } of spans) {
    for (let at = 0; at < all;) {
      const length = Math.min(all - at, most - filled);
      part.push({ path, offset: offset + at, length });
      at += length;
      filled += length;
      if (filled < most) continue;
      yield { spans: part, leaves };
      part = [];
      filled = 0;
    }
  }
  if (filled > 0) yield { spans: part, leaves };
}
