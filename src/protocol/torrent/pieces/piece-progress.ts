/**
 * The blocks of one piece that is under way, as plain numbers: what the ledger keeps for it, and reuses for the next.
 *
 * A record without rules: those are the ledger's. Here is only how it begins, and whether its numbers agree.
 */
import { assert } from '../../../core/index.ts';
import type { ConnectionId } from '../../../core/index.ts';

/** States of a block. */
export const MISSING = 0;
export const REQUESTED = 1;
export const RECEIVED = 2;
/** No connection. */
export const NOBODY: ConnectionId = -1;
/** In the place of a connection, for a block that was there at the start; no connection has this id. */
export const EARLIER: ConnectionId = 0;

/** The blocks of one piece that is under way. */
export interface Progress {
  piece: number;
  /** Pieces begun before it have a lower number. */
  order: number;
  readonly states: Uint8Array;
  readonly requesters: Uint8Array;
  /** Which connection sent the block, or NOBODY, or EARLIER. */
  readonly senders: Float64Array;
  blocks: number;
  missing: number;
  received: number;
  /** Leases out, over all its blocks. */
  leases: number;
}

/** One of nothing yet. */
export function newProgress(blocksPerPiece: number): Progress {
  return {
    piece: -1,
    order: 0,
    states: new Uint8Array(blocksPerPiece),
    requesters: new Uint8Array(blocksPerPiece),
    senders: new Float64Array(blocksPerPiece),
    blocks: 0,
    missing: 0,
    received: 0,
    leases: 0,
  };
}

/** Makes it one of this piece, of which nothing is asked for and nothing is there. */
export function begin(progress: Progress, piece: number, blocks: number): void {
  progress.piece = piece;
  progress.blocks = blocks;
  progress.missing = blocks;
  progress.received = 0;
  progress.leases = 0;
  progress.states.fill(MISSING);
  progress.requesters.fill(0);
  progress.senders.fill(NOBODY);
}

/** Recounts its blocks. Throws where the numbers differ; for tests and simulations. */
export function assertCounts(progress: Progress): void {
  const counts = [0, 0, 0];
  let leases = 0;
  for (let block = 0; block < progress.blocks; block++) {
    const state = progress.states[block]!;
    counts[state]!++;
    leases += progress.requesters[block]!;
    if (state === REQUESTED) assert(progress.requesters[block]! > 0, 'ledger: asked of nobody');
    if (state === MISSING) assert(progress.requesters[block] === 0, 'ledger: a stray lease');
  }
  assert(counts[MISSING] === progress.missing, 'ledger: missing differs from a recount');
  assert(counts[RECEIVED] === progress.received, 'ledger: received differs from a recount');
  assert(leases === progress.leases, 'ledger: leases differ from a recount');
}
